"""Whose SIRET is whose: the supplier's, the recipient's, or a third party's.

Nearly every French invoice prints its supplier's SIRET, few print the recipient's, some print a factor's or a
sub-contractor's. Where it stands on the page says nothing; what stands around it does. The SIREN of a body of public
law begins with 1 or 2, that of a company does not (INSEE), and a supplier prints its SIREN again in its VAT number
(FR, a key of two characters, the SIREN) and in its entry of the trade register (RCS).
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from importlib import resources
from itertools import pairwise
from typing import NamedTuple

from rules.identifiers import SIREN_LENGTH, siren_fault, siret_fault
from rules.model import Box
from worker.extract.page.labels import Label
from worker.extract.page.lines import SEGMENT_GAP, WIDE, Line, folded
from worker.extract.page.search import Sheet

_SIRET = re.compile(r"(?<!\w)(?<!\d[ .])\d(?:[ .\-\u00a0\u202f]{0,2}\d){13}(?![ .]?\d)(?!\w)")
_SIREN_ALONE = re.compile(r"\d{3} ?\d{3} ?\d{3}")
_NIC_ALONE = re.compile(r"\d{5}")
_VAT = re.compile(r"(?<!\w)FR\s?[0-9A-HJ-NP-Z]{2}[ .]?(\d{3}[ .]?\d{3}[ .]?\d{3})(?!\d)")
_OTHER_VAT = re.compile(
    r"(?<!\w)(BE\s?[01]\d{3}[ .]?\d{3}[ .]?\d{3}|DE\s?\d{9}|ES\s?[A-Z]\d{7}[A-Z0-9]|ES\s?\d{8}[A-Z]|IT\s?\d{11}"
    r"|LU\s?\d{8}|NL\s?\d{9}B\d{2}|PT\s?\d{9}|AT\s?U\d{8}|CHE-?\d{3}\.?\d{3}\.?\d{3}|IE\s?\d{7}[A-Z]{1,2}|GB\s?\d{9})(?!\w)"
)
_REGISTER = re.compile(r"(?:r\.?c\.?s\.?|siren(?! ?/)|r\.?m\.?)\b[^\d\t]{0,40}?(\d{3}[ .]?\d{3}[ .]?\d{3})(?![ .]?\d)")
_REGISTER_AFTER = re.compile(r"(?<!\d)(?<!\d[ .])(\d{3}[ .]?\d{3}[ .]?\d{3})\s+r\.?c\.?s\.?\b")


def _cues() -> dict[str, re.Pattern[str]]:
    text = resources.files(__package__).joinpath("parties.toml").read_text(encoding="utf-8")
    words = {name: "|".join(listed).replace("_", " ") for name, listed in tomllib.loads(text).items()}
    return {name: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)") for name, pattern in words.items()}


_CUES = _cues()


class Role(StrEnum):
    """Who a SIRET names."""

    SUPPLIER = "supplier"
    RECIPIENT = "recipient"
    THIRD = "third"
    UNKNOWN = "unknown"


_LABELLED = {Label.RECIPIENT_SIRET: Role.RECIPIENT, Label.SUPPLIER_SIRET: Role.SUPPLIER}
_PUBLIC_LAW = "12"  # how the SIREN of a body of public law begins
_HEADING_LINES = 14
_COLUMN = 30.0  # points by which a column's lines may be set off from its heading
_BLOCK_LINES = 7
_BLOCK_GAP = 1.3  # heights between lines of one block


class Identified(NamedTuple):
    """An identifier of a party as it stands on the page, and why it is thought to be this one's."""

    value: str
    role: Role
    page: int
    box: Box
    words: str
    why: str  # listed | labelled | register | block | left over
    margin: float  # by how much the evidence outweighs the contrary
    keyed: bool  # its check digits are right
    called: bool = False  # words around it say that the invoice is sent there
    seat: bool = False  # it is said to be the head office's, not of the establishment that sends the invoice


class VatNumber(NamedTuple):
    """A VAT number (BT-31) as it stands on the page."""

    value: str
    box: Box
    page: int
    words: str


def sirets(sheets: Sequence[Sheet], recipients: Collection[str]) -> tuple[Identified, ...]:
    """Every SIRET of the pages with its role. `recipients` are those of the body itself, where they are known."""
    sirens = _sirens_of_supplier(sheets)
    seen = [one for sheet in sheets for one in _on_page(sheet, recipients, sirens)]
    vat = vat_number(sheets)
    return tuple(_settled(seen, abroad=vat is not None and not vat.value.startswith("FR")))


def vat_number(sheets: Sequence[Sheet]) -> VatNumber | None:
    """The first VAT number of a supplier abroad, or a French one whose SIREN has a right key."""
    for sheet in sheets:
        for line in sheet.lines:
            if not line.has_identifiers or "client" in line.folded or "destinataire" in line.folded:
                continue
            for match in (*_VAT.finditer(line.text), *_OTHER_VAT.finditer(line.text)):
                text = re.sub(r"[ .\-]", "", match.group())
                if match.re is _OTHER_VAT or siren_fault(text[4:]) is None:
                    return VatNumber(text, line.box(match.start(), match.end()), sheet.page.number, match.group())
    return None


def supplier_sirens(sheets: Sequence[Sheet]) -> tuple[tuple[str, Box, int, str], ...]:
    """The SIREN of the trade register or of a VAT number, with its place."""
    return tuple(
        (siren, line.box(start, end), sheet.page.number, line.text[start:end])
        for sheet in sheets
        for line in sheet.lines
        for siren, start, end in _register_entries(line, _REGISTER, _REGISTER_AFTER, _VAT)
    )


def _on_page(sheet: Sheet, recipients: Collection[str], sirens: frozenset[str]) -> Iterator[Identified]:
    for value, row, box, words in _wrapped(sheet):
        role, why, margin = _role(_Named(value, sheet, row, box, None), recipients, sirens)
        yield Identified(value, role, sheet.page.number, box, words, why, margin, keyed=True)
    for row, line in enumerate(sheet.lines):
        for match in _SIRET.finditer(line.text) if line.has_identifiers else ():
            if not _is_together(line, match.start(), match.end()):
                continue
            value = re.sub(r"\D", "", match.group())
            label = _label_of(sheet, row, match.start())
            keyed = siret_fault(value) is None
            if not (keyed or label or value in recipients):
                continue
            box = line.box(match.start(), match.end())
            role, why, margin = _role(_Named(value, sheet, row, box, label), recipients, sirens)
            seat = "siege" in _before(line, match.start())
            called = role is Role.RECIPIENT and _is_called(_block(sheet, row, box))
            yield Identified(value, role, sheet.page.number, box, match.group(), why, margin, keyed, called, seat)


class _Block(NamedTuple):
    """The words around an identifier: what stands above says whose it is, what follows may be the next party's."""

    above: str
    below: str


class _Named(NamedTuple):
    """A SIRET as it stands on a page, with the label before it."""

    value: str
    sheet: Sheet
    row: int
    box: Box
    label: Label | None


def _is_called(block: _Block) -> bool:
    """Whether the words around a SIRET name a body of public law, or say that the invoice is sent there."""
    return bool(_CUES["recipient"].search(block.above) or _CUES["public"].search(block.above))


def _wrapped(sheet: Sheet) -> Iterator[tuple[str, int, Box, str]]:
    """SIRETs that a narrow column breaks after the SIREN: the line, the box and the words of each."""
    for row, (line, below) in enumerate(pairwise(sheet.lines)):
        if not line.has_identifiers:
            continue
        for first in line.segments:
            if not _SIREN_ALONE.fullmatch(first.text):
                continue
            for second in below.segments:
                near = (
                    abs(second[0].left - first[0].left) < first[0].bottom - first[0].top
                    and below.top < line.bottom + line.height
                )
                value = re.sub(r"\D", "", first.text + second.text)
                if near and _NIC_ALONE.fullmatch(second.text) and siret_fault(value) is None:
                    box = Box(first[0].left, line.top, max(first[-1].right, second[-1].right), below.bottom)
                    yield value, row, box, f"{first.text} {second.text}"


def _role(one: _Named, recipients: Collection[str], sirens: frozenset[str]) -> tuple[Role, str, float]:
    """Whose it is, why, and by how much the evidence outweighs the contrary."""
    if one.value in recipients:
        return Role.RECIPIENT, "listed", 10.0
    if one.label in _LABELLED:
        return _LABELLED[one.label], "labelled", 6.0
    if one.value[:SIREN_LENGTH] in sirens:
        return Role.SUPPLIER, "register", 6.0
    block = _block(one.sheet, one.row, one.box)
    if _CUES["third"].search(block.above):
        return Role.THIRD, "block", 3.0
    headed = _heading(one.sheet, one.row, one.box)
    return (headed, "headed", 4.0) if headed else _weighed(one.value, block)


def _weighed(value: str, block: _Block) -> tuple[Role, str, float]:
    """The role that more of the words around a SIRET speak for; none where they hardly differ."""
    public = value[0] in _PUBLIC_LAW
    called = 2.0 * bool(_CUES["recipient"].search(block.above)) + 1.5 * bool(_CUES["public"].search(block.above))
    around = f"{block.above} {block.below}"
    words = set(_CUES["supplier"].findall(around)) | ({"@"} if "@" in around else set())
    margin = (called + 2.0 * public) - (0.8 * min(len(words), 4) + 1.0 * (not public))
    if abs(margin) < 1.0:
        return Role.UNKNOWN, "block", abs(margin)
    return (Role.RECIPIENT if margin > 0 else Role.SUPPLIER), "block", abs(margin)


def _heading(sheet: Sheet, row: int, box: Box) -> Role | None:
    """The word that heads the column of a party, such as “Émetteur” or “Client”, where one stands above."""
    best: tuple[float, Role] | None = None
    for position in range(max(0, row - _HEADING_LINES), row + 1):
        for segment in sheet.lines[position].segments:
            text = folded(segment.text).strip(" :")
            role = Role.RECIPIENT if _CUES["heads_recipient"].fullmatch(text) else None
            role = Role.SUPPLIER if _CUES["heads_supplier"].fullmatch(text) else role
            offset = abs(segment[0].left - _column_left(sheet.lines[row], box))
            if role and offset < _COLUMN and (best is None or offset < best[0] + 1):
                best = (offset, role)
    return best[1] if best else None


def _column_left(line: Line, box: Box) -> float:
    """Where the column begins in which an identifier stands: its label is part of it."""
    segment = next((s for s in line.segments if s[0].left <= box.left + 1 and box.right - 1 <= s[-1].right), None)
    return segment[0].left if segment else box.left


def _settled(seen: list[Identified], *, abroad: bool) -> Iterator[Identified]:
    """What the words around it leave open is told by the others on the page.

    A supplier in France prints its SIRET. So the only one left is the supplier's, unless the supplier is abroad, even
    where it is one of a public body: public bodies send invoices too.
    """
    has_supplier = any(one.role is Role.SUPPLIER for one in seen)
    named = any(one.role is Role.RECIPIENT and one.why != "block" for one in seen)
    open_ = [one for one in seen if one.role is Role.UNKNOWN or (one.role is Role.RECIPIENT and one.why == "block")]
    left = {one.value for one in open_}
    for one in seen:
        alone = one in open_ and not has_supplier and len(left) == 1
        called = one.role is Role.RECIPIENT and one.called
        if alone and not abroad and (named or not called):
            yield one._replace(role=Role.SUPPLIER, why="left over")
        elif one in open_ and named and one.role is Role.RECIPIENT:
            yield one._replace(role=Role.UNKNOWN)
        else:
            yield one


def _before(line: Line, start: int) -> str:
    """What stands before a place in its segment."""
    return line.folded[line.folded.rfind(WIDE, 0, start) + 1 : start]


def _is_together(line: Line, start: int, end: int) -> bool:
    first, last = line.index_at(start), line.index_at(end - 1)
    return all(line.gap_before(i) <= SEGMENT_GAP * 1.3 for i in range(first + 1, last + 1))


def _label_of(sheet: Sheet, row: int, start: int) -> Label | None:
    """The label before an identifier on its line, or heading its column."""
    wanted = {Label.RECIPIENT_SIRET, Label.SUPPLIER_SIRET, Label.SIRET}
    before = [found for found in sheet.labels[row] if found.end <= start]
    if before and before[-1].label in wanted:
        label: Label = before[-1].label
        return label
    if row == 0 or before:
        return None
    above, line = sheet.lines[row - 1], sheet.lines[row]
    if line.top - above.bottom > 2 * max(line.height, 1.0):
        return None
    box = line.box(start, start + 1)
    heads = (found for found in sheet.labels[row - 1] if found.label in wanted)
    close = (f.label for f in heads if _overlaps(above.box(f.start, f.end), box, above.height))
    return next(close, None)


def _overlaps(one: Box, other: Box, slack: float) -> bool:
    return one.left - slack < other.right and other.left < one.right + slack


def _block(sheet: Sheet, row: int, box: Box) -> _Block:
    """The folded text around an identifier: its line with those of its block above, and those below."""
    line = " ".join(_over(sheet.lines[row], box, whole=True))
    above = " ".join(_block_lines(sheet, row, box, -1))
    return _Block(f"{above} {line}", " ".join(_block_lines(sheet, row, box, 1)))


def _block_lines(sheet: Sheet, row: int, box: Box, step: int) -> Iterator[str]:
    edge = sheet.lines[row]
    for distance in range(1, _BLOCK_LINES if step < 0 else 4):
        position = row + step * distance
        if not 0 <= position < len(sheet.lines):
            return
        line = sheet.lines[position]
        gap = edge.top - line.bottom if step < 0 else line.top - edge.bottom
        if gap > _BLOCK_GAP * max(edge.height, 1.0):
            return
        over = list(_over(line, box, whole=False))
        if over:
            yield " ".join(over)
            edge = line


def _over(line: Line, box: Box, *, whole: bool) -> Iterator[str]:
    for segment in line.segments:
        if (segment[0].left < box.right + 5 and box.left - 5 < segment[-1].right) or (
            whole and abs(segment[-1].right - box.left) < 3 * line.height
        ):
            yield folded(segment.text)


def _sirens_of_supplier(sheets: Sequence[Sheet]) -> frozenset[str]:
    """The SIRENs that only a supplier prints. Where VAT numbers name several, they tell nothing."""
    lines = [line for sheet in sheets for line in sheet.lines]
    registered = {s for line in lines for s, _, _ in _register_entries(line, _REGISTER, _REGISTER_AFTER)}
    taxed = {s for line in lines for s, _, _ in _register_entries(line, _VAT)}
    return frozenset(registered | (taxed if len(taxed) == 1 else set()))


def _register_entries(line: Line, *patterns: re.Pattern[str]) -> Iterator[tuple[str, int, int]]:
    """SIRENs in a VAT number or an entry of the trade register."""
    if not line.has_identifiers or "client" in line.folded or "destinataire" in line.folded:
        return
    for pattern in patterns:
        for match in pattern.finditer(line.text.upper() if pattern is _VAT else line.folded):
            siren = re.sub(r"\D", "", match.group(1))
            if pattern is not _VAT or siren_fault(siren) is None:
                yield siren, match.start(1), match.end(1)
