"""The folder of reference files: which files it holds, and their rows one at a time.

Layout of the folder: `recipients.csv`, `services.csv`, `commitments.csv`, and optionally `contract_parties.csv` and
`reference.toml`. The first two may be Chorus Pro's public directory instead (CHORUS 5.3), known by their header.
"""

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Container, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

from rules.model import Commitment, IdType, Recipient, Service
from worker.reference import cells, rows
from worker.reference.csv_file import CsvFile, CsvRow
from worker.reference.faults import FaultLog
from worker.reference.layouts import COMMITMENTS, CONTRACT_PARTIES, OPTIONAL_TABLES, RECIPIENTS, SERVICES, TABLES
from worker.reference.parties import ContractParty

T = TypeVar("T")
REFERENCE_TOML = "reference.toml"
_MAX_TOML = 1 << 16  # bytes
_CHUNK = 1 << 20
_TOML_LINE = re.compile(r"\(at line (\d+), column \d+\)")


class Numbered(NamedTuple):
    """A value with the physical line on which its row begins."""

    line: int
    value: Recipient | Service | Commitment | ContractParty
