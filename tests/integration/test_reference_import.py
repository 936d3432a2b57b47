"""Importing reference data into a database, and reading it back by key."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select

from tests.places import FIXTURES
from tests.unit.reference.folders import GOOD, SCHOOL, TOWN, write
from worker.errors import PermanentError, ReferenceDataInvalid
from worker.store import reference, schema
from worker.store.engine import migrate, open_engine, reading

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
AS_OF = dt.datetime(2026, 11, 20, 5, tzinfo=dt.UTC)


@pytest.fixture
def engine(store_url):
    engine = open_engine(store_url, durable=False)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def good(tmp_path) -> Path:
    return write(tmp_path / "good")


def everything(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """All rows of the reference tables, whatever their import."""
    tables = (schema.reference_imports, schema.recipients, schema.services, schema.commitments, schema.contract_parties)
    with reading(engine) as connection:
        return {table.name: sorted(map(tuple, connection.execute(select(table))), key=repr) for table in tables}


def changes(report):
    return {table.table: (table.rows, table.added, table.removed, table.changed) for table in report.tables}


def test_a_first_import_adds_everything(engine, good):
    """The first import puts every row in force and reports the moment of the export."""
    seen: list[int] = []
    report = reference.import_folder(engine, good, now=NOW, progress=seen.append)
    assert (report.as_of, report.imported_at, report.released) == (AS_OF, NOW, 0)
    assert changes(report) == {
        "recipients": (2, 2, 0, 0),
        "services": (3, 3, 0, 0),
        "commitments": (2, 2, 0, 0),
        "contract_parties": (1, 1, 0, 0),
    }
    assert seen == [2, 5, 7, 8]
    with reading(engine) as connection:
        status = reference.status(connection)
    assert status is not None
    assert status.lines()[2] == "  services: 3 rows"
    assert (status.as_of, status.imported_at, dict(status.rows)["commitments"]) == (AS_OF, NOW, 2)


def test_before_the_first_import_there_is_nothing(engine):
    """Without an import there is no current one and no status."""
    with reading(engine) as connection:
        assert reference.current_import(connection) is None
        assert reference.status(connection) is None


def test_the_same_folder_again_changes_nothing(engine):
    """Importing the same files again reports no change, and keeps answering the same."""
    first = reference.import_folder(engine, FIXTURES / "reference", now=NOW)
    again = reference.import_folder(engine, FIXTURES / "reference", now=NOW)
    assert not first.is_unchanged
    assert again.is_unchanged
    assert "nothing changed" in again.lines()[0]
    assert [table.rows for table in again.tables] == [table.rows for table in first.tables]


def test_what_changed_is_reported(engine, good, tmp_path):
    """Rows are told apart by their key: added, removed, or changed; their line in the file is no change."""
    reference.import_folder(engine, good, now=NOW)
    files = {
        "recipients.csv": GOOD["recipients.csv"].replace("School", "College"),
        "services.csv": GOOD["services.csv"].replace("\n", f"\n{TOWN},PARC,Parks\n", 1),
        "commitments.csv": GOOD["commitments.csv"].replace("1 200,50", "1 200,51").replace("2026-2", "2026-9"),
        "contract_parties.csv": GOOD["contract_parties.csv"] + "M-8,subcontractor,2,BE0999001218\n",
    }
    report = reference.import_folder(engine, write(tmp_path / "new", files), now=NOW)
    assert changes(report) == {
        "recipients": (2, 0, 0, 1),
        "services": (4, 1, 0, 0),
        "commitments": (2, 1, 1, 1),
        "contract_parties": (2, 1, 0, 0),
    }
    assert "  commitments: 2 rows, 1 added, 1 removed, 1 changed" in str(report).splitlines()


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"services.csv": GOOD["services.csv"] + f"{SCHOOL},09,Pool,perhaps\n"}, ("services.csv", 5, None)),
        (
            {"commitments.csv": GOOD["commitments.csv"] + f"2026-2,{TOWN},,,,,,,\n"},
            ("commitments.csv", 4, "number"),
        ),
        ({"contract_parties.csv": "contract_number,role,supplier_id\nM,boss,1\n"}, ("contract_parties.csv", 2, "role")),
        ({"reference.toml": "as_of = 1"}, ("reference.toml", None, "as_of")),
    ],
)
def test_a_fault_leaves_everything_as_it_was(engine, good, tmp_path, files, place):
    """One fault in the last file, and nothing is imported: the tables hold what they held."""
    reference.import_folder(engine, good, now=NOW)
    before = everything(engine)
    with pytest.raises(ReferenceDataInvalid) as raised:
        reference.import_folder(engine, write(tmp_path / "bad", files), now=NOW)
    assert [fault[:3] for fault in raised.value.faults] == [place]
    assert everything(engine) == before


def test_a_commitment_stands_once_for_each_year(engine, tmp_path):
    """The key is recipient, number and fiscal year; no year is a year of its own; every repetition has its line."""
    rows = [(TOWN, "2025"), (TOWN, "2026"), (TOWN, ""), (SCHOOL, ""), (TOWN, "2026"), (TOWN, ""), (TOWN, "2026")]
    text = "number,recipient_siret,fiscal_year\n" + "".join(f"A,{siret},{year}\n" for siret, year in rows)
    with pytest.raises(ReferenceDataInvalid) as raised:
        reference.import_folder(engine, write(tmp_path / "twice", {"commitments.csv": text}), now=NOW)
    assert [(fault.line, fault.message.partition(" stands ")[2]) for fault in raised.value.faults] == [
        (6, "on line 3 already: remove one"),
        (7, "on line 4 already: remove one"),
        (8, "on line 3 already: remove one"),
    ]


@pytest.mark.parametrize(("kept", "refused"), [(8, False), (7, True), (0, True)])
def test_a_loss_beyond_the_limit_is_refused(engine, tmp_path, kept, refused):
    """A table may lose a fifth of its rows; beyond that nothing is imported, unless forced."""

    def folder(rows: int) -> Path:
        text = "number,recipient_siret\n" + "".join(f"{row},{TOWN}\n" for row in range(rows))
        return write(tmp_path / "some", {"commitments.csv": text})

    reference.import_folder(engine, folder(10), now=NOW)
    before = everything(engine)
    if refused:
        with pytest.raises(reference.ReferenceDataShrunk, match=f"from 10 to {kept} rows") as raised:
            reference.import_folder(engine, folder(kept), now=NOW)
        assert isinstance(raised.value, PermanentError)
        assert "--force" in str(raised.value)
        assert everything(engine) == before
    report = reference.import_folder(engine, folder(kept), now=NOW, force=refused)
    assert changes(report)["commitments"] == (kept, 0, 10 - kept, 0)


def test_the_limit_can_be_set(engine, good, tmp_path):
    """The limit is a percentage, as a decimal or a float."""
    smaller = write(tmp_path / "smaller", {"contract_parties.csv": None})
    reference.import_folder(engine, good, now=NOW)
    with pytest.raises(reference.ReferenceDataShrunk, match=r"more than 99\.5 %"):
        reference.import_folder(engine, smaller, now=NOW, policy_limit=99.5)
    reference.import_folder(engine, smaller, now=NOW, policy_limit=Decimal(100))


def test_old_imports_do_not_pile_up(engine, good):
    """No more than the import in force and the one before it are kept."""
    for _ in range(4):
        reference.import_folder(engine, good, now=NOW)
    assert {table: len(rows) for table, rows in everything(engine).items()} == {
        "reference_imports": 2,
        "recipients": 4,
        "services": 6,
        "commitments": 4,
        "contract_parties": 2,
    }


def _reserve(engine: Engine, moments: dict[str, dt.datetime]) -> None:
    with engine.begin() as connection:
        for key, moment in moments.items():
            invoice = {
                "invoice_key": key,
                "first_seen": moment,
                "decision_number": 0,
                "outcome": "ROUTED",
                "closed": False,
            }
            connection.execute(insert(schema.invoices).values(invoice))
            promise = {"invoice_key": key, "recipient_siret": TOWN, "number": "2026-1", "amount": Decimal(5)}
            connection.execute(insert(schema.reservations).values(**promise, reserved_at=moment))


def test_reservations_that_the_export_counts_are_released(engine, good, tmp_path):
    """Reservations older than the export go with the swap; later ones, and all of them after a fault, stay."""
    second = dt.timedelta(seconds=1)
    _reserve(engine, {"old": AS_OF - second, "same": AS_OF, "new": AS_OF + second})
    with pytest.raises(ReferenceDataInvalid):
        reference.import_folder(engine, write(tmp_path / "bad", {"services.csv": None}), now=NOW)
    report = reference.import_folder(engine, good, now=NOW)
    with reading(engine) as connection:
        kept = set(connection.scalars(select(schema.reservations.c.invoice_key)))
    assert (report.released, kept) == (1, {"same", "new"})
    assert "  1 reservations older than the export were released" in report.lines()
