"""The commitments and contracts of the cases of the decision table: each is spent on by one case only.

`2026-0003nn` are the road firm's, `4nn` the stationer's, `5nn` the software house's, `6nn` the caterer's: 1000.00
remain on each. What a case needs otherwise is written out.
"""

from tests.fixture_maker import more_suppliers as m
from tests.fixture_maker import parties as p
from tests.fixture_maker.commitment import Commitment
from tests.fixture_maker.parties import Budget, Supplier


def _plain(first: int, last: int, supplier: Supplier, service: str, contract: str = "") -> tuple[Commitment, ...]:
    numbers = (f"2026-000{n}" for n in range(first, last + 1))
    return tuple(_main(number, supplier, service, contract=contract) for number in numbers)


def _main(
    number: str,
    supplier: Supplier = p.SOFTWARE,
    service: str = "061",
    remaining: str = "1000.00",
    contract: str = "",
    **more: object,
) -> Commitment:
    return Commitment(number, p.MAIN, service, supplier, "2000.00", remaining, contract, **more)  # type: ignore[arg-type]


def _annex(
    number: str,
    service: str,
    budget: Budget = p.LABORATORY,
    supplier: Supplier = p.REAGENTS,
    remaining: str = "1000.00",
    contract: str = "",
    status: str = "open",
) -> Commitment:
    return Commitment(number, budget, service, supplier, "2000.00", remaining, contract, status)


_WORKS = "2026/TRX/11"

_RUNS = (
    *_plain(301, 360, p.ROADS, "DIRINFRA"),
    *_plain(401, 430, p.OFFICE, "SAAM D5"),
    *_plain(501, 570, p.SOFTWARE, "061"),
    *_plain(601, 620, p.CATERER, "GN5CULTURE"),
    *_plain(701, 730, p.ROADS, "DIRINFRA", _WORKS),
)

_MARKETS = (
    _main("2026-000741", p.OFFICE, "MARCHES", contract="2026-FOUR-08"),
    _main("2026-000742", contract="2026-ENT-15"),
    _main("2026-000743"),
    _main("2026-000744", contract="MAPA-2026-31"),
    _main("2026-000745", contract="MAPA-2026-32"),
    _main("2026-000746", contract="MAPA-2026-33"),
    _main("2026-000747", contract="MAPA-2026-33"),
    _main("2026-000754", p.OFFICE, "MARCHES", contract="2026-FOUR-09"),
    _annex("L26-0105", "LABO_01", contract="LAB2026.05"),
    _annex("L26-0106", "LABO_01", contract="LAB2026.05", remaining="0.00", status="closed"),
    _annex("L26-0107", "LABO_01", contract="LAB2026.06"),
    _annex("L26-0108", "LABO_01", contract="LAB2026.06"),
    _annex("L26-0109", "LABO_01", supplier=p.OFFICE, contract="LAB2026.07"),
    _annex("L26-0110", "LABO_01"),
    _annex("L26-0111", "LABO_01", contract="LAB2026.08", status="cancelled"),
)

_FORMS = (
    # leading zeros
    _main("0045001301"),
    _main("77001302"),
    _main("CUL000415", p.CATERER, "GN5CULTURE"),
    _main("0815"),
    _main("00815"),
    _main("0916"),
    _main("00916"),
    # the exercise before or behind the number
    *(_main(number) for number in ("4711/2026", "4712-26", "4713", "4714", "4715/2026", "4716/2026", "4717/2026")),
    *(_main(number) for number in ("4718/2026", "2026/4718", "4719", "BC26/0071", "R&D-26-1", "SANS-SOUCI-26")),
    # collisions
    _main("88-001", p.OFFICE, "SAAM D5"),
    _main("8800-1"),
    _main("88-002", p.OFFICE, "SAAM D5"),
    _main("8800-2"),
    _main("2026-78", p.OFFICE, "SAAM D5"),
    _main("20267-8", p.OFFICE, "SAAM D5"),
    _main("FL-4402", p.OFFICE, "SAAM D5", year="2025", carried_over=True),
    _main("FL-4402", p.OFFICE, "SAAM D5"),
    _main("FL-4403", p.CATERER, "GN5CULTURE", year="2025", carried_over=True),
    _main("FL-4403", p.OFFICE, "SAAM D5"),
    _annex("2026-000512", "ATELIER", p.GARAGE, p.GARAGE_PARTS),
    # several in one field
    _main("2026-000748", service="GN5CULTURE"),
    _main("2026-000749", p.OFFICE),
)

_STATES = (
    _main("2026-000751", p.ROADS, "DIRINFRA", "0.00", status="closed"),
    _main("2026-000752", status="cancelled"),
    _main("2025-009921", p.ROADS, "DIRINFRA", year="2025", carried_over=True),
    _main("2025-009922", p.ROADS, "DIRINFRA", year="2025"),
    _main("2024-009923", p.ROADS, "DIRINFRA", year="2024"),
    _main("2025-009924", p.ROADS, "DIRINFRA", status="closed", year="2025"),
    _main("2026-000753", p.CATERER, ""),
    _main("2026-000755", p.CATERER, ""),
    _annex("PR.26.201", "MAGASIN", p.GARAGE, p.GARAGE_PARTS),
    _annex("L26-0120", "LABO_02"),
)

_AMOUNTS = (
    _main("2026-000750", p.ROADS, "DIRINFRA", "100.00"),
    _main("2026-000761", p.ROADS, "DIRINFRA", "100.00"),
    _main("2026-000762", p.ROADS, "DIRINFRA", "2000.00"),
    _main("2026-000763", p.ROADS, "DIRINFRA", "400.00"),
    _main("2026-000764", p.ROADS, "DIRINFRA", "400.00"),
    _main("2026-000765", p.ROADS, "DIRINFRA", "0.00"),
    _main("2026-000766", p.ROADS, "DIRINFRA", ""),
    _main("2026-000767", p.ROADS, "DIRINFRA", ""),
    _annex("L26-0131", "LABO_01", remaining="500.00"),
    _annex("L26-0132", "LABO_01", remaining="500.00"),
    _annex("L26-0133", "LABO_01", remaining=""),
)

_STRANGERS = (
    _main("2026-000771", m.KNOWN_MISKEYED),
    _main("2026-000772", m.NORWEGIAN),
    _main("2026-000773", m.CALEDONIAN),
    _main("2026-000774", m.TAHITIAN),
    _main("2026-000775", m.CALEDONIAN),
    _main("2026-000776", p.BELGIAN),
)

COMMITMENTS = (*_RUNS, *_MARKETS, *_FORMS, *_STATES, *_AMOUNTS, *_STRANGERS)

CONTRACT_PARTIES = (
    (_WORKS, "holder", p.ROADS),
    (_WORKS, "subcontractor", m.SIGNS),
    (_WORKS, "cocontractor", m.SURVEYOR),
    (_WORKS, "cocontractor", p.BELGIAN),
    ("2026/TRX/12", "holder", p.ROADS),
    ("2026/TRX/12", "subcontractor", m.PLUMBER),
    ("2026-FOUR-08", "holder", p.OFFICE),
    ("2026-FOUR-09", "holder", p.OFFICE),
    ("2026-ENT-15", "holder", p.SOFTWARE),
    ("MAPA-2026-31", "holder", p.SOFTWARE),
    ("MAPA-2026-32", "holder", p.SOFTWARE),
    ("MAPA-2026-33", "holder", p.SOFTWARE),
    ("LAB2026.05", "holder", p.REAGENTS),
    ("LAB2026.06", "holder", p.REAGENTS),
    ("LAB2026.07", "holder", p.OFFICE),
    ("LAB2026.08", "holder", p.REAGENTS),
)
