"""What a commitment is to the writers of the reference data."""

from dataclasses import dataclass

from tests.fixture_maker.parties import Budget, Supplier


@dataclass(frozen=True)
class Commitment:
    """A commitment (engagement): money set aside for one supplier. Empty text means that the export says nothing."""

    number: str
    budget: Budget
    service: str
    supplier: Supplier
    amount: str
    remaining: str
    contract: str = ""
    status: str = "open"
    labels: str = ""
    year: str = "2026"
    carried_over: bool = False
    currency: str = "EUR"
