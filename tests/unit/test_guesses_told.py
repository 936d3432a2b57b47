"""How people are told that a value was read from a page: in the record, by `explain` and by `inspect`."""

import dataclasses
import json

from rules.model import Invoice
from tests.unit.rules.build import KEY, NOW, decide, guess, invoice
from worker.cli.inspect import _as_text, _line
from worker.cli.screen import screen
from worker.records import record_of
from worker.resources import load_sentences
from worker.store.decisions import Recorded

MIXED = invoice(commitment_number=guess("2026-000101", 0.9499, page=2))
FR, EN = load_sentences("fr"), load_sentences("en")


def _record(read: Invoice) -> str:
    return record_of(read, decide(read))


def _page(read: Invoice, language: str) -> list[str]:
    recorded = Recorded(
        invoice_key=KEY,
        decision_number=0,
        delivery_id="d-1",
        position=0,
        decided_at=NOW,
        outcome="REVIEW",
        reason="ENG_READ_UNSURE",
        policy_version="default",
        event_id="e-1",
        record=_record(read),
    )
    return list(screen(recorded, [recorded], load_sentences(language), language))


def test_the_record_keeps_the_evidence() -> None:
    """The record holds page, box, words, rule and confidence of a guess, and nothing more than before of data."""
    fields = json.loads(_record(MIXED))["read"]["fields"]
    assert fields["commitment_number"]["seen"] == {
        "page": 2,
        "box": {"left": 50.0, "top": 100.0, "right": 200.0, "bottom": 112.0},
        "words": "2026-000101",
        "rule": "labelled",
        "confidence": 0.9499,
    }
    assert fields["service_code"].keys() == {"raw", "value", "source"}


def test_explain_tells_how_sure_a_guess_is() -> None:
    """`explain` shows page, confidence and rule behind the value, and says in words what kept it from being enough."""
    french, english = "\n".join(_page(MIXED, "fr")), "\n".join(_page(MIXED, "en"))
    assert "(lu page 2, confiance 0.949, labelled)" in french
    assert "la confiance est sous le seuil" in french
    assert "(read on page 2, confidence 0.949, labelled)" in english
    assert "The commitment “2026-000101” was read on page 2 (confidence 0.949)" in english
    assert "lu page" not in "\n".join(_page(invoice(), "fr"))


def test_inspect_tells_how_sure_a_guess_is() -> None:
    """`inspect` adds the confidence of what was read from a page; lines about data have the names they always had."""
    line, plain = _line(MIXED, EN), _line(invoice(), EN)
    assert line["confidence"] == {"commitment_number": 0.9499}
    assert plain.keys() == line.keys() - {"confidence"}
    shown = _as_text({"file": "f.pdf", "index": 0} | _line(MIXED, FR))
    assert shown.count("confiance") == 1
    assert "page 2 (confiance 0.949)" in shown
    unknown = dataclasses.replace(MIXED, commitment_number=guess("1", 0.0))
    assert _line(unknown, EN)["confidence"] == {"commitment_number": 0.0}
