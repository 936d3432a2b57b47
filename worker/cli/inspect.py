"""`aiguilleur inspect`: what is read from documents, and where; nothing is decided."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from rules.findings import Finding
from rules.model import Attachment, Field, Invoice, Unreadable
from rules.sentences import Sentences
from rules.table import row_of
from rules.trust import as_text
from worker.bootstrap import extractor, pdf_pool
from worker.cli.paths import files_of
from worker.cli.text import json_line, page
from worker.document import Document
from worker.extract.reader import Extractor, Reading
from worker.resources import load_sentences
from worker.settings import load

_FIELDS = (
    "invoice_number",
    "issue_date",
    "invoice_type",
    "billing_framework",
    "currency",
    "recipient_siret",
    "service_code",
    "commitment_number",
    "contract_number",
    "supplier_id",
    "amount_excl_tax",
    "amount_tax",
    "amount_incl_tax",
    "amount_due",
    "original_invoice_number",
)
_DATE = "issue_date"
_UNOPENED = "FILE_UNREADABLE"


def inspect(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files, or folders of files.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each invoice.")] = False,
) -> None:
    """Read invoices and show each field with the place where it stands. Decides nothing, stores nothing."""
    settings = load()
    sentences = load_sentences("en" if as_json else "fr")
    show = _as_json if as_json else _as_text
    with pdf_pool(settings, processes=1) as pdf_reader:
        reader = extractor(settings, pdf_reader, hash_content=False)
        for file in files_of(paths):
            for line in lines(reader, file, sentences):
                sys.stdout.write(show(line))


def lines(reader: Extractor, file: Path, sentences: Sentences) -> Iterator[dict[str, Any]]:
    """One line for each invoice of a file, and one for what could not be read."""
    try:
        for index, reading in enumerate(reader.read(Document(path=file))):
            yield {"file": str(file), "index": index} | _line(reading, sentences)
    except OSError as error:
        yield {"file": str(file), "index": 0, "error": {"code": _UNOPENED, "message": error.strerror or str(error)}}


def _line(reading: Reading, sentences: Sentences) -> dict[str, Any]:
    if isinstance(reading, Unreadable):
        return {"error": {"code": reading.reason.value, "message": reading.message}}
    fields = {name: getattr(reading, name) for name in _FIELDS}
    values = {name: _value(name, field) for name, field in fields.items()}
    line: dict[str, Any] = {"syntax": reading.syntax.value, "profile": reading.profile}
    for name, value in values.items():
        line[name] = value
        if name == "supplier_id":
            line["supplier_id_type"] = reading.supplier_id_type
    line |= {
        "attachments": [_attachment(attachment) for attachment in reading.attachments],
        "sources": {name: _place(reading, field.source) for name, field in fields.items() if field is not None},
        "findings": [_finding(finding, sentences) for finding in reading.findings],
    }
    guesses = {name: field.seen.confidence for name, field in fields.items() if field and field.seen}
    return line | {"confidence": guesses} if guesses else line


def _value(name: str, field: Field[Any] | None) -> str | None:
    """A text or an amount as written; a date in ISO form, None where it is no date."""
    if field is None:
        return None
    if name == _DATE:
        return field.value.isoformat() if field.value else None
    return field.value if isinstance(field.value, str) else field.raw.strip()


def _place(invoice: Invoice, source: str) -> str:
    """The path in the file; in a PDF, the name of the embedded file before it."""
    return f"{invoice.within}#{source}" if invoice.within else source


def _attachment(attachment: Attachment) -> dict[str, Any]:
    return attachment._asdict()


def _finding(finding: Finding, sentences: Sentences) -> dict[str, Any]:
    return {
        "code": finding.code.value,
        "severity": row_of(finding.code).severity.value,
        "values": dict(finding.values),
        "message": sentences.say(finding),
    }


def _as_json(line: dict[str, Any]) -> str:
    return json_line(line)


def _as_text(line: dict[str, Any]) -> str:
    """A block for a person: what was read, the place in grey words behind it, and the findings."""
    title = f"{line['file']} [{line['index']}]"
    if error := line.get("error"):
        return page([title, f"  {error['code']}: {error['message']}", ""])
    rows = [f"{title}  {line['syntax']} {line['profile'] or ''}"]
    rows += [f"  {name:24}{line[name] or '–':32}{_where(line, name)}" for name in _FIELDS]
    rows += [f"  {'attachment':24}{a['name'] or '–'} ({a['media_type'] or '?'})" for a in line["attachments"]]
    rows += [f"  ! {f['message']}" for f in line["findings"]]
    return page([*(row.rstrip() for row in rows), ""])


def _where(line: dict[str, Any], name: str) -> str:
    confidence = line.get("confidence", {}).get(name)
    said = "" if confidence is None else f" (confiance {as_text(confidence)})"
    return f"{line['sources'].get(name, '')}{said}"
