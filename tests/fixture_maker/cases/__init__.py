"""The cases, a module per kind of document, in the order in which the folders sort."""

from tests.fixture_maker.cases import (
    cii,
    decisions,
    facturx,
    other,
    pages,
    pivot,
    pivot_damage,
    table_amounts,
    table_cadres,
    table_contractors,
    table_credits,
    table_duplicates,
    table_intake,
    table_missing,
    table_numbers,
    table_services,
    table_several,
    table_stale,
    table_suppliers,
    ubl,
)
from tests.fixture_maker.model import Case

_FORMATS = (*cii.CASES, *facturx.CASES, *other.CASES, *pages.CASES, *pivot.CASES, *pivot_damage.CASES, *ubl.CASES)
_DECISIONS = (
    *decisions.CASES,
    *table_intake.CASES,
    *table_duplicates.CASES,
    *table_cadres.CASES,
    *table_credits.CASES,
    *table_missing.CASES,
    *table_numbers.CASES,
    *table_several.CASES,
    *table_suppliers.CASES,
    *table_contractors.CASES,
    *table_services.CASES,
    *table_amounts.CASES,
    *table_stale.CASES,
)
ALL: tuple[Case, ...] = tuple(sorted((*_FORMATS, *_DECISIONS), key=lambda case: case.folder))
if len({case.id for case in ALL}) != len(ALL):
    raise ValueError("two cases have the same id")
