"""The set itself: every layout with several invoices."""

from collections.abc import Iterator
from random import Random

import tests.pages.layouts  # noqa: F401  (registers them)
from tests.pages.facts import draw_facts
from tests.pages.registry import LAYOUTS, Layout
from tests.pages.sheet import Sheet
from tests.pages.truth import Case

SEED = 20261112
PER_LAYOUT = 9


def drawn(layout: Layout, number: int) -> Sheet:
    """Draw one invoice of a layout, not yet as PDF."""
    rng = Random(f"{SEED}:{layout.name}:{number}")
    credit = bool(layout.credit) and number % layout.credit == 1
    facts = draw_facts(rng, layout.trade, credit=credit)
    sheet = Sheet(facts, layout.look, rng)
    layout.draw(sheet, facts)
    return sheet


def cases(part: str | None = None) -> Iterator[Case]:
    """Every invoice of a part, or of both, always the same."""
    for layout in LAYOUTS.values():
        if part in {None, layout.part}:
            for number in range(PER_LAYOUT):
                yield _case(layout, number)


def _case(layout: Layout, number: int) -> Case:
    sheet = drawn(layout, number)
    return Case(
        name=f"{layout.name}-{number + 1:02d}",
        layout=layout.name,
        part=layout.part,
        truth=sheet.truth(),
        traits=traits(layout, sheet),
        pdf=sheet.pdf(),
    )


def traits(layout: Layout, sheet: Sheet) -> frozenset[str]:
    """Everything that makes this invoice hard, or easy: composition, look, forms, what it lacks."""
    facts, look, truth = sheet.facts, layout.look, sheet.truth()
    missing = {f"missing:{name}" for name in ("service", "ej", "contract") if getattr(facts, name) is None}
    chosen = {
        f"order:{look.order}": True,
        f"text:{look.mode}": True,
        "font:truetype": look.font == "Vera",
        "font:standard": look.font != "Vera",
        "page:landscape": look.landscape,
        "page:rotate": bool(look.turn),
        "value:credit-note": facts.credit,
        "value:several-rates": len(facts.taxes) > 1,
        "supplier:foreign": facts.supplier.country != "FR",
        "supplier:siren-only": facts.supplier.country == "FR" and facts.siren_only,
        "recipient:siret": truth.recipient_siret is not None,
        "recipient:no-siret": truth.recipient_siret is None,
        "recipient:known": bool(facts.body.services),
        "recipient:invented": not facts.body.services,
    }
    return layout.traits | sheet.traits | missing | {trait for trait, holds in chosen.items() if holds}
