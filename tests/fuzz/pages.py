"""Pages made of bytes: words from a stock of telling ones, or any text, set on a grid, in a row, or anywhere."""

from collections.abc import Iterator
from struct import iter_unpack

from rules.model import Box
from worker.ports import Page, Word

WORDS = (
    *("Facture", "n°", "N°", "FA-2026-0042", "du", "12/11/2026", "le", "12", "novembre", "2026", "Date", ":"),
    *("facture", "Engagement", "juridique", "EJ", "2026-000217", "Bon", "de", "commande", "BC", "Marché"),
    *("MAPA-2025/18", "Code", "service", "exécutant", "SAAM", "D5", "SIRET", "22400001800016", "224", "000"),
    *("018", "00016", "RCS", "TVA", "FR12345678901", "FR", "Total", "HT", "TTC", "Montant", "1", "250,00"),
    *("1250,00", "€", "EUR", "-", "(", ")", "/", "|", ".", "Net", "à", "payer", "Avoir", "Client"),
    *("Destinataire", "Émetteur", "IBAN", "FR7630006000011234567890189", "FR76", "3000", "6000", "0112", "¨"),
    *("ﬁ", "ß", "İ", "²", "٣", "\u202f", "\t", "", "9" * 40, "9" * 40 + ",00", "x" * 300, "1.234.567,89"),
    *("1,234.56", "€1", "0"),
)
_NUMBERS = (0.0, 1.0, -1.0, 10.0, 595.0, 1e9, -1e9, 1e38, 1e-9)


def page_of(data: bytes, number: int = 1, repeat: int = 1) -> Page:
    """A page of words, each of four bytes: which word, where, and how it follows the one before."""
    words = tuple(_words(data, repeat))
    cells = tuple(Box(w.left - 2, w.top - 2, w.left + 60, w.top + 14) for w in words[::2]) if data[:1] > b"\xc0" else ()
    return Page(number, 595.0, 842.0, words, cells[:200], data[0] % 4 if data else 0)


def _words(data: bytes, repeat: int) -> Iterator[Word]:
    left, top, held = 30.0, 40.0, list(iter_unpack("4B", data[: len(data) // 4 * 4]))
    for which, across, down, how in held * repeat:
        text = WORDS[which % len(WORDS)] if how & 1 else chr(which + 256 * (how >> 1)) * (1 + across % 3)
        if "\ud800" <= text[:1] <= "\udfff":
            text = "?"
        if down & 0x80:
            left, top = 30.0 + 4 * (across % 64), top + (down & 0x1F)
        width, height = 5.0 * len(text), 8.0 + (how & 2) * 4
        if how == 0xFF:  # a box that no page has
            left, top = _NUMBERS[across % len(_NUMBERS)], _NUMBERS[down % len(_NUMBERS)]
        yield Word(text, left, top, left + width, top + height)
        left += width + (across & 0x0F)
