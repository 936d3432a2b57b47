"""What readers of the reference data see: each row by its key, and one import or the other, never a mix."""

import datetime as dt
import threading
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from rules.identifiers import party_key
from rules.model import Commitment
from rules.normalise import number_key
from tests.unit.reference.folders import GOOD, SCHOOL, SUPPLIER, TOWN, write
from worker.store import reference, schema
from worker.store.engine import migrate, open_engine, reading

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
AS_OF = dt.datetime(2026, 11, 20, 5, tzinfo=dt.UTC)
OTHER = {
    "recipients.csv": GOOD["recipients.csv"].replace("Town", "City"),
    "commitments.csv": f"number,recipient_siret,fiscal_year\n2026-1,{TOWN},2026\n2026-3,{TOWN},2026\n",
}


@pytest.fixture
def engine(store_url):
    engine = open_engine(store_url, durable=False)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def good(tmp_path) -> Path:
    return write(tmp_path / "good")


def names(engine: Engine) -> tuple[set[str], set[str]]:
    """What a reader sees: the name of the town, and the numbers of its commitments."""
    with reading(engine) as connection:
        current = reference.current_import(connection)
        assert current is not None
        town = reference.recipient(connection, current, TOWN)
        keys = [number_key(f"2026-{number}") for number in (1, 2, 3)]
        found = reference.commitments_by_keys(connection, current, keys)
        return {town.name if town else "?"}, {commitment.number for commitment in found}


GOOD_NAMES = ({"Town"}, {"2026-1", "2026-2"})
OTHER_NAMES = ({"City"}, {"2026-1", "2026-3"})


def test_the_swap_shows_the_old_or_the_new_data(engine, good, tmp_path):
    """A reader elsewhere never sees a mix: old data until the swap, and to the end of what it began."""
    other = write(tmp_path / "other", OTHER)
    reference.import_folder(engine, good, now=NOW)
    during = []
    with reading(engine) as connection:
        before = reference.current_import(connection)
        reference.import_folder(engine, other, now=NOW, progress=lambda _: during.append(names(engine)))
        assert before is not None
        town = reference.recipient(connection, before, TOWN)
        assert town is not None
        assert town.name == "Town"
    assert during
    assert all(seen == GOOD_NAMES for seen in during)
    assert names(engine) == OTHER_NAMES


def test_readers_beside_many_swaps_never_see_a_mix(engine, good, tmp_path):
    """However a reader falls between swaps, what it sees belongs together."""
    other = write(tmp_path / "other", OTHER)
    reference.import_folder(engine, good, now=NOW)
    seen, done = [], threading.Event()

    def watch() -> None:
        while not done.is_set():
            seen.append(names(engine))

    reader = threading.Thread(target=watch)
    reader.start()
    try:
        for folder in (other, good) * 10:
            reference.import_folder(engine, folder, now=NOW)
    finally:
        done.set()
        reader.join()
    assert seen
    assert all(both in (GOOD_NAMES, OTHER_NAMES) for both in seen)


def test_imports_at_once_wait_for_each_other(engine, good, tmp_path):
    """Several imports at the same time end with one of them in force, whole."""
    folders = [good, write(tmp_path / "other", OTHER)] * 3
    failures: list[Exception] = []

    def run(folder: Path) -> None:
        try:
            reference.import_folder(engine, folder, now=NOW)
        except Exception as failure:  # noqa: BLE001  a failure of the thread is the failure of the test
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(folder,)) for folder in folders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert names(engine) in (GOOD_NAMES, OTHER_NAMES)
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).where(schema.reference_imports.c.is_current)) == 1


def test_everything_is_found_by_its_keys(engine, good):
    """Each question of a decision finds exactly its rows, in a fixed order, as values of the rules."""
    reference.import_folder(engine, good, now=NOW)
    first = Commitment(
        number="2026-1",
        recipient_siret=TOWN,
        fiscal_year=2026,
        service_code="061",
        supplier_id_type="SIRET",
        supplier_id=SUPPLIER,
        contract_number="M-7",
        amount=Decimal("1200.50"),
        labels=("a", "b"),
    )
    second = Commitment(number="2026-2", recipient_siret=TOWN)
    supplier = party_key(SUPPLIER, "SIRET")
    with reading(engine) as connection:
        imp = reference.current_import(connection)
        assert imp is not None
        assert imp.as_of == AS_OF
        assert reference.recipients_sirets(connection, imp) == (TOWN, SCHOOL)
        assert reference.recipient(connection, imp, SUPPLIER) is None
        assert [service.code for service in reference.services(connection, imp, TOWN)] == ["061", "SAAM D5"]
        keys = [number_key("EJ 2026/2"), number_key("2026-1"), number_key("none")]
        assert reference.commitments_by_keys(connection, imp, keys * 400) == (first, second)
        assert reference.commitments_by_keys(connection, imp, ()) == ()
        assert reference.commitments_by_contract_keys(connection, imp, [number_key("m 7")]) == (first,)
        assert reference.commitments_of_supplier(connection, imp, TOWN, supplier, 5) == (first,)
        assert reference.commitments_of_supplier(connection, imp, SCHOOL, supplier, 5) == ()
        assert reference.commitment(connection, imp, TOWN, "2026-1", 2026) == first
        assert reference.commitment(connection, imp, TOWN, "2026-2", None) == second
        assert reference.commitment(connection, imp, TOWN, "2026-1", None) is None
        assert reference.commitment(connection, imp, SCHOOL, "2026-1", 2026) is None
        assert [party.role for party in reference.contract_parties(connection, imp, ["7"])] == ["holder"]


def test_the_order_of_the_rows_makes_no_difference(engine, tmp_path):
    """Permuted files give the same answers; of a supplier's many commitments the open and latest come first."""
    header = "number,recipient_siret,supplier_id_type,supplier_id,fiscal_year,status\n"
    rows = [f"{row},{TOWN},1,{SUPPLIER},{year},{status}\n" for row, year, status in _VARIED]
    answers = []
    for text in (rows, rows[::-1]):
        folder = write(tmp_path / "permuted", {"commitments.csv": header + "".join(text)})
        reference.import_folder(engine, folder, now=NOW)
        with reading(engine) as connection:
            imp = reference.current_import(connection)
            assert imp is not None
            found = reference.commitments_of_supplier(connection, imp, TOWN, party_key(SUPPLIER, "SIRET"), 3)
            answers.append([commitment.number for commitment in found])
    assert answers == [["B", "E", "A"]] * 2


_VARIED = [("A", 2025, "open"), ("B", 2026, "open"), ("C", "", "open"), ("D", 2026, "closed"), ("E", 2026, "open")]
