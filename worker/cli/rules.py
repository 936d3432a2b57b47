"""`aiguilleur rules`: every reason code, what it means for an invoice, and the sentences that say it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from rules.catalogue import markdown
from worker.resources import load_policy, load_sentences
from worker.settings import load


def rules(
    *,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="As a page in Markdown (the only form).")] = True,
    policy: Annotated[
        Path | None, typer.Option("--policy", metavar="FILE", help="The body's policy, over the default.")
    ] = None,
) -> None:
    """Print the decision table with its reason codes, in French and in English."""
    _ = as_markdown
    sys.stdout.write(markdown(load_sentences("fr"), load_sentences("en"), load_policy(policy or load().policy)))
