"""The cases, a module per kind of document, in the order in which the folders sort."""

from tests.fixture_maker.cases import cii, decisions, facturx, other, pivot, pivot_damage, ubl
from tests.fixture_maker.model import Case

ALL: tuple[Case, ...] = tuple(
    sorted(
        (*cii.CASES, *facturx.CASES, *other.CASES, *pivot.CASES, *pivot_damage.CASES, *decisions.CASES, *ubl.CASES),
        key=lambda case: case.folder,
    )
)
if len({case.id for case in ALL}) != len(ALL):
    raise ValueError("two cases have the same id")
