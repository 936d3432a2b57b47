"""`aiguilleur fake-portal`: a portal on this machine that answers as Chorus Pro's documents say."""

import datetime as dt
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from worker.fake_portal import Clock, Faults, PortalServer
from worker.fake_portal.seed import deposit_some, from_reference

_REFERENCE = Path("fixtures/reference")


def fake_portal(
    *,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 lets the system choose.")] = 8765,
    invoices: Annotated[int, typer.Option("--invoices", metavar="N", min=0, help="How many to deposit.")] = 50,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same invoices and faults.")] = 0,
    reference: Annotated[
        Path, typer.Option("--reference", metavar="DIR", help="Recipients, services and commitments, as CSV.")
    ] = _REFERENCE,
    faults: Annotated[
        float, typer.Option("--faults", metavar="SHARE", min=0, max=1, help="Share of requests that go wrong.")
    ] = 0.0,
) -> None:
    """Answer on this machine only, with invented invoices and credentials, until interrupted."""
    portal = from_reference(reference, clock=Clock(dt.datetime.now(dt.UTC), running=True))
    made = deposit_some(portal, reference, invoices, seed=seed)
    server = PortalServer(portal, port=port, faults=Faults(seed=seed, rate=faults))
    own = portal.credentials
    sys.stdout.write(
        f"API            {server.api_url}\n"
        f"token          {server.token_url}\n"
        f"client_id      {own.client_id}\n"
        f"client_secret  {own.client_secret}\n"
        f"cpro-account   {own.login}:{own.password}\n"
        f"{len(made)} invoices for {len(portal.ours())} structures; everything here is invented\n"
    )
    sys.stdout.flush()
    for number in (signal.SIGINT, signal.SIGTERM):  # also where a shell started us in the background, deaf to the first
        signal.signal(number, signal.default_int_handler)
    try:
        server.serve()
    except KeyboardInterrupt:
        sys.stdout.write("\n")
