"""The whole page: one file that needs nothing else, not even a script."""

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from importlib.resources import files

from rules.sentences import Sentences
from worker import __version__
from worker.cli.explained import told as parts
from worker.cli.explained.labels import Labels
from worker.cli.explained.markup import Html, element, foreign, joined, plain
from worker.cli.explained.reading import otherwise_of, rows_of
from worker.cli.explained.sheet import Mark, marks_of, sheets
from worker.cli.explained.told import Told
from worker.extract.shown import Shown
from worker.records import primary_of
from worker.store.decisions import Recorded

# Nothing is fetched and nothing runs, whatever a document may have brought into the page.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page_of(
    latest: Recorded,
    history: Iterable[Recorded],
    shown: Shown | None,
    note: str | None,
    texts: tuple[Sentences, Labels],
) -> str:
    """The page of one invoice. `note` says why there is no picture, or what it is a picture of."""
    sentences, labels = texts
    told = Told(json.loads(latest.record), sentences, labels)
    rows = rows_of(told.record["read"])
    differences = otherwise_of(told.decision, sum(row.number is not None for row in rows))
    marks = marks_of(rows, differences, shown, labels)
    title = _title(told)
    decision = element(
        "section",
        element("h2", labels.word("decision"), id="decision-title"),
        parts.conclusion(told, latest.invoice_key),
        parts.remedies_list(told),
        _section("read", labels, parts.read_table(told, rows, marks, shown)),
        _section("checked", labels, parts.findings_table(told, differences, marks)),
        parts.candidates_table(told),
        _section("history", labels, parts.history_table(told, history)),
        id="decision", class_="pane", aria_labelledby="decision-title", tabindex="0",
    )  # fmt: skip
    document = element(
        "section",
        element("h2", labels.word("document"), id="document-title"),
        element("p", note, class_="note") if note else None,
        sheets(shown, marks, labels) if shown else None,
        id="document", class_="pane" if shown else "pane bare", aria_labelledby="document-title", tabindex="0",
    )  # fmt: skip
    body = element(
        "body",
        _skips(labels),
        _header(told, title, latest),
        element("main", decision, document),
        element("footer", labels.word("made", version=__version__)),
    )
    return f"<!doctype html>\n{element('html', _head(title, marks), body, lang=labels.language)}\n"


def _title(told: Told) -> str:
    read = told.record["read"]
    number = read["fields"].get("invoice_number") if read else None
    return told.labels.word("title", number=number["raw"].strip()) if number else told.labels.word("nameless")


def _head(title: str, marks: Sequence[Mark]) -> Html:
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=Html(POLICY)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="robots", content="noindex"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", Html(escape(plain(title)))),  # where no element may stand
        element("style", Html(_style() + _pairs(marks))),
    )


@lru_cache(maxsize=1)
def _style() -> str:
    return files("worker.cli.explained").joinpath("style.css").read_text(encoding="utf-8")


def _pairs(marks: Sequence[Mark]) -> str:
    """A row and its box light up together under the pointer."""
    pairs = (
        f"body:has(#read-{m.name}:hover) #box-{m.name},body:has(#box-{m.name}:hover) #read-{m.name}" for m in marks
    )
    rules = ",".join(pairs)
    return f"{rules}{{outline:3px solid var(--focus);outline-offset:1px}}" if rules else ""


def _skips(labels: Labels) -> Html:
    links = (element("a", labels.word(f"skip_{name}"), href=f"#{name}") for name in ("decision", "document"))
    return element("nav", *links, class_="skips")


def _header(told: Told, title: str, latest: Recorded) -> Html:
    outcome = latest.outcome
    return element(
        "header",
        element("h1", foreign(title)),
        element("p", element("span", told.labels.of("outcomes", outcome), class_=f"outcome {outcome.lower()}"),
                " ", foreign(told.say(primary_of(dict(told.decision)))), " ", element("code", latest.reason)),
    )  # fmt: skip


def _section(name: str, labels: Labels, content: Html) -> Html:
    title = element("h3", labels.word(name), id=f"{name}-title")
    return element("section", title, joined(content), aria_labelledby=f"{name}-title")
