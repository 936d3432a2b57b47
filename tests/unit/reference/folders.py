"""Folders of reference files for the tests, made from what differs from a small good one."""

from collections.abc import Callable
from pathlib import Path

from worker.reference.consistency import Consistency
from worker.reference.faults import FaultLog
from worker.reference.folder import read_commitments, read_contract_parties, read_recipients, read_services

TOWN = "21600158600017"
SCHOOL = "21600158600546"
SUPPLIER = "35600000000048"

GOOD = {
    "recipients.csv": (
        f"siret,name,active,service_required,amount_basis\n{TOWN},Town,true,true,ttc\n{SCHOOL},School,,,ht\n"
    ),
    "services.csv": f"recipient_siret,code,name\n{TOWN},061,Roads\n{TOWN},SAAM D5,Buying\n{SCHOOL},061,Kitchen\n",
    "commitments.csv": (
        "number,recipient_siret,service_code,supplier_id_type,supplier_id,contract_number,fiscal_year,amount,labels\n"
        f'2026-1,{TOWN},061,1,{SUPPLIER},M-7,2026,"1 200,50",a|b\n'
        f"2026-2,{TOWN},,,,,,,\n"
    ),
    "contract_parties.csv": f"contract_number,role,supplier_id_type,supplier_id\nM-7,holder,1,{SUPPLIER}\n",
    "reference.toml": "as_of = 2026-11-20T06:00:00+01:00\n",
}


def write(folder: Path, files: dict[str, str | bytes | None] | None = None) -> Path:
    """A folder with the files of `GOOD`, save those given; None leaves a file out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {**GOOD, **(files or {})}.items():
        path = folder / name
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def read(folder: Path) -> tuple[FaultLog, dict[str, list[object]]]:
    """Everything that a folder says, checked as an import does, but for what the database checks."""
    log, rows = FaultLog(), {}
    seen = Consistency(log)

    def take(name: str, numbered: object, watch: Callable[..., None] | None = None) -> None:
        rows[name] = []
        for line, value in numbered:
            rows[name].append(value)
            if watch:
                watch(line, value)

    take("recipients", read_recipients(folder, log), seen.recipient)
    seen.all_recipients()
    take("services", read_services(folder, log, seen.recipients), seen.service)
    take("commitments", read_commitments(folder, log), seen.commitment)
    take("contract_parties", read_contract_parties(folder, log))
    return log, rows
