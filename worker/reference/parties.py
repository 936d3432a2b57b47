"""Who may invoice on a contract."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractParty:
    """A party of a contract. `role` is `holder`, `cocontractor` or `subcontractor`."""

    contract_number: str
    role: str
    supplier_id_type: str | None
    supplier_id: str
