"""The page of one invoice, line by line, in French or in English."""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from rules.evidence import EvidenceCode
from rules.findings import Finding, ReasonCode, Severity
from rules.sentences import Sentences, placeholders
from rules.table import row_of
from rules.trust import as_text
from worker.records import finding_of, primary_of
from worker.store.decisions import Recorded
from worker.store.sendings import Sending

_MARKS = {Severity.INFO: " ", Severity.WARNING: "!", Severity.ERROR: "X"}
_WORDS = {
    "fr": {
        "change": "Ce qu'il faudrait changer :",
        "read": "Lu dans le document :",
        "checked": "Ce qui a été vérifié :",
        "route": "Destination :",
        "candidates": "Engagements possibles :",
        "refused": "écarté :",
        "proposal": "Proposé au portail :",
        "deadline": "À payer avant le",
        "waiting": "En attente jusqu'au",
        "person": "Décision d'une personne :",
        "none": "aucune des propositions",
        "seen": "lu page",
        "confidence": "confiance",
        "history": "Décisions :",
        "sent": "Envoyé au portail :",
        "policy": "politique",
    },
    "en": {
        "change": "What would have to change:",
        "read": "Read in the document:",
        "checked": "What was checked:",
        "route": "Destination:",
        "candidates": "Possible commitments:",
        "refused": "refused:",
        "proposal": "Proposed to the portal:",
        "deadline": "To be paid by",
        "waiting": "Waiting until",
        "person": "Decided by a person:",
        "none": "none of what was proposed",
        "seen": "read on page",
        "confidence": "confidence",
        "history": "Decisions:",
        "sent": "Sent to the portal:",
        "policy": "policy",
    },
}
# What the agent and the supplier speak about; `explain --json` has every field.
_SHOWN = (
    "invoice_number",
    "issue_date",
    "invoice_type",
    "billing_framework",
    "recipient_siret",
    "service_code",
    "commitment_number",
    "contract_number",
    "supplier_id",
    "supplier_name",
    "amount_excl_tax",
    "amount_incl_tax",
    "currency",
)


def screen(
    latest: Recorded,
    history: Iterable[Recorded],
    sentences: Sentences,
    language: str,
    sent: Iterable[Sending] = (),
) -> Iterator[str]:
    """The lines of the page: outcome and reason, what to change, what was read and where, each gate, the conclusion."""
    words, record = _WORDS[language], json.loads(latest.record)
    decision = record["decision"]
    yield f"{latest.invoice_key}   {decision['outcome']}   {decision['reason']}"
    yield f"  {sentences.say(primary_of(decision))}"
    yield from _remedies(decision, sentences, words)
    yield from ("", words["read"], *_read(record["read"], words))
    yield from ("", words["checked"], *_gates(decision, sentences))
    yield from ("", *_conclusion(decision, words), *_candidates(record, sentences, words))
    if resolution := record.get("resolution"):
        yield f"{words['person']} {_resolution(resolution, words)}"
    yield from ("", words["history"])
    for past in history:
        what = f"{past.outcome:12} {past.reason:28} ({words['policy']} {past.policy_version})"
        yield f"  {past.decision_number}  {past.decided_at:%Y-%m-%d %H:%M} UTC  {what}"
    yield from _sendings(list(sent), words)


def _sendings(sent: list[Sending], words: dict[str, str]) -> Iterator[str]:
    """What was sent to the portal, by whom, and what became of it."""
    if sent:
        yield from ("", words["sent"])
    for sending in sent:
        what = f"{sending.wanted_status}  {sending.result} ({sending.sent_by})"
        yield f"  {sending.decision_number}  {sending.begun_at:%Y-%m-%d %H:%M} UTC  {what}"
        yield f"     {sending.motif}"


def remedies(decision: dict[str, Any], sentences: Sentences) -> list[str]:
    """What the supplier, or the body, would have to do; nothing for an invoice that goes its way."""
    findings = [finding_of(entry) for entry in decision["findings"] if entry["severity"] != Severity.INFO]
    return list(dict.fromkeys(remedy for finding in findings if (remedy := sentences.remedy(finding))))


def _remedies(decision: dict[str, Any], sentences: Sentences, words: dict[str, str]) -> Iterator[str]:
    if told := remedies(decision, sentences):
        yield words["change"]
        yield from (f"  - {remedy}" for remedy in told)


def _read(read: dict[str, Any] | None, words: dict[str, str]) -> Iterator[str]:
    if read is None:
        yield "  –"
        return
    within = f"{read['within']}#" if read["within"] else ""
    for name in _SHOWN:
        if field := read["fields"].get(name):
            yield f"  {name:20} {field['raw'].strip():30} {within}{_short(field['source'])}{_seen(field, words)}"


def _seen(field: dict[str, Any], words: dict[str, str]) -> str:
    """On which page a guess was read, how sure it is, and by which rule; nothing for data."""
    seen = field.get("seen")
    if seen is None:
        return ""
    return f" ({words['seen']} {seen['page']}, {words['confidence']} {as_text(seen['confidence'])}, {seen['rule']})"


def _short(source: str) -> str:
    """The end of a path, which says enough on a screen."""
    return source if len(source) <= 60 else f"…{source[-59:]}"  # noqa: PLR2004  fits a screen of 120 columns


def _gates(decision: dict[str, Any], sentences: Sentences) -> Iterator[str]:
    """The findings under the name of their gate, in the order of the gates."""
    findings = [(finding_of(entry), Severity(entry["severity"])) for entry in decision["findings"]]
    for gate, stated in groupby(findings, key=lambda item: row_of(item[0].code).gate):
        yield f"  {sentences.gates[gate]}"
        for finding, severity in stated:
            yield f"  {_MARKS[severity]} {finding.code.value:36} {sentences.say(finding)}"


def _conclusion(decision: dict[str, Any], words: dict[str, str]) -> Iterator[str]:
    numbers = " + ".join(decision["commitments"]) or None
    target = (decision["recipient_siret"], decision["destination"] or decision["service_code"], numbers)
    yield f"{words['route']} {' / '.join(part or '–' for part in target)}"
    if decision["proposed_action"] != "none":
        yield f"{words['proposal']} {decision['proposed_action']} ({decision['portal_reason'] or '–'})"
    if decision["waiting_until"]:
        yield f"{words['waiting']} {decision['waiting_until']}"
    yield f"{words['deadline']} {decision['payment_deadline']}"


def _candidates(record: dict[str, Any], sentences: Sentences, words: dict[str, str]) -> Iterator[str]:
    """Each candidate with what speaks for it, and the first rule that kept it from being chosen."""
    if not record["decision"]["candidates"]:
        return
    yield words["candidates"]
    for candidate in record["decision"]["candidates"]:
        where = f"{candidate['recipient_siret']} / {candidate['service_code'] or '–'}"
        yield f"  {candidate['rank']}. {candidate['number']} ({candidate['fiscal_year'] or '–'}) {where}"
        yield f"     {candidate['points']}: {_evidence(candidate, sentences)}"
        yield f"     {words['refused']} {refusal(candidate, record['read'], sentences)}"


def _evidence(candidate: dict[str, Any], sentences: Sentences) -> str:
    told = (f"{sentences.evidence[EvidenceCode(c)].rstrip('.')} ({points:+d})" for c, points in candidate["evidence"])
    return "; ".join(told) or "–"


def refusal(candidate: dict[str, Any], read: dict[str, Any], sentences: Sentences) -> str:
    """The rule that refused a candidate; as a sentence where the record has all that it speaks of."""
    code = ReasonCode(candidate["refused_by"])
    given = read["fields"].get("commitment_number")
    values = {"number": given["value"] if given else "", "commitment": candidate["number"]}
    if not placeholders(sentences.by_code[code]) <= values.keys():
        return code.value
    return f"{code.value}: {sentences.say(Finding(code, tuple(values.items())))}"


def _resolution(resolution: dict[str, Any], words: dict[str, str]) -> str:
    target = (resolution["service_code"], resolution["commitment_number"])
    what = " / ".join(filter(None, target)) if resolution["chosen"] else words["none"]
    comment = f" – {resolution['comment']}" if resolution["comment"] else ""
    return f"{what} ({resolution['resolved_by']}){comment}"
