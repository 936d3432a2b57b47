"""Which invoice a person means."""

from sqlalchemy import Engine

from worker.errors import PermanentError
from worker.store import decisions
from worker.store.engine import reading


class InvoiceNotFound(PermanentError):
    """No invoice has that key here. Look it up by its number, its portal id, its key or an event id."""

    code = "INVOICE_NOT_FOUND"


class KeyAmbiguous(PermanentError):
    """Several invoices have that number. Name one of them by its key."""

    code = "KEY_AMBIGUOUS"


def single_key(engine: Engine, wanted: str) -> str:
    """The key of the one invoice with that number, portal id, key or event id. Raises `PermanentError`."""
    with reading(engine) as connection:
        keys = decisions.find_keys(connection, wanted)
    if not keys:
        raise InvoiceNotFound(f"no invoice “{wanted}” here; give its number, key, portal id or an event id")
    if len(keys) > 1:
        raise KeyAmbiguous(f"{len(keys)} invoices match “{wanted}”; name one: {', '.join(keys)}")
    return keys[0]
