"""Does a lookup stay flat as the reference data grows? 10 000 commitments against 500 000, side by side in one run.

`python -m tests.benchmarks.reference_lookup` prints the figures. The files are generated with a fixed seed; suppliers
and contracts grow with the commitments, services do not. Both databases are SQLite files on the same disk.
"""

import csv
import datetime as dt
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from sqlalchemy import Engine

from rules.identifiers import party_key
from rules.normalise import number_key
from worker.store import reference
from worker.store.engine import migrate, open_engine, reading

SMALL, LARGE, INVOICES = 10_000, 500_000, 400
_SEED = 20_261_120
_NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
_BODIES = ("22990001400015", "22990001400023", "22990001400031", "22990001400049", "22990001400056")
_SERVICES = 20
_PER_SUPPLIER, _PER_CONTRACT = 25, 5
_CANDIDATES = 50


def run(small: int = SMALL, large: int = LARGE, invoices: int = INVOICES) -> list[str]:
    """Import both sizes, look up the same number of invoices in both, turn by turn; the lines to print."""
    with tempfile.TemporaryDirectory() as folder:
        engines, lines = {}, []
        for size in (small, large):
            engines[size], line = _imported(Path(folder) / str(size), size)
            lines.append(line)
        times = _measured(engines, invoices)
        for engine in engines.values():
            engine.dispose()
    at = {size: median(times[size]) for size in (small, large)}
    lines += [f"lookup for one invoice, {size:,} commitments: median {at[size] * 1e3:.2f} ms" for size in at]
    return [*lines, f"ratio {large:,} to {small:,}: {at[large] / at[small]:.2f}"]


def generate(folder: Path, size: int) -> None:
    """Write a folder of reference files with `size` commitments."""
    folder.mkdir(parents=True)
    rows: dict[str, Iterator[tuple[object, ...]]] = {
        "recipients.csv": _recipients(),
        "services.csv": _services(),
        "commitments.csv": _commitments(size),
        "contract_parties.csv": _parties(size),
    }
    for name, content in rows.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, delimiter=";").writerows(content)


def _recipients() -> Iterator[tuple[object, ...]]:
    yield "siret", "name", "active", "service_required"
    for siret in _BODIES:
        yield siret, f"Budget {siret}", "true", "true"


def _services() -> Iterator[tuple[object, ...]]:
    yield "recipient_siret", "code", "name"
    for siret in _BODIES:
        for position in range(_SERVICES):
            yield siret, f"SERV{position:02}", f"Service {position}"


def _commitments(size: int) -> Iterator[tuple[object, ...]]:
    yield (
        *("number", "recipient_siret", "service_code", "supplier_id_type", "supplier_id", "contract_number"),
        *("fiscal_year", "status", "amount", "remaining", "currency", "carried_over", "valid_from", "valid_to"),
        "labels",
    )
    chance = random.Random(_SEED)
    for position in range(size):
        amount = chance.randrange(10_000, 10_000_000)
        yield (
            *(_number(position), _body(position), f"SERV{position % _SERVICES:02}", "SIRET", _supplier(position)),
            *(_contract(position), 2026, "open", f"{amount / 100:.2f}", f"{amount / 200:.2f}", "EUR", "false"),
            *("2026-01-01", "2026-12-31", "spaser:social"),
        )


def _parties(size: int) -> Iterator[tuple[object, ...]]:
    yield "contract_number", "role", "supplier_id_type", "supplier_id"
    for position in range(0, size, _PER_CONTRACT):
        yield _contract(position), "holder", "SIRET", _supplier(position)


def _number(position: int) -> str:
    return f"2026-{position:07}"


def _body(position: int) -> str:
    return _BODIES[position // _PER_SUPPLIER % len(_BODIES)]


def _supplier(position: int) -> str:
    stem = f"8{position // _PER_SUPPLIER:07}"
    siren = stem + _luhn_key(stem)
    return f"{siren}0001{_luhn_key(f'{siren}0001')}"


def _contract(position: int) -> str:
    return f"MAPA-2026/{position // _PER_CONTRACT:06}"


def _luhn_key(digits: str) -> str:
    doubled = (int(digit) * (2 - position % 2) for position, digit in enumerate(reversed(digits)))
    return str(-sum(value - 9 * (value > 9) for value in doubled) % 10)


def _imported(path: Path, size: int) -> tuple[Engine, str]:
    generate(path, size)
    engine = open_engine(f"sqlite:///{path / 'aiguilleur.db'}")
    migrate(engine)
    began = time.perf_counter()
    reference.import_folder(engine, path, now=_NOW)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = f"import of {size:,} commitments: {seconds:.1f} s, {size / seconds:,.0f} a second, peak memory {peak:.0f} MB"
    return engine, line


def _measured(engines: dict[int, Engine], invoices: int) -> dict[int, list[float]]:
    chance = random.Random(_SEED)
    times: dict[int, list[float]] = {size: [] for size in engines}
    for _ in range(invoices):
        for size, engine in engines.items():
            position = chance.randrange(size)
            began = time.perf_counter()
            _look_up(engine, position)
            times[size].append(time.perf_counter() - began)
    return times


def _look_up(engine: Engine, position: int) -> None:
    siret, contract = _body(position), number_key(_contract(position))
    with reading(engine) as connection:
        current = reference.current_import(connection)
        assert current is not None
        assert reference.recipient(connection, current, siret)
        assert reference.services(connection, current, siret)
        assert reference.commitments_by_keys(connection, current, [number_key(_number(position))])
        assert reference.commitments_by_contract_keys(connection, current, [contract])
        key = party_key(_supplier(position), "SIRET")
        assert reference.commitments_of_supplier(connection, current, siret, key, _CANDIDATES)
        assert reference.commitment(connection, current, siret, _number(position), 2026)
        assert reference.contract_parties(connection, current, [contract])
