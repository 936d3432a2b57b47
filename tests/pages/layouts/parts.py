"""What several layouts print in their own words: who sells, who buys, what is sold."""

from decimal import Decimal

from tests.pages.facts import Facts, Line
from tests.pages.sheet import Sheet


def rate(value: Decimal) -> str:
    """A rate in percent, as "5,5"."""
    return f"{value:f}".replace(".", ",")


def address(facts: Facts) -> list[str]:
    """The supplier's name and address."""
    firm = facts.supplier
    return [firm.name, firm.street, firm.town]


def recipient(facts: Facts, *between: str) -> list[str]:
    """The recipient's name and address, with lines after the name."""
    return [facts.body.name, *between, facts.body.street, facts.body.town]


def identity(s: Sheet, x: float, y: float, label: str = "SIRET", *, size: float | None = None) -> None:
    """Write the supplier's identifier: its SIRET, only its SIREN, or a foreign VAT number."""
    firm = s.facts.supplier
    if firm.country != "FR":
        s.put(x, y, s.label(f"N° TVA{s.look.colon} ") + firm.vat, size=size)
    elif s.facts.siren_only:
        s.put(x, y, s.label(f"SIREN{s.look.colon} ") + spaced_siren(firm.siren), size=size)
    else:
        s.line(x, y, f"{label}{s.look.colon} {{supplier}}", size=size)


def spaced_siren(siren: str) -> str:
    """A SIREN in groups of three."""
    return f"{siren[:3]} {siren[3:6]} {siren[6:]}"


def legal(s: Sheet, y: float, template: str, *, size: float = 6.5, x: float = 105) -> None:
    """Write a line of legal facts in the middle of the foot. `[id]` is the supplier's identifier, whichever it has."""
    firm = s.facts.supplier
    own = "SIRET {supplier}"
    if firm.country != "FR":
        own = f"TVA {firm.vat}"
    elif s.facts.siren_only:
        own = f"SIREN {spaced_siren(firm.siren)}"
    known = {
        "[id]": own, "[name]": firm.name, "[form]": firm.form, "[capital]": firm.capital, "[vat]": firm.vat,
        "[rcs]": f"RCS {firm.city} {spaced_siren(firm.siren)}", "[ape]": firm.ape, "[iban]": firm.iban,
        "[phone]": firm.phone, "[mail]": firm.mail, "[street]": firm.street, "[town]": firm.town,
    }  # fmt: skip
    for mark, text in known.items():
        template = template.replace(mark, text)
    s.traits.add("supplier:in-footer") if "{supplier}" in template else None
    s.line(x, y, template, align="c", size=size)


def plain_rows(s: Sheet, lines: tuple[Line, ...] | None = None) -> list[tuple[str, ...]]:
    """Rows of text, quantity, price, net."""
    return [(line.text, str(line.quantity), s.money(line.price), s.money(line.net)) for line in lines or s.facts.lines]


def coded_rows(s: Sheet) -> list[tuple[str, ...]]:
    """Rows of article code, text, quantity, price, rate, net."""
    return [
        (f"A{1000 + 37 * place % 900}", line.text, str(line.quantity), s.money(line.price), rate(line.rate),
         s.money(line.net))
        for place, line in enumerate(s.facts.lines)
    ]  # fmt: skip


def totals(s: Sheet, x: float, y: float, right: float, pairs: list[tuple[str, str]], leading: float = 6) -> float:
    """Write labels at x and their amounts right-aligned; the last in bold."""
    for place, (label, spec) in enumerate(pairs):
        s.pair(x, y, label, spec, right=right, colon=False, bold=place == len(pairs) - 1)
        y += leading
    return y
