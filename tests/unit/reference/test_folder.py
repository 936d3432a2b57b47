"""Reading a folder of reference files."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.model import AmountBasis, Commitment, ContractParty, Recipient, Service
from tests.places import FIXTURES
from tests.unit.reference.folders import GOOD, SCHOOL, SUPPLIER, TOWN, read, write
from worker.reference.csv_file import MAX_LINE
from worker.reference.folder import count_lines


def places(log):
    return [fault[:3] for fault in log.faults]


def test_a_good_folder_gives_its_rows(tmp_path):
    """Every cell is read into its field; what is not given has its default."""
    log, rows = read(write(tmp_path))
    assert log.faults == ()
    assert rows["recipients"] == [
        Recipient(siret=TOWN, name="Town", active=True, service_required=True),
        Recipient(siret=SCHOOL, name="School", amount_basis=AmountBasis.HT),
    ]
    assert rows["services"][1] == Service(recipient_siret=TOWN, code="SAAM D5", name="Buying")
    assert rows["commitments"] == [
        Commitment(
            number="2026-1",
            recipient_siret=TOWN,
            service_code="061",
            supplier_id_type="SIRET",
            supplier_id=SUPPLIER,
            contract_number="M-7",
            fiscal_year=2026,
            amount=Decimal("1200.50"),
            labels=("a", "b"),
        ),
        Commitment(number="2026-2", recipient_siret=TOWN),
    ]
    assert rows["contract_parties"] == [
        ContractParty(contract_number="M-7", role="holder", supplier_id_type="SIRET", supplier_id=SUPPLIER)
    ]


def test_our_own_fixtures_have_no_fault():
    """The reference folder of the fixtures has no fault; the one wrong key that a case is about is remarked."""
    log, rows = read(FIXTURES / "reference")
    assert log.faults == ()
    assert [(notice.column, notice.rows) for notice in log.notices] == [("supplier_id", 1)]
    assert count_lines(FIXTURES / "reference") == sum(map(len, rows.values())) + len(rows)


def _semicolons(text):
    return text.replace(",", ";").replace('"1 200;50"', "1 200,50")


@pytest.mark.parametrize(
    "written",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        _semicolons,
        lambda text: "\ufeff" + _semicolons(text).replace("\n", "\r\n"),
        lambda text: "\n" + text.replace("\n", "\n\n"),
        lambda text: text.replace("\n", ",,\n") + ",,,,,,,,,,\n",
        lambda text: text.rstrip("\n"),
        lambda text: text.partition("\n")[0].upper() + "\n" + text.partition("\n")[2],
        lambda text: _semicolons(text).replace(";", " ;\u00a0"),
    ],
    ids=["bom", "crlf", "semicolon", "excel", "blank lines", "more delimiters", "no last end", "upper", "blanks"],
)
def test_the_way_of_writing_makes_no_difference(tmp_path, written):
    """Byte order mark, delimiter, line ends, blank lines and the case of the header change nothing."""
    files = {name: written(text) for name, text in GOOD.items() if name.endswith(".csv")}
    log, rows = read(write(tmp_path / "other", files))
    assert log.faults == ()
    assert rows == read(write(tmp_path / "plain"))[1]


def test_every_fault_is_reported_with_its_place(tmp_path):
    """Faults of all files are found in one go, each with file, physical line and column."""
    files = {
        "recipients.csv": (
            f"siret,name,active,amount_basis\n{TOWN},Town,perhaps,net\n{SCHOOL},School,,\n{TOWN},Again,,\n"
        ),
        "services.csv": (
            f'recipient_siret,code,name,valid_from\n{TOWN},061,"Roads\nand bridges",\n{TOWN},,Nameless,\n'
            f"{TOWN},062,Parks,1/2/2026\n21600158600033,061,Lost,\n{SCHOOL},saam  d5,Buying,\n{SCHOOL},SAAM D5,Twice,\n"
        ),
        "commitments.csv": (
            "number,recipient_siret,fiscal_year,status,amount,remaining\n"
            f",{TOWN},26,frozen,12 €,1.000,5\n\n,{TOWN},26,frozen,12 €,1\nA,21600158600033,,,,\nB,{TOWN}\n"
        ),
        "contract_parties.csv": (
            "contract_number,role,supplier_id_type,supplier_id\nM-7,boss,9,X\nM-7,holder,1,123\nM-7,holder,,\n"
        ),
        "reference.toml": "as_of = 1",
    }
    log, _ = read(write(tmp_path, files))
    assert places(log) == [
        ("commitments.csv", 2, None),
        ("commitments.csv", 4, "number"),
        ("commitments.csv", 4, "fiscal_year"),
        ("commitments.csv", 4, "status"),
        ("commitments.csv", 4, "amount"),
        ("commitments.csv", 5, "recipient_siret"),
        ("commitments.csv", 6, None),
        ("contract_parties.csv", 2, "role"),
        ("contract_parties.csv", 2, "supplier_id_type"),
        ("contract_parties.csv", 3, "supplier_id"),
        ("contract_parties.csv", 4, "supplier_id"),
        ("recipients.csv", 2, "active"),
        ("recipients.csv", 2, "amount_basis"),
        ("recipients.csv", 4, "siret"),
        ("services.csv", 4, "code"),
        ("services.csv", 5, "valid_from"),
        ("services.csv", 6, "recipient_siret"),
        ("services.csv", 8, "code"),
    ]


@pytest.mark.parametrize(
    ("content", "line", "word"),
    [
        (None, None, "missing"),
        ("", None, "empty"),
        ("\n,,\n", None, "empty"),
        ("siret;name\n", None, "no recipient"),
        ("siret,nom\n1,x\n", 1, "column is missing"),
        ("siret,name,Siret\n1,x,2\n", 1, "twice"),
        (f'siret,name\n{TOWN},"Town\n'.encode(), 2, "quotation mark"),
        (f'siret,name\n{TOWN},"Town" hall\n'.encode(), 2, "quotation mark"),
        (b'siret,name\n1,"' + b"x" * 200_000, 2, "quotation mark"),
        (f"siret,name\n{TOWN},Town\n{SCHOOL},\xe9cole\n".encode("latin-1"), 3, "UTF-8"),
        ("siret,name\n".encode("utf-16"), 1, "UTF-8"),
        (b"siret,name\n1,\xe9\n2,\xe9\n", 2, "UTF-8"),
        (b"siret," + b"x" * 200_000, 1, "column is missing"),
        (b"siret,name\r1,x\r", 1, "line break"),
        (b"siret,name\n1,x\r1,y\n", 2, "line break"),
        (b"x" * (MAX_LINE + 1), 1, "CSV"),
        (f"siret,name\n{TOWN},To\0wn\n", 2, "NUL"),
    ],
)
def test_a_damaged_file_is_a_fault_with_its_line(tmp_path, content, line, word):
    """A file that is no CSV in UTF-8 with our columns is refused, with the line and what to do."""
    log, _ = read(write(tmp_path, {"recipients.csv": content, "services.csv": "recipient_siret,code,name\n"}))
    faults = [fault for fault in log.faults if fault.file == "recipients.csv"]
    assert [fault.line for fault in faults if word in fault.message] == [line], log.faults


def test_a_recipient_at_fault_is_not_blamed_on_what_refers_to_it(tmp_path):
    """Where a recipient's row cannot be read, its services and commitments are no further faults."""
    log, _ = read(write(tmp_path, {"recipients.csv": f"siret,name\n{TOWN},Town\n2160015860054,\n1,School\n"}))
    assert places(log) == [("recipients.csv", 4, "siret")]


def test_a_file_that_cannot_be_opened_is_a_fault(tmp_path):
    """Something else in the place of a file is a fault of that file."""
    folder = write(tmp_path, {"services.csv": None})
    (folder / "services.csv").mkdir()
    log, _ = read(folder)
    assert places(log) == [("services.csv", None, None)]
    assert "cannot be read" in log.faults[0].message


def test_a_missing_folder_is_said_once_for_each_file(tmp_path):
    """A folder that is not there is a fault, not an accident."""
    log, _ = read(tmp_path / "nowhere")
    assert {fault.file for fault in log.faults} == {"recipients.csv", "services.csv", "commitments.csv"}
    assert all("not a folder" in fault.message for fault in log.faults)


def test_the_optional_file_may_be_missing(tmp_path):
    """Without contract_parties.csv there are no parties and no fault."""
    log, rows = read(write(tmp_path, {"contract_parties.csv": None}))
    assert (log.count, rows["contract_parties"]) == (0, [])


def test_what_was_supposed_is_remarked(tmp_path):
    """Dropped zeros, wrong keys, types told by a key, ignored columns and unknown services are said, not refused."""
    files = {
        "recipients.csv": f"siret,name,colour\n{TOWN},Town,red\n{SCHOOL},School,blue\n5580501300036,Farm,\n",
        "commitments.csv": (
            "number,recipient_siret,service_code,supplier_id,amount,valid_from,valid_to\n"
            f'1,{TOWN},nowhere,{SUPPLIER},"1,234",2026-02-01,2026-01-01\n'
            f"2,{TOWN},saam d5,X,,,\n3,{TOWN},,356000000,,,\n"
        ),
    }
    log, rows = read(write(tmp_path, files))
    assert log.faults == ()
    assert rows["recipients"][2].siret == "05580501300036"
    assert [(row.supplier_id_type, row.supplier_id) for row in rows["commitments"]] == [
        ("SIRET", SUPPLIER),
        (None, "X"),
        ("SIREN", "356000000"),
    ]
    remarks = [str(notice) for notice in log.notices]
    expected = [
        "ignored: colour",
        "leading zero",
        "wrong key",
        "type is not given",
        "decimal comma",
        "before it begins",
    ]
    assert all(any(word in remark for remark in remarks) for word in [*expected, "none of the recipient's services"])


def test_dates_of_services_are_read(tmp_path):
    """A service has its period of validity."""
    text = f"recipient_siret,code,name,valid_from,valid_to\n{TOWN},061,Roads,2020-01-01,2026-12-31\n"
    _, rows = read(write(tmp_path, {"services.csv": text}))
    assert (rows["services"][0].valid_from, rows["services"][0].valid_to) == (
        dt.date(2020, 1, 1),
        dt.date(2026, 12, 31),
    )


HEADERS = st.sampled_from(
    [text.partition("\n")[0] for text in GOOD.values()] + ["", "Identifiant;Code;GestionEGMT;ServiceActif"]
)
NOISE = st.one_of(st.binary(max_size=200), st.text(alphabet=',;"\r\n\0é1a', max_size=80).map(str.encode))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(name=st.sampled_from([name for name in GOOD if name.endswith(".csv")]), header=HEADERS, noise=NOISE)
def test_any_file_gives_rows_or_faults(tmp_path, name, header, noise):
    """No content of a file raises: its rows are good or its faults are stated, and lines are those of the file."""
    content = header.encode() + b"\n" + noise
    log, rows = read(write(tmp_path, {name: content}))
    assert log.count >= len(log.faults)
    assert all(
        fault.line is None or 1 <= fault.line <= content.count(b"\n") + 1 for fault in log.faults if fault.file == name
    )
    assert log.count or rows["recipients"]
