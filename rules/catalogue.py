"""The page that lists every reason code: what it means, what it does, what is proposed with it, and how it is said."""

from collections.abc import Iterable
from itertools import groupby

from rules.policy import Policy
from rules.portal import propose
from rules.sentences import Sentences
from rules.table import ROWS as TABLE
from rules.table import Effect, Row

_TITLE = "# Reason codes"
_INTRODUCTION = (
    "In the order in which they are looked at: of those that apply to an invoice, the first whose effect is not "
    "`continue` gives the outcome and is the primary reason. “Rows” are those of the decision table. The proposal and "
    "the portal's reason are those of the default policy. Written by `aiguilleur rules --markdown`; do not edit."
)
_COLUMNS = ("code", "rows", "severity", "effect", "queue", "proposed action", "portal reason", "français", "English")


def markdown(fr: Sentences, en: Sentences, policy: Policy) -> str:
    """The page, one table for each gate."""
    lines = [_TITLE, "", _INTRODUCTION]
    for gate, rows in groupby(TABLE, key=lambda row: row.gate):
        lines += ["", f"## {en.gates[gate]} · {fr.gates[gate]}", ""]
        lines += [_line(_COLUMNS), _line("---" for _ in _COLUMNS)]
        lines += [_line(_cells(row, fr, en, policy)) for row in rows]
    return "\n".join(lines) + "\n"


def _cells(row: Row, fr: Sentences, en: Sentences, policy: Policy) -> tuple[str, ...]:
    action, reason = propose(row, policy, works=False)
    return (
        f"`{row.code}`",
        ", ".join(map(str, row.rows)),
        row.severity,
        _effect(row),
        row.queue or "",
        action,
        f"`{reason}`" if reason else "",
        _said(fr, row),
        _said(en, row),
    )


def _effect(row: Row) -> str:
    """A row that makes an invoice wait sends it to review in the end."""
    return "waiting, then review" if row.effect is Effect.WAITING else row.effect


def _said(sentences: Sentences, row: Row) -> str:
    remedy = sentences.remedies[row.code]
    sentence = sentences.by_code[row.code]
    return f"{sentence} *{remedy}*" if remedy else sentence


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
