"""`aiguilleur portal`: what goes back to Chorus Pro, by a person's consent."""

import getpass
import json
import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer

from worker import bootstrap
from worker.cli.keys import single_key
from worker.cli.text import printable
from worker.errors import WorkerError
from worker.resources import load_policy, load_sentences
from worker.sending import SUCCESSES, NothingToSend, Proposal, Sender
from worker.settings import load

app = typer.Typer(help="Send the proposals of decisions to the portal.", no_args_is_help=True)


class SomeNotSent(WorkerError):
    """Some of what was named was not sent. Look at each with `explain`; the others were."""

    code = "SOME_NOT_SENT"


@app.callback()
def _group() -> None:
    """A group, of one command so far."""


@app.command("send")
def send(
    keys: Annotated[
        list[str], typer.Argument(metavar="KEY...", help="Invoice numbers, invoice keys, portal ids or event ids.")
    ],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Send; without it only what would be sent is shown.")] = False,
    by: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="The role or account that consents; the login.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each invoice.")] = False,
) -> None:
    """Send the status that a decision proposes, with its reason; shows it first, and sends with --yes alone."""
    settings = load()
    with bootstrap.portal(settings) as client, bootstrap.operator_pipeline(settings) as app_:
        engine = app_.engine
        sender = Sender(client, engine, app_.pipeline.clock, load_policy(settings.policy), load_sentences("fr"))
        proposals: list[Proposal] = []
        left: list[str] = []
        for key in dict.fromkeys(keys):
            try:
                proposals.append(sender.proposal(single_key(engine, key)))
            except NothingToSend as error:
                left.append(str(error))
        for proposal in proposals:
            line: dict[str, Any] = asdict(proposal) | {"result": "dry_run"}
            if yes:
                outcome = sender.send(proposal, by or getpass.getuser())
                line |= asdict(outcome)
                if outcome.result not in SUCCESSES:
                    left.append(f"{proposal.invoice_key}: {outcome.result}")
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n" if as_json else printable(_shown(line)))
    if left:
        raise SomeNotSent(printable("; ".join(left)))


def _shown(line: dict[str, Any]) -> str:
    done = "would be sent (--yes sends)" if line["result"] == "dry_run" else line["result"]
    return f"{line['invoice_key']}  {line['status']}  {done}\n    {line['motif']}\n"
