"""The two files that describe the fixtures: a manifest for programs and a README for people."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable

from tests.fixture_maker.model import Case, Intended

NOW = "2026-11-24T09:00:00+01:00"

_HEADER = f"""# Written by `python -m tests.fixture_maker`; do not edit.
# `intended` is what a person who knows the facts would decide, declared by hand with the cases.

# The moment at which all decisions are taken.
now = {NOW}
"""

_README = """# Fixtures

{count} cases of what a French public body receives as supplier invoices, each a folder of the files as they arrive, and
the reference data they are decided against. Everything was invented for this project: bodies, suppliers, persons,
numbers, addresses and accounts. The identifiers have valid keys; no real party is meant. The files carry the
licence of the project.

| folder | holds |
|---|---|
| `invoices/<syntax>/<case>/` | the files of a case; several deliveries are named in the order of arrival |
| `invoices_stale/<syntax>/<case>/` | the same, decided against `reference_stale/` |
| `reference/` | budgets, services, commitments and contract parties of the Département de la Haute-Lande |
| `reference_stale/` | the same rows, exported weeks earlier |
| `expected/<syntax>/<case>/expected.json` | what the project reads and decides, written by `python -m tests.golden` |
| `manifest.toml` | per case: purpose, rows of the table, files with their SHA-256, and the intended decisions |
| `hostile/` | files made to crash, exhaust or mislead the reader, written by `python -m tests.hostile_maker` |
| `fuzzed/` | the smallest documents that fuzzing found to crash or stall the reader |
| `pages/` | invoices without XML, printed by browsers and office programs, and what they say: only measured on |

| syntax | cases | what it is |
|---|---|---|
{table}

All decisions are meant at `{now}`. A whole folder, replayed in the order of names, gives the same
decisions as its cases one by one: no case spends on another's commitment, repeats another's invoice number, or has a
total of another's supplier within ten days of it (`--check` looks for the last two).

An entry of `intended` stands for one invoice: `index` counts from 0 in the file, `reason` is the primary one, and
`warnings` are those of a routed invoice, in the order of the decision table. `service_code`, `commitment_number`,
`review_queue`, `proposed_action` and `portal_reason` are stated where the documents settle them under the default
policy; an empty text means that the decision names none. `rows` are the rows of the decision table that a case shows,
near misses included.

## Regenerating

    python -m tests.fixture_maker                  # writes what is missing
    python -m tests.fixture_maker --check          # exit 1 if the tree differs, or two cases disturb each other
    python -m tests.fixture_maker --replace CASE   # also overwrites that case ("all" for every one)

A case whose bytes would change is refused unless it is named, and nothing at all is written then. `expected/` belongs
to the tests and is never touched, nor are `hostile/` and any folder not named above. The same versions of lxml,
reportlab, factur-x, pikepdf and zlib give the same bytes; another version of one of them may rewrite PDFs and ZIPs
without changing what they say.

The generator never imports the worker or the rules: it is a second reading of the formats. Invoices without XML are not
kept here: `tests/pages` draws them when they are needed.
"""

_SYNTAXES = {
    "pivot": "CPPFacturePivot, the portal's own file, with the supplier's documents inside; most decision cases",
    "cii": "UN/CEFACT Cross Industry Invoice as bare XML, both circuits",
    "facturx": "PDF with an XML inside",
    "zugferd": "ZUGFeRD 1.0, bare and in a PDF",
    "ubl": "UBL 2.1 Invoice and CreditNote, both circuits",
    "page": "PDF without an XML: what its pages say, and a scan",
    "other": "what is no invoice",
}


def manifest(cases: Iterable[Case]) -> bytes:
    """Describe the cases for programs."""
    return (_HEADER + "".join(_entry(case) for case in cases)).encode("utf-8")


def readme(cases: Iterable[Case]) -> bytes:
    """Describe the cases for people."""
    count = Counter(case.syntax for case in cases)
    table = "\n".join(f"| `{syntax}` | {count[syntax]} | {text} |" for syntax, text in _SYNTAXES.items())
    return _README.format(count=count.total(), table=table, now=NOW).encode("utf-8")


def _entry(case: Case) -> str:
    files = "".join(
        f"  {{ name = {_quoted(name)}, sha256 = {_quoted(hashlib.sha256(content).hexdigest())} }},\n"
        for name, content in sorted(case.files.items())
    )
    intended = "".join(f"  {_decision(decision)},\n" for decision in case.intended)
    return (
        f"\n[[case]]\nid = {_quoted(case.id)}\nsyntax = {_quoted(case.syntax)}\n"
        f"folder = {_quoted(case.folder)}\nreference = {_quoted(case.reference)}\n"
        f"purpose = {_quoted(case.purpose)}\nrows = {list(case.rows)}\nfiles = [\n{files}]\nintended = [\n{intended}]\n"
    )


def _decision(intended: Intended) -> str:
    warnings = ", ".join(_quoted(warning) for warning in intended.warnings)
    stated = {
        "service_code": intended.service,
        "commitment_number": intended.commitment,
        "review_queue": intended.queue,
        "proposed_action": intended.action,
        "portal_reason": intended.portal_reason,
    }
    settled = "".join(f", {name} = {_quoted(value)}" for name, value in stated.items() if value is not None)
    return (
        f"{{ file = {_quoted(intended.file)}, index = {intended.index}, outcome = {_quoted(intended.outcome)}, "
        f"reason = {_quoted(intended.reason)}, warnings = [{warnings}]{settled} }}"
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a JSON string is a TOML string
