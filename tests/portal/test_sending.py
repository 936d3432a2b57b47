"""Proposals sent to the portal: once, with consent, and with an account of everything."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update

from rules.policy import Policy, PolicyError, load
from tests.places import FIXTURES, ROOT
from tests.portal.calling import World
from tests.portal.intake import Bay, bay
from tests.unit.rules.build import policy as policy_with
from worker.errors import ConfigurationError
from worker.fake_portal import Fault
from worker.resources import load_policy, load_sentences
from worker.sending import NothingToSend, Proposal, Result, Sender
from worker.store.schema import decisions, invoices, portal_invoices, portal_sendings

TREAT, CONSULT = "traiter/recue", "consulter/recipiendaire"
AUTOMATIC = '[portal]\nautomatic = [["ENG_NOT_FOUND", "reject"]]'


@contextmanager
def _decided(world: World, folder: Path, policy: Policy | None = None, **fields: Any) -> Iterator[tuple[Bay, Sender]]:
    """One invoice whose commitment does not exist, decided: its proposal is a rejection."""
    world.supplier = world.portal.add_supplier("99977700600019", "Sans Commande SARL")  # one without any commitment
    world.deposit("F-1", service_code="DIRINFRA", commitment_number="INCONNU-123", **fields)
    with bay(world, folder, reference=FIXTURES / "reference") as ours:
        chosen = policy or load_policy()
        ours.pipeline = replace(ours.pipeline, policy=chosen)
        ours.poll()
        ours.decide()
        yield (
            ours,
            Sender(ours.api._client, ours.engine, ours.pipeline.clock, chosen, load_sentences("fr")),
        )


def _proposal(ours: Bay, sender: Sender) -> Proposal:
    (row,) = ours.rows(invoices)
    return sender.proposal(row.invoice_key)


def _status(world: World) -> str:
    (invoice,) = world.portal.invoices()
    return str(invoice.current.status)


def test_a_rejection_is_sent_once(world: World, tmp_path: Path) -> None:
    """It has the sentence for the supplier, is recorded, closes the invoice, and a second time changes nothing."""
    with _decided(world, tmp_path) as (ours, sender):
        proposal = _proposal(ours, sender)
        assert (proposal.status, _status(world)) == ("REJETEE", "MISE_A_DISPOSITION")
        assert "INCONNU-123" in proposal.motif
        assert sender.send(proposal, "finance").result is Result.SENT
        assert sender.send(proposal, "finance").result is Result.ALREADY
        assert world.portal.ledger.count(TREAT) == 1
        assert world.portal.invoices()[0].current.comment == proposal.motif
        assert [(row.result, row.sent_by, row.status_before) for row in ours.rows(portal_sendings)] == [
            ("sent", "finance", "MISE_A_DISPOSITION"),
            ("already", "finance", "REJETEE"),
        ]
        assert ours.rows(invoices)[0].closed


@pytest.mark.parametrize("fault", [Fault.RESET_AFTER, Fault.GATEWAY_TIMEOUT, Fault.CUT, Fault.EMPTY_BODY])
def test_a_call_without_an_answer_that_was_done(world: World, tmp_path: Path, fault: Fault) -> None:
    """The status is read before a second try, which is not made."""
    with _decided(world, tmp_path) as (ours, sender):
        world.server.faults.order(fault, path=TREAT)
        assert sender.send(_proposal(ours, sender), "finance").result is Result.SENT
        assert len(world.portal.ledger.status_changes) == 1


@pytest.mark.parametrize(
    "fault", [Fault.RESET_BEFORE, Fault.SERVER_ERROR, Fault.PAGE_AS_SUCCESS, Fault.UNAVAILABLE, Fault.ACCEPTED]
)
def test_a_call_without_an_answer_that_was_not_done(world: World, tmp_path: Path, fault: Fault) -> None:
    """The status is read, it is as before, and the call is made again, once."""
    with _decided(world, tmp_path) as (ours, sender):
        world.server.faults.order(fault, path=TREAT)
        assert sender.send(_proposal(ours, sender), "finance").result is Result.SENT
        assert len(world.portal.ledger.status_changes) == 1
        world.server.faults.order(fault, times=9, path=TREAT)


def test_a_portal_that_goes_away(world: World, tmp_path: Path) -> None:
    """Nobody knows what was done: that is recorded, and the next attempt reads the status first."""
    with _decided(world, tmp_path) as (ours, sender):
        proposal = _proposal(ours, sender)
        world.server.faults.order(Fault.RESET_AFTER, path=TREAT)
        read = ours.api._client.status
        asked: list[str] = []

        def gone(key: str) -> str | None:
            asked.append(key)
            if len(asked) > 1:
                world.server.faults.order(Fault.RESET_BEFORE, times=4, path=CONSULT)
            return read(key)

        ours.api._client.status = gone  # type: ignore[method-assign]
        outcome = sender.send(proposal, "finance")
        assert (outcome.result, outcome.code) == (Result.UNANSWERED, "PORTAL_UNAVAILABLE")
        assert not ours.rows(invoices)[0].closed
        ours.api._client.status = read  # type: ignore[method-assign]
        assert sender.send(proposal, "finance").result is Result.ALREADY
        assert len(world.portal.ledger.status_changes) == 1


@pytest.mark.parametrize(("status", "result"), [("MISE_EN_PAIEMENT", Result.NOT_ALLOWED), ("REJETEE", Result.ALREADY)])
def test_an_invoice_that_a_person_moved_on_the_portal(
    world: World, tmp_path: Path, status: str, result: Result
) -> None:
    """What the portal does not admit is not tried; what is done already is a success."""
    with _decided(world, tmp_path) as (ours, sender):
        proposal = _proposal(ours, sender)
        world.portal.move(int(proposal.portal_invoice_id), status)
        assert sender.send(proposal, "finance").result is result
        assert world.portal.ledger.count(TREAT) == 0


@pytest.mark.parametrize(("status", "result"), [("MISE_EN_PAIEMENT", Result.MOVED), ("REJETEE", Result.ALREADY)])
def test_20002_reads_the_status_again(world: World, tmp_path: Path, status: str, result: Result) -> None:
    """Somebody was faster, between our question and our call."""
    with _decided(world, tmp_path) as (ours, sender):
        proposal = _proposal(ours, sender)
        targets = ours.api._client.targets

        def meanwhile(present: str) -> frozenset[str]:
            told = targets(present)
            world.portal.move(int(proposal.portal_invoice_id), status)
            return told

        ours.api._client.targets = meanwhile  # type: ignore[method-assign]
        outcome = sender.send(proposal, "finance")
        assert (outcome.result, outcome.code, outcome.status_after) == (result, "20002", status)


def test_another_no_of_the_portal(world: World, tmp_path: Path) -> None:
    """It is final, and its code is kept: here the portal holds the reason to be too long."""
    with _decided(world, tmp_path) as (ours, sender):
        outcome = sender.send(replace(_proposal(ours, sender), motif="x" * 300), "finance")
        assert (outcome.result, outcome.code) == (Result.REFUSED, "10000")


def test_the_reason_is_cut_by_characters(world: World, tmp_path: Path) -> None:
    """As the policy says, so that the portal takes it."""
    with _decided(world, tmp_path, policy_with("[portal]\nmotif_max_characters = 40")) as (ours, sender):
        proposal = _proposal(ours, sender)
        assert len(proposal.motif) == 40
        assert sender.send(proposal, "finance").result is Result.SENT


def test_what_is_not_to_be_sent(world: World, tmp_path: Path) -> None:
    """A decision without a proposal, one that a newer version overtakes, and one that a person settled."""
    with _decided(world, tmp_path) as (ours, sender):
        key = ours.rows(invoices)[0].invoice_key
        with ours.engine.begin() as connection:
            connection.execute(update(portal_invoices).values(wanted=True))
        with pytest.raises(NothingToSend, match="newer version"):
            sender.proposal(key)
        with ours.engine.begin() as connection:
            connection.execute(update(portal_invoices).values(wanted=False))
        whole = ours.rows(decisions)[0].record
        for change in ({"decision": {"proposed_action": "internal_reroute"}}, {"resolution": {"chosen": True}}):
            record = json.loads(whole)
            for name, values in change.items():
                record[name] = record.get(name, {}) | values
            with ours.engine.begin() as connection:
                for guard in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                    connection.execute(text(f"DROP TRIGGER {guard}"))  # decisions are append-only; a test may look away
                connection.execute(update(decisions).values(record=json.dumps(record)))
            with pytest.raises(NothingToSend, match="proposes nothing"):
                sender.proposal(key)


def test_a_supplier_reads_nothing_of_the_body(world: World, tmp_path: Path) -> None:
    """The reason repeats what the supplier wrote; accounts, amounts left and other parties' names are dashes."""
    with _decided(world, tmp_path) as (_, sender):
        for code, values in {
            "SUP_BANK_CHANGED": {"iban": "FR7699999", "payee": "Autre"},
            "AMT_OVER_REMAINING": {"remaining": "12.34", "commitment": "E-77", "gross": "120.00"},
            "SUP_MISMATCH": {"expected": "99901001000018", "given": "99977700600019"},
        }.items():
            decision = {"reason": code, "findings": [{"code": code, "values": values}]}
            said = sender._said(decision)
            secret = [value for name, value in values.items() if name not in {"gross", "given"}]
            assert not [value for value in secret if value in said]


def test_nothing_is_sent_without_consent(world: World, tmp_path: Path) -> None:
    """The default policy names no pair."""
    with _decided(world, tmp_path) as (ours, sender):
        assert sender.send_automatic() == 0
        assert ours.rows(portal_sendings) == []


def test_what_the_policy_names_is_sent(world: World, tmp_path: Path) -> None:
    """Once, by the name of the policy; a decision of another policy is left to a person."""
    with _decided(world, tmp_path, policy_with(AUTOMATIC)) as (ours, sender):
        later = replace(sender._policy, version="later@1")
        other = Sender(ours.api._client, ours.engine, ours.pipeline.clock, later, load_sentences("fr"))
        assert other.send_automatic() == 0
        assert sender.send_automatic() == 1
        assert sender.send_automatic() == 0
        assert [(row.result, row.sent_by) for row in ours.rows(portal_sendings)] == [("sent", "policy")]
        assert _status(world) == "REJETEE"


def test_an_automatic_sending_without_an_answer_is_made_again_later(world: World, tmp_path: Path) -> None:
    """After a pause, a few times, and then a person has to look."""
    with _decided(world, tmp_path, policy_with(AUTOMATIC)) as (ours, sender):
        world.server.faults.order(Fault.RESET_BEFORE, times=1000, path=TREAT)
        for _ in range(20):
            sender.send_automatic()
            world.later(minutes=5)
        assert [row.result for row in ours.rows(portal_sendings)] == ["unanswered"] * 5


@pytest.mark.parametrize(
    ("pair", "fault"),
    [
        ('["SVC_UNKNOWN"]', "a list of 2 values"),
        ('["SVC_UNHEARD", "reject"]', "portal.automatic"),
        ('["SVC_UNKNOWN", "internal_reroute"]', "nothing that is sent"),
        ('["SVC_UNKNOWN", "none"]', "nothing that is sent"),
    ],
)
def test_a_consent_that_means_nothing_is_refused(pair: str, fault: str) -> None:
    """The policy is checked when it is read."""
    default = (ROOT / "rules" / "policies" / "default.toml").read_text(encoding="utf-8")
    with pytest.raises(PolicyError, match=fault):
        load(default, f"[portal]\nautomatic = [{pair}]")


def test_the_command_shows_first_and_sends_with_consent_only(world: World, tmp_path: Path) -> None:
    """Without --yes nothing is sent; `explain` shows what was."""
    with _decided(world, tmp_path / "data") as (ours, _):
        portal_id = str(ours.rows(portal_invoices)[0].portal_invoice_id)
    own = world.portal.credentials
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "AIGUILLEUR_DATA_DIR": str(tmp_path / "data"),
        "AIGUILLEUR_PORTAL_URL": world.server.api_url,
        "AIGUILLEUR_PORTAL_TOKEN_URL": world.server.token_url,
        "AIGUILLEUR_PORTAL_CLIENT_ID": own.client_id,
        "AIGUILLEUR_PORTAL_CLIENT_SECRET": own.client_secret,
        "AIGUILLEUR_PORTAL_ACCOUNT": own.login,
        "AIGUILLEUR_PORTAL_PASSWORD": own.password,
    }

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "worker", *arguments], env=environment, capture_output=True, text=True,
            timeout=60, check=False, cwd=ROOT,
        )  # fmt: skip

    shown = run("portal", "send", portal_id)
    assert (shown.returncode, "would be sent" in shown.stdout) == (0, True), shown.stderr
    assert _status(world) == "MISE_A_DISPOSITION"
    sent = run("portal", "send", portal_id, "--yes", "--by", "finance", "--json")
    assert (sent.returncode, json.loads(sent.stdout)["result"]) == (0, "sent")
    assert _status(world) == "REJETEE"
    told = json.loads(run("explain", portal_id, "--json").stdout)["sent"]
    assert [(one["status"], one["result"], one["sent_by"]) for one in told] == [("REJETEE", "sent", "finance")]
    assert "Envoyé au portail" in run("explain", portal_id).stdout


def test_a_setting_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A portal without its credentials keeps the service from starting."""
    from worker import bootstrap  # noqa: PLC0415
    from worker.settings import Settings  # noqa: PLC0415

    settings = Settings(portal_url="http://127.0.0.1:1/")
    with (
        pytest.raises(ConfigurationError, match=r"AIGUILLEUR_PORTAL_TOKEN_URL, .*PASSWORD$"),
        bootstrap.portal(settings),
    ):
        pytest.fail("not reached")
