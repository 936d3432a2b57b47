"""`aiguilleur rules`: every reason code, what it means for an invoice, and the sentences that say it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from rules.catalogue import markdown
from rules.table import ROWS
from worker.resources import load_policy, load_sentences
from worker.settings import load


def rules(
    *,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="The whole table as a page in Markdown.")] = False,
    policy: Annotated[
        Path | None, typer.Option("--policy", metavar="FILE", help="The body's policy, over the default.")
    ] = None,
) -> None:
    """Print the reason codes in the order of the decision table, with what each does and its sentence."""
    chosen = load_policy(policy or load().policy)
    fr, en = load_sentences("fr"), load_sentences("en")
    if as_markdown:
        sys.stdout.write(markdown(fr, en, chosen))
        return
    for row in ROWS:
        sys.stdout.write(f"{row.gate:12} {row.code:38} {row.effect:10} {fr.by_code[row.code]}\n")
