"""Reference data in the database: brought in as a whole, read by key.

Every row carries the number of its import, and readers ask for the import in force. The rows of the import before it
stay until the next one, so that a reader who began before a swap ends on the data that it began with.
"""

from worker.store.reference.changes import ReferenceDataShrunk
from worker.store.reference.load import import_folder
from worker.store.reference.portal import NothingInForce, import_directory
from worker.store.reference.read import (
    CurrentImport,
    commitment,
    commitments_by_contract_keys,
    commitments_by_keys,
    commitments_numbered,
    commitments_of_supplier,
    contract_parties,
    current_import,
    recipient,
    recipients_sirets,
    services,
    status,
)

__all__ = [
    "CurrentImport",
    "NothingInForce",
    "ReferenceDataShrunk",
    "commitment",
    "commitments_by_contract_keys",
    "commitments_by_keys",
    "commitments_numbered",
    "commitments_of_supplier",
    "contract_parties",
    "current_import",
    "import_directory",
    "import_folder",
    "recipient",
    "recipients_sirets",
    "services",
    "status",
]
