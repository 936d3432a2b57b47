"""The log of faults and notices."""

import pytest

from worker.errors import ReferenceDataInvalid
from worker.reference.faults import MAX_FAULTS_KEPT, Fault, FaultLog


def test_all_faults_are_raised_at_once_and_readable():
    """The error is a `ReferenceDataInvalid`, has a line for every fault, by file and line, and carries them."""
    log = FaultLog()
    log.fault("services.csv", 9, "code", "is empty")
    log.fault("recipients.csv", None, None, "is missing")
    log.fault("services.csv", 2, None, "is short")
    with pytest.raises(ReferenceDataInvalid) as raised:
        log.raise_if_faulty()
    assert raised.value.faults == (
        Fault("recipients.csv", None, None, "is missing"),
        Fault("services.csv", 2, None, "is short"),
        Fault("services.csv", 9, "code", "is empty"),
    )
    assert str(raised.value).splitlines() == [
        "the reference data has 3 faults; nothing was imported. Correct and import again:",
        "  recipients.csv: is missing",
        "  services.csv, line 2: is short",
        "  services.csv, line 9, code: is empty",
    ]


def test_faults_beyond_the_limit_are_counted():
    """Of each file the first faults are kept in full and the rest counted, so that one file does not hide another."""
    log = FaultLog()
    for line in range(1, 10_001):
        log.fault("commitments.csv", line, "amount", "is no amount")
    log.fault("contract_parties.csv", 7, "role", "is no role")
    with pytest.raises(ReferenceDataInvalid, match="10001 faults") as raised:
        log.raise_if_faulty()
    assert len(raised.value.faults) == MAX_FAULTS_KEPT + 1
    assert raised.value.faults[-1].file == "contract_parties.csv"
    assert str(raised.value).endswith(f"… and {10_000 - MAX_FAULTS_KEPT} more")


def test_equal_notices_are_counted_together():
    """A remark that holds for many rows stands once, with its first line and the number of rows."""
    log = FaultLog()
    for line in (4, 8, 9):
        log.notice("commitments.csv", line, "supplier_id", "the SIRET has a wrong key")
    log.notice("recipients.csv", None, None, "is the directory")
    log.raise_if_faulty()
    assert [str(notice) for notice in log.notices] == [
        "commitments.csv, line 4, supplier_id: the SIRET has a wrong key (3 rows)",
        "recipients.csv: is the directory",
    ]
