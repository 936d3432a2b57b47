"""An intake of its own process, that kills itself with SIGKILL before or after its n-th step, for `test_kill`.

Run as `python -m tests.portal.killed DATA API TOKEN NOW N`. With N of 0 it is not killed, and prints its steps.
"""

import datetime as dt
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

from worker.bootstrap import embedded
from worker.clock import FixedClock
from worker.fake_portal import Credentials
from worker.intake.chorus_api import ApiIntake, Pace
from worker.intake.receiver import Receiver
from worker.pipeline import Pipeline
from worker.portal import Access, Patience, Portal
from worker.portal.transport import Transport
from worker.settings import Settings
from worker.store import portal
from worker.store.documents import FolderDocuments

STEPS = (
    (Portal, "_page"),
    (portal, "note"),
    (portal, "has_read"),
    (Portal, "download"),
    (FolderDocuments, "keep"),
    (Pipeline, "receive"),
    (Receiver, "take"),
    (portal, "received"),
)
_done = 0


def _counted(step: Callable[..., Any], fatal: int) -> Callable[..., Any]:
    def counting(*given: Any, **named: Any) -> Any:
        _reach(fatal)
        result = step(*given, **named)
        _reach(fatal)
        return result

    return counting


def _reach(fatal: int) -> None:
    global _done  # noqa: PLW0603  the whole point of this process
    _done += 1
    if _done == fatal:
        os.kill(os.getpid(), signal.SIGKILL)


def main(data: str, api: str, token: str, now: str, fatal: str) -> None:
    """One search and one fetch."""
    for holder, name in STEPS:
        setattr(holder, name, _counted(getattr(holder, name), int(fatal)))
    own = Credentials()
    access = Access(
        url=api, token_url=token, client_id=own.client_id, client_secret=own.client_secret, account=own.login,
        password=own.password,
    )  # fmt: skip
    clock = FixedClock(dt.datetime.fromisoformat(now))
    with embedded(Settings(), Path(data), clock=clock) as app, Transport(access, Patience(rate=0)) as link:
        pace = Pace(every=60, overlap=dt.timedelta(days=1), first=dt.timedelta(days=7))
        receiver = Receiver(app.pipeline, lambda _: None)
        ApiIntake(Portal(link, 2), app.engine, app.documents, receiver, clock, pace).step(Event())
    sys.stdout.write(f"{_done}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
