"""`aiguilleur audit`: the proof that no decision was altered or removed, and the head of the chain, to keep elsewhere.

A head is a place of the chain and its hash. Kept out of reach of whoever can write to the database, it shows later that
everything up to there still is what it was.
"""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from worker.bootstrap import open_operator_store
from worker.cli.text import printable
from worker.clock import SystemClock
from worker.errors import ConfigurationError
from worker.settings import load
from worker.store import audit, chain
from worker.store.audit import Fault, Kind, Proof
from worker.store.engine import reading

app = typer.Typer(help="Prove the decision log, or print the head of its chain.", no_args_is_help=True)

_SHOWN = 20
_HASH_DIGITS = 64
_Store = Annotated[Path | None, typer.Option("--store", metavar="DIR", help="Instead of AIGUILLEUR_DATA_DIR.")]
_SAYS = {
    Kind.ALTERED: "altered after it was written",
    Kind.MISSING: "missing",
    Kind.INSERTED: "inserted where another one stands",
    Kind.REPLACED: "does not follow the one before it: one of the two was replaced",
    Kind.REWRITTEN: "not the one whose hash was kept: the chain was written anew",
}


@app.command("verify")
def verify(
    *,
    head: Annotated[
        Path | None,
        typer.Option("--head", metavar="FILE", exists=True, dir_okay=False, help="Heads kept by `audit head`."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The findings as JSON.")] = False,
    store: _Store = None,
) -> None:
    """Read every decision and compare it with the chain; exit code 1 if one was altered, removed or put between."""
    kept = _kept(head) if head else {}
    with reading(open_operator_store(load(), store)) as connection:
        proof = audit.verify(connection, kept)
    if as_json:
        sys.stdout.write(json.dumps(_as_dict(proof, len(kept)), ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{printable(line)}\n" for line in _lines(proof, len(kept)))
    raise typer.Exit(0 if proof.is_intact else 1)


@app.command("head")
def head(*, store: _Store = None) -> None:
    """Print the head of the chain as one line of JSON, to be added to a file on another machine."""
    with reading(open_operator_store(load(), store)) as connection:
        link = chain.head(connection)
    if link is None:
        sys.stderr.write("aiguilleur: no decision yet, so there is no head\n")
        raise typer.Exit(1)
    taken_at = SystemClock().now().isoformat(timespec="seconds")
    sys.stdout.write(json.dumps({"position": link.position, "hash": link.hash, "taken_at": taken_at}) + "\n")


def _kept(file: Path) -> dict[int, str]:
    """The heads of a file, by position. Raises `ConfigurationError` for a line that is none."""
    heads: dict[int, str] = {}
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                position, kept = _head_in(line)
            except (ValueError, KeyError, TypeError):
                raise ConfigurationError(f"{file}, line {number}: not a head as `audit head` prints it") from None
            if heads.setdefault(position, kept) != kept:
                raise ConfigurationError(f"{file}, line {number}: another hash stands for place {position} above")
    return heads


def _head_in(line: str) -> tuple[int, str]:
    """Place and hash. The lines `invoice_decided` of the log are heads too, under longer names."""
    content = json.loads(line)
    names = ("chain_position", "chain_hash") if "chain_hash" in content else ("position", "hash")
    position, kept = (content[name] for name in names)
    if not (isinstance(position, int) and position > 0 and isinstance(kept, str) and len(kept) == _HASH_DIGITS):
        raise ValueError("no head")
    return position, kept


def _lines(proof: Proof, kept: int) -> list[str]:
    count = f"{proof.decisions:,} decisions in the chain"
    end = f"head: {proof.head.position} {proof.head.hash}" if proof.head else "no head yet"
    compared = f"{kept} kept heads compared" if kept else "no kept heads to compare: see `audit head`"
    if proof.is_intact:
        return [f"{count}, all as they were written", end, compared]
    more = proof.faulty - _SHOWN
    lines = [f"{count}; {proof.faulty} faults, the first at the top:", *map(_line, proof.faults[:_SHOWN])]
    return [*lines, *([f"… and {more} more"] if more > 0 else []), end, compared]


def _line(fault: Fault) -> str:
    place = f"place {_shown(fault.position)}" if fault.position is not None else "place unknown"
    if fault.invoice_key is None:
        return f"{fault.kind.upper():10}{place}: {_SAYS[fault.kind]}"
    decision = f"decision {_shown(fault.decision_number)} of {_shown(fault.invoice_key)}"
    return f"{fault.kind.upper():10}{place}, {decision}: {_SAYS[fault.kind]}"


def _as_dict(proof: Proof, kept: int) -> dict[str, Any]:
    return {
        "intact": proof.is_intact,
        "decisions": proof.decisions,
        "head": {"position": proof.head.position, "hash": proof.head.hash} if proof.head else None,
        "kept_heads": kept,
        "fault_count": proof.faulty,
        "faults": [
            {
                "kind": fault.kind,
                "position": _shown(fault.position),
                "invoice_key": _shown(fault.invoice_key),
                "decision_number": _shown(fault.decision_number),
            }
            for fault in proof.faults
        ],
    }


def _shown(value: Any) -> Any:
    """A value as JSON takes it: what somebody put into a row may be anything."""
    return value if isinstance(value, int | None) else str(value).encode(errors="replace").decode()
