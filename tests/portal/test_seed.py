"""A portal filled from reference data, read by the worker itself, and as a command."""

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from rules.findings import ReasonCode
from rules.model import Invoice as Read
from tests.places import FIXTURES, ROOT
from tests.portal.calling import SEARCH, START, Caller, content
from tests.unit.extract.samples import readings
from worker.errors import ConfigurationError
from worker.fake_portal import Clock, Form, Portal, PortalServer
from worker.fake_portal.seed import deposit_some, from_reference

REFERENCE = FIXTURES / "reference"


def portal_with(count: int, seed: int = 0) -> Portal:
    portal = from_reference(REFERENCE, clock=Clock(START))
    deposit_some(portal, REFERENCE, count, seed=seed)
    return portal


def value(field: object) -> object:
    return None if field is None else field.value  # type: ignore[attr-defined]


def test_seed_decides() -> None:
    """The same seed deposits the same invoices, another one others; as many as asked for, of every form."""
    first, second, other = portal_with(80, 1), portal_with(80, 1), portal_with(80, 2)
    assert first.invoices() == second.invoices()
    assert first.invoices() != other.invoices()
    assert len(first.invoices()) == 80
    assert set(Counter(invoice.form for invoice in first.invoices())) == set(Form)


def test_structures_are_those_of_the_reference() -> None:
    """Recipients become structures with their demands, services theirs."""
    made = {structure.siret: structure for structure in portal_with(0).structures()}
    laboratory = made["22990001400023"]
    assert (laboratory.service_required, laboratory.commitment_required) == (True, True)
    assert made["22990001400015"].service("061") is not None


def read_as(number: str | None, form: Form) -> set[str | None]:
    """What may be read of a number: itself; on a page that shows fewer than three digits of it, also nothing."""
    hardly = form is Form.PDF and sum(map(str.isdigit, number or "")) < 3
    return {number, None} if hardly else {number}


@pytest.mark.parametrize("form", list(Form))
def test_the_worker_reads_what_the_portal_hands_over(form: Form) -> None:
    """The pivot and the original inside it say the same to the worker's own reading, without a finding.

    A plain PDF is read from its page, which is the one finding then: a number is read as it stands or, where it is
    hardly one ("cde-rh-7"), not at all.
    """
    portal = portal_with(60, seed=3)
    invoices = [invoice for invoice in portal.invoices() if invoice.form is form]
    with PortalServer(portal).running() as server:
        caller = Caller(server)
        for invoice in invoices:
            (read,) = readings(content(caller.download(invoice.id)))
            assert isinstance(read, Read)
            assert read.findings == ()
            assert value(read.service_code) == invoice.service_code
            assert value(read.commitment_number) == invoice.commitment_number
            (original,) = readings(invoice.pieces[0].content)
            assert isinstance(original, Read)
            told = [ReasonCode.INT_READ_FROM_PAGE] if form is Form.PDF else []
            assert [found.code for found in original.findings] == told
            assert value(original.recipient_siret) == value(read.recipient_siret)
            assert value(original.service_code) == invoice.service_code
            assert value(original.commitment_number) in read_as(invoice.commitment_number, form)
            assert value(original.contract_number) in read_as(invoice.contract_number, form)
            assert value(original.amount_incl_tax) == invoice.gross
    assert invoices


def test_reference_that_cannot_be_read(tmp_path: Path) -> None:
    """A folder without the files, or with files of another kind, is refused with its name."""
    with pytest.raises(ConfigurationError, match=r"recipients\.csv"):
        from_reference(tmp_path, clock=Clock(START))
    (tmp_path / "recipients.csv").write_text("siret\n1\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="name"):
        from_reference(tmp_path, clock=Clock(START))


def test_address_in_use() -> None:
    """A port that another has is refused with a sentence."""
    with PortalServer(portal_with(0)).running() as server:
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(ConfigurationError, match=str(port)):
            PortalServer(portal_with(0), port=port)


@pytest.mark.parametrize("deaf", [False, True], ids=["heard", "started deaf"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["interrupted", "terminated"])
def test_command(number: signal.Signals, *, deaf: bool) -> None:
    """`fake-portal` prints where it answers and with which accounts, answers, and ends when it is told to.

    A shell starts what runs in the background deaf to interruptions.
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "worker", "fake-portal", "--port", "0", "--invoices", "7", "--seed", "1"]
    if deaf:
        command = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *command]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        told = dict(re.split(r"\s{2,}", process.stdout.readline().strip()) for _ in range(5))
        summary = process.stdout.readline()
        try:
            caller = Caller(_Told(told["token"], told["API"]))  # type: ignore[arg-type]
            got = caller.post(SEARCH, {"typeDemandePaiement": "FACTURE"})
            process.send_signal(number)
            _, errors = process.communicate(timeout=20)
        finally:
            process.kill()  # else the test would wait for ever for what does not end
    assert summary.startswith("7 invoices for ")
    assert told["client_id"] == caller.credentials.client_id
    assert 1 <= got.json["total"] <= 7
    assert (process.returncode, errors) == (0, "")


def test_command_without_reference() -> None:
    """Without reference data the command ends with 2 and one line that names the file."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "worker", "fake-portal", "--port", "0", "--reference", "/nowhere"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=60)
    assert done.returncode == 2
    assert done.stderr.startswith("aiguilleur: /nowhere/recipients.csv: ")
    assert done.stderr.count("\n") == 1


class _Told:
    """A server as the command tells of it."""

    def __init__(self, token_url: str, api_url: str) -> None:
        self.token_url, self.api_url = token_url, api_url
