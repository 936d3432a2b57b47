"""The command line as an operator meets it: names, exit codes, clean output, errors in one line."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.places import FIXTURES, ROOT

NOW = "2026-11-24T09:00:00+01:00"
CASE = FIXTURES / "invoices" / "pivot" / "several-mixed-fates" / "invoice.xml"
INSPECTED = [
    "file", "index", "syntax", "profile", "invoice_number", "issue_date", "invoice_type", "billing_framework",
    "currency", "recipient_siret", "service_code", "commitment_number", "contract_number", "supplier_id",
    "supplier_id_type", "amount_excl_tax", "amount_tax", "amount_incl_tax", "amount_due", "original_invoice_number",
    "attachments", "sources", "findings",
]  # fmt: skip
REPLAYED = [
    "file", "index", "invoice_number", "outcome", "reason", "reasons", "warnings", "service_code", "commitment_number",
    "match_rung", "candidates", "review_queue", "proposed_action", "portal_reason", "payment_deadline", "event_id",
    "policy_version",
]  # fmt: skip


def _run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from worker.cli.main import run; run()", *map(str, arguments)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **environment}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT.parent.parent, env=env, timeout=120
    )


def _lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_inspect_names() -> None:
    """`inspect --json` gives one line an invoice with exactly the names of the contract, and nothing on stderr."""
    lines = _lines(_run("inspect", CASE, "--json"))
    assert [list(line) for line in lines] == [INSPECTED] * 4
    assert [line["index"] for line in lines] == [0, 1, 2, 3]
    assert {line["file"] for line in lines} == {str(CASE)}
    assert lines[0]["sources"]["service_code"].endswith("/Debiteur/CodeService")


def test_inspect_reads_folders_by_name() -> None:
    """A folder is read with everything below it, in the order of names."""
    lines = _lines(_run("inspect", FIXTURES / "invoices" / "other", "--json"))
    names = [line["file"] for line in lines]
    assert names == sorted(names)
    assert all(line["error"]["message"] for line in lines)


def test_inspect_for_a_person() -> None:
    """Without --json the same is shown as text, with the place of each value."""
    done = _run("inspect", FIXTURES / "invoices" / "facturx" / "minimum")
    assert done.returncode == 0
    assert "22990001400015" in done.stdout
    assert "factur-x.xml#/rsm:CrossIndustryInvoice" in done.stdout


def test_replay_is_the_same_twice(tmp_path: Path) -> None:
    """Replaying the fixtures twice gives the same bytes, on the lines and in the events."""
    outputs = []
    for name in ("one", "two"):
        events = tmp_path / name
        done = _run(
            "replay", FIXTURES / "invoices", "--reference", FIXTURES / "reference", "--now", NOW, "--json",
            "--events", events,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        outputs.append((done.stdout, events.read_bytes()))
    assert outputs[0] == outputs[1]
    assert list(json.loads(outputs[0][0].splitlines()[0])) == REPLAYED


def test_replay_keeps_a_store_that_explain_reads(tmp_path: Path) -> None:
    """What was replayed with --store can be explained by invoice number, in French and in English, and as JSON."""
    done = _run("replay", CASE, "--reference", FIXTURES / "reference", "--now", NOW, "--store", tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "4 invoices in 1 files: 2 ROUTED, 2 REVIEW"
    french = _run("explain", "PB-26-1032", "--store", tmp_path)
    english = _run("explain", "PB-26-1032", "--lang", "en", AIGUILLEUR_DATA_DIR=str(tmp_path))
    assert "Le code service « INCONNU-9 » est inconnu" in french.stdout
    assert "/Debiteur/CodeService" in french.stdout
    assert "The service code “INCONNU-9” is unknown" in english.stdout
    (record,) = _lines(_run("explain", "PB-26-1032", "--json", "--store", tmp_path))
    assert record["decision"]["reason"] == "SVC_UNKNOWN"
    assert record["read"]["fields"]["service_code"]["raw"] == "INCONNU-9"


def test_replay_settles(tmp_path: Path) -> None:
    """--settle decides what waits once more at the end and prints those decisions as further lines."""
    folder = tmp_path / "in"
    folder.mkdir()
    case = FIXTURES / "invoices" / "pivot" / "credit-note-inherits"
    (folder / "1.xml").write_bytes((case / "2-credit-note.xml").read_bytes())
    (folder / "2.xml").write_bytes((case / "1-invoice.xml").read_bytes())
    lines = _lines(_run("replay", folder, "--reference", FIXTURES / "reference", "--now", NOW, "--json", "--settle"))
    assert [(line["file"][-5:], line["outcome"]) for line in lines] == [
        ("1.xml", "WAITING"),
        ("2.xml", "ROUTED"),
        ("1.xml", "ROUTED"),
    ]


def test_reference_import_and_status(tmp_path: Path) -> None:
    """The reference data is imported with a report of what changed, and its status can be asked."""
    before = _run("reference", "status", "--store", tmp_path)
    done = _run("reference", "import", FIXTURES / "reference", "--store", tmp_path)
    after = _run("reference", "status", "--store", tmp_path)
    assert "no reference data yet" in before.stdout
    assert "commitments:" in done.stdout
    assert "2026-11-24" in after.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("inspect", "no-such-file"), 2, "no-such-file: there is no such file or folder"),
        (("replay", str(CASE), "--now", "yesterday"), 2, "not an ISO 8601 moment"),
        (("replay", str(CASE), "--policy", str(CASE)), 2, "not valid TOML"),
        (("reference", "import", str(CASE.parent)), 1, "recipients.csv"),
        (("explain", "nobody"), 1, "no invoice “nobody” here"),
        (("no-such-command",), 2, "No such command"),
    ],
)
def test_errors_say_what_to_do(tmp_path: Path, arguments: tuple[str, ...], code: int, says: str) -> None:
    """A wrong call ends with the code of the contract, a sentence, and no traceback."""
    done = _run(*arguments, AIGUILLEUR_DATA_DIR=str(tmp_path))
    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_review_from_list_to_event(tmp_path: Path) -> None:
    """What is under review is listed, shown and resolved, and the page of the invoice says who decided what."""
    _run("replay", CASE, "--reference", FIXTURES / "reference", "--now", NOW, "--store", tmp_path)
    listed = _lines(_run("review", "list", "--json", "--store", tmp_path))
    assert {line["reason"] for line in listed} == {"SVC_UNKNOWN", "SUP_MISMATCH"}
    shown = _run("review", "show", "PB-26-1032", "--store", tmp_path)
    assert "Ce qu'il faudrait changer :" in shown.stdout
    wrong = _run("review", "resolve", "PB-26-1032", "--by", "finance", "--service", "NULLE-PART", "--store", tmp_path)
    assert (wrong.returncode, wrong.stdout) == (1, "")
    done = _run("review", "resolve", "PB-26-1032", "--by", "finance", "--service", "061", "--store", tmp_path)
    assert done.stdout == "cpro:900001032 ROUTED (decision 1)\n"
    assert "Décision d'une personne : 061 (finance)" in _run("explain", "PB-26-1032", "--store", tmp_path).stdout
    assert len(_lines(_run("review", "list", "--json", "--store", tmp_path))) == 1


def test_rules_page() -> None:
    """The decision table can be printed, as lines and as the page that the repository keeps."""
    assert "ENG_NOT_FOUND" in _run("rules").stdout
    assert _run("rules", "--markdown").stdout == (ROOT / "rules" / "REASONS.md").read_text(encoding="utf-8")


def test_policy_is_checked(tmp_path: Path) -> None:
    """A policy with several faults is refused with all of them at once."""
    policy = tmp_path / "policy.toml"
    policy.write_text('[amounts]\nrounding = "a lot"\n[services]\non_conflict = "shrug"\n[nowhere]\nx = 1\n')
    done = _run("replay", CASE, "--policy", policy)
    assert done.returncode == 2
    assert [word for word in ("amounts.rounding", "services.on_conflict", "nowhere") if word not in done.stderr] == []


def test_version() -> None:
    """The version can be asked."""
    assert _run("--version").stdout == "aiguilleur 0.1.0\n"
