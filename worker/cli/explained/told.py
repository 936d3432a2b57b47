"""The decision as a person reads it: what was read, what was checked, what follows."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rules.evidence import EvidenceCode
from rules.findings import Finding, Severity
from rules.sentences import Sentences
from rules.table import row_of
from worker.cli.explained.labels import Labels, level
from worker.cli.explained.markup import Html, element, foreign, joined
from worker.cli.explained.reading import Otherwise, Row
from worker.cli.explained.sheet import Mark, place_of
from worker.cli.screen import refusal, remedies
from worker.extract.shown import Shown
from worker.records import finding_of
from worker.store.decisions import Recorded

_FIELDS = frozenset({"field", "fields"})  # values of findings that name fields of ours


class Told(NamedTuple):
    """What the parts of the page are made from."""

    record: Mapping[str, Any]
    sentences: Sentences
    labels: Labels

    @property
    def decision(self) -> Mapping[str, Any]:
        """The decision part of the record."""
        decision: Mapping[str, Any] = self.record["decision"]
        return decision

    def say(self, finding: Finding) -> str:
        """The sentence of a finding, with the names of fields in words."""
        values = tuple(
            (key, self._named(value) if value and key in _FIELDS else value) for key, value in finding.values
        )
        return self.sentences.say(finding._replace(values=values))

    def _named(self, names: str) -> str:
        return ", ".join(self.labels.of("fields", name) for name in names.split(", "))


def read_table(told: Told, rows: Sequence[Row], marks: Sequence[Mark], shown: Shown | None) -> Html:
    """Every value with its place; a row leads to its box and a box to its row."""
    labels = told.labels
    if not rows:
        return element("p", labels.word("nothing_read"))
    boxed = {mark.name for mark in marks}
    within = (told.record["read"] or {}).get("within")
    numbered = any(row.number for row in rows)
    head = [element("th", labels.word(name), scope="col") for name in ("field", "value", "place")]
    if numbered:
        head.insert(0, element("th", labels.word("box_number"), scope="col"))
    body = (_row(row, within, labels, shown, boxed=(row.name in boxed) if numbered else None) for row in rows)
    note = element("p", labels.word("read_note"), class_="note") if boxed else None
    return joined(note, _table(labels.word("read"), head, body, class_="boxed" if numbered else None))


def findings_table(told: Told, differences: Sequence[Otherwise], marks: Sequence[Mark]) -> Html:
    """The findings under the name of their gate, in the order of the gates."""
    labels, boxed = told.labels, {mark.name for mark in marks}
    places = {one.position: one for one in differences}
    body: list[Html] = []
    gate = None
    for position, entry in enumerate(told.decision["findings"]):
        finding = finding_of(entry)
        if row_of(finding.code).gate is not gate:
            gate = row_of(finding.code).gate
            body.append(element("tr", element("th", told.sentences.gates[gate], scope="rowgroup", colspan="2")))
        body.append(_finding(told, entry, places.get(position), boxed))
    head = [element("th", labels.word(name), scope="col") for name in ("severity", "finding")]
    return _table(labels.word("checked"), head, body)


def remedies_list(told: Told) -> Html | None:
    """What the supplier, or the body, would have to do."""
    wanted = list(remedies(dict(told.decision), told.sentences))
    if not wanted:
        return None
    return _part(told.labels.word("change"), "change", element("ul", *(element("li", remedy) for remedy in wanted)))


def conclusion(told: Told, key: str) -> Html:
    """Where the invoice goes, and until when."""
    labels, decision = told.labels, told.decision
    proposed = labels.of("actions", decision["proposed_action"])
    if decision["portal_reason"]:
        proposed = f"{proposed} ({decision['portal_reason']})"
    facts = [
        (labels.word("recipient"), decision["recipient_siret"]),
        (labels.word("service"), decision["destination"] or decision["service_code"]),
        (labels.word("commitment"), " + ".join(decision["commitments"]) or None),
        (labels.word("queue"), decision["review_queue"] and labels.of("queues", decision["review_queue"])),
        (labels.word("proposal"), proposed),
        (labels.word("waiting"), decision["waiting_until"]),
        (labels.word("deadline"), decision["payment_deadline"]),
        (labels.word("person"), _resolution(told)),
        (labels.word("reference"), _moment(decision["reference_as_of"])),
    ]
    always = {labels.word(name) for name in ("recipient", "service", "commitment")}
    shown = [(name, value) for name, value in facts if value or name in always]
    items = (element("div", element("dt", name), element("dd", foreign(value or "–"))) for name, value in shown)
    named = element("div", element("dt", labels.word("key")), element("dd", foreign(key)), class_="key")
    return element("dl", *items, named)


def candidates_table(told: Told) -> Html | None:
    """Each candidate with what speaks for it, and the first rule that kept it from being chosen."""
    candidates, labels = told.decision["candidates"], told.labels
    if not candidates:
        return None
    names = ("rank", "number", "year", "service", "evidence", "points", "refused")
    head = [element("th", labels.word(name), scope="col") for name in names]
    table = _table(labels.word("candidates"), head, (_candidate(told, candidate) for candidate in candidates))
    return _part(labels.word("candidates"), "candidates", table)


def history_table(told: Told, history: Iterable[Recorded]) -> Html:
    """Every decision on this invoice, the first one first."""
    labels = told.labels
    head = [element("th", labels.word(name), scope="col") for name in ("moment", "outcome", "reason", "policy")]
    body = (
        element(
            "tr",
            element("th", element("time", f"{past.decided_at:%Y-%m-%d %H:%M}"), scope="row"),
            element("td", labels.of("outcomes", past.outcome)),
            element("td", element("code", past.reason)),
            element("td", element("code", past.policy_version)),
        )
        for past in history
    )
    return _table(labels.word("history"), head, body)


def _table(caption: str, head: Sequence[Html], body: Iterable[Html], class_: str | None = None) -> Html:
    """A table that can be scrolled sideways where the screen is narrow, with the keyboard too."""
    table = element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *head)),
        element("tbody", *body),
        class_=class_,
    )
    return element("div", table, class_="wide", tabindex="0", role="group", aria_label=caption)


def _part(title: str, name: str, *content: Html | None) -> Html:
    return element("section", element("h3", title, id=name), *content, aria_labelledby=name)


def _row(row: Row, within: str | None, labels: Labels, shown: Shown | None, *, boxed: bool | None) -> Html:
    """One value. `boxed`: whether it has a box to lead to; None where no value has one."""
    value = element("span", foreign(row.raw), class_="value")
    meant = row.value is not None and row.value != row.raw
    return element(
        "tr",
        None if boxed is None else element("td", _number(row, labels) if boxed else str(row.number or "–")),
        element("th", labels.of("fields", row.field), scope="row"),
        element("td", value, element("div", "= ", foreign(row.value or ""), class_="note") if meant else None),
        element("td", *_why(row, within, labels, shown)),
        id=f"read-{row.name}",
    )


def _number(row: Row, labels: Labels) -> Html:
    number = str(row.number)
    style = level((row.seen and row.seen.confidence) or 0.0)
    told = labels.word("see_box", number=number)
    return element("a", number, href=f"#box-{row.name}", class_=f"number {style}", aria_label=told)


def _why(row: Row, within: str | None, labels: Labels, shown: Shown | None) -> Iterator[Html]:
    """Where a value stands and why it is believed; of data, the path."""
    if row.seen is None:
        yield element("code", f"{within}#{row.source}" if within else row.source, class_="path")
        return
    seen = row.seen
    page = next((page for page in shown.pages if page.number == seen.page), None) if shown else None
    yield element("div", place_of(seen, page, labels))
    if seen.words.strip() != row.raw:
        yield element("div", labels.word("written", words=seen.words), class_="note")
    if seen.confidence is not None:
        yield element("div", labels.confidence(seen.confidence))
    yield element("div", labels.rule(seen.rule), class_="note", title=f"{labels.word('rule')}: {seen.rule}")


def _finding(told: Told, entry: Mapping[str, Any], place: Otherwise | None, boxed: set[str]) -> Html:
    severity, finding = Severity(entry["severity"]), finding_of(dict(entry))
    link = element(
        "a", str(place.number), href=f"#box-{place.name}", class_="number otherwise",
        aria_label=told.labels.word("see_box", number=place.number),
    ) if place and place.name in boxed else None  # fmt: skip
    return element(
        "tr",
        element("td", element("span", told.labels.of("severities", severity), class_=f"severity {severity.value}")),
        element(
            "td", link, foreign(told.say(finding)), element("div", element("code", finding.code.value), class_="note")
        ),
        id=f"read-{place.name}" if place else None,
    )


def _candidate(told: Told, candidate: Mapping[str, Any]) -> Html:
    evidence = [
        element("li", f"{told.sentences.evidence[EvidenceCode(code)].rstrip('.')} ({points:+d})")
        for code, points in candidate["evidence"]
    ]
    year, service = candidate["fiscal_year"], candidate["service_code"]
    return element(
        "tr",
        element("td", str(candidate["rank"])),
        element("th", foreign(candidate["number"]), scope="row"),
        element("td", str(year) if year else "–"),
        element("td", foreign(f"{candidate['recipient_siret']} / {service or '–'}")),
        element("td", element("ul", *evidence) if evidence else "–"),
        element("td", str(candidate["points"])),
        element("td", foreign(refusal(dict(candidate), told.record["read"], told.sentences))),
    )


def _moment(text: str | None) -> str | None:
    """A moment of a record to the minute, in UTC."""
    return f"{dt.datetime.fromisoformat(text).astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC" if text else None


def _resolution(told: Told) -> str | None:
    resolution = told.record.get("resolution")
    if not resolution:
        return None
    target = (resolution["service_code"], resolution["commitment_number"])
    what = " / ".join(filter(None, target)) if resolution["chosen"] else told.labels.word("none_chosen")
    comment = f" – {resolution['comment']}" if resolution["comment"] else ""
    return f"{what} ({resolution['resolved_by']}){comment}"
