"""`aiguilleur requeue` and `aiguilleur deadletters`: what an operator does after a fault was mended."""

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from sqlalchemy import Engine

from worker.bootstrap import broker_parameters, open_operator_store
from worker.cli.text import page, printable
from worker.errors import ConfigurationError, WorkerError
from worker.queueing import dead_letters
from worker.queueing.dead_letters import DeadLetter
from worker.queueing.send import send
from worker.queueing.topology import DEAD_LETTERS
from worker.settings import Settings, load
from worker.store import inbox
from worker.store.availability import database_faults
from worker.store.engine import reading

deadletters = typer.Typer(help="What was given up: look at it, or send it back.", no_args_is_help=True)

_Queue = Annotated[str | None, typer.Option("--queue", metavar="Q", help=f"One of {', '.join(DEAD_LETTERS)}.")]


class SomeUnknown(WorkerError):
    """Some of what was named is not there. Look at the ids; the others were done."""

    code = "SOME_UNKNOWN"


def requeue(
    delivery_ids: Annotated[list[str] | None, typer.Argument(metavar="DELIVERY_ID...")] = None,
    *,
    stuck: Annotated[
        bool, typer.Option("--stuck", help="Every delivery that was given up, or is neither done nor under way.")
    ] = False,
) -> None:
    """Work on deliveries again. Decisions that were made stand; what is missing is added."""
    settings = load()
    if bool(delivery_ids) == stuck:
        raise ConfigurationError("name deliveries, or give --stuck")
    now = dt.datetime.now(dt.UTC)
    with _database(settings) as engine, database_faults():
        wanted = delivery_ids or []
        if stuck:
            with reading(engine) as connection:
                wanted = inbox.unfinished(connection, now - dt.timedelta(minutes=settings.stuck_minutes))
        is_full = settings.broker_url is not None
        with engine.begin() as connection:  # without a moment, the sweeper of embedded mode queues it
            opened = inbox.open_again(connection, wanted, now if is_full else None)
        if is_full:
            send(broker_parameters(settings), opened)
    sys.stdout.writelines(f"queued {printable(delivery_id)}\n" for delivery_id in opened)
    sys.stdout.write(f"{len(opened)} queued\n")
    if missing := [delivery_id for delivery_id in wanted if delivery_id not in opened]:
        raise SomeUnknown(f"not in the inbox: {printable(', '.join(missing))}")


@deadletters.command("list")
def list_(*, queue: _Queue = None) -> None:
    """One line for each dead letter: its queue, its id, its delivery, its size, and why."""
    letters = dead_letters.listed(broker_parameters(load()), _queues(queue))
    sys.stdout.writelines(_line(letter) for letter in letters)
    sys.stdout.write(f"{len(letters)} dead letters\n")


@deadletters.command("redrive")
def redrive(
    *,
    queue: _Queue = None,
    ids: Annotated[
        list[str] | None, typer.Option("--id", metavar="ID", help="The id of a letter or of its delivery; repeatable.")
    ] = None,
) -> None:
    """Send dead letters back to the queue they came from: all, or those of some ids."""
    settings = load()
    with _database(settings) as engine:
        sent, left = dead_letters.redrive(
            broker_parameters(settings), _queues(queue), _wanted(ids), lambda name: _reopen(engine, name)
        )
    sys.stdout.writelines(f"sent back {_line(letter)}" for letter in sent)
    sys.stdout.writelines(f"left, no delivery of the inbox: {_line(letter)}" for letter in left)
    sys.stdout.write(f"{len(sent)} sent back\n")
    known = {name for letter in (*sent, *left) for name in (letter.letter_id, letter.delivery_id)}
    if missing := [name for name in ids or () if name not in known]:
        raise SomeUnknown(f"no dead letter: {printable(', '.join(missing))}")


def _wanted(ids: list[str] | None) -> Callable[[DeadLetter], bool]:
    return lambda letter: not ids or letter.letter_id in ids or letter.delivery_id in ids


def _reopen(engine: Engine, delivery_id: str) -> bool:
    with database_faults(), engine.begin() as connection:
        return bool(inbox.open_again(connection, [delivery_id], dt.datetime.now(dt.UTC)))


def _line(letter: DeadLetter) -> str:
    delivery = letter.delivery_id or "-"
    return page([f"{letter.queue}  {letter.letter_id}  {delivery}  {letter.size} bytes  {letter.reason}"])


def _queues(named: str | None) -> list[str]:
    if named is None:
        return list(DEAD_LETTERS)
    if named not in DEAD_LETTERS:
        raise ConfigurationError(f"--queue {named}: there are {', '.join(DEAD_LETTERS)}")
    return [named]


@contextmanager
def _database(settings: Settings) -> Iterator[Engine]:
    """The database of the service, or the one of embedded mode where no other is set."""
    engine = open_operator_store(settings)
    try:
        yield engine
    finally:
        engine.dispose()
