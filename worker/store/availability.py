"""When the database is away, and when it only says no."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from worker.errors import TransientError

_TLS_HINT = (
    " (its URL names the CA in sslrootcert, our certificate in sslcert and sslkey, and a host of the certificate)"
)
_INSUFFICIENT_PRIVILEGE = "42501"  # SQLSTATE


class DatabaseUnavailable(TransientError):
    """The database is away, or undid a transaction (deadlock, restart). Look at it if it lasts; it is tried again."""

    code = "DATABASE_UNAVAILABLE"


class DatabaseRefused(TransientError):
    """The role of the service lacks a right. Grant it; it is tried again."""

    code = "DATABASE_REFUSED"


@contextmanager
def database_faults() -> Iterator[None]:
    """Raises `DatabaseUnavailable` for what passes."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise DatabaseUnavailable(f"the database is away or busy: {_told(error)}; it is tried again") from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == _INSUFFICIENT_PRIVILEGE:
            raise DatabaseRefused(
                "the database refuses our role a right: run deploy/postgresql/grants.sql; it is tried again"
            ) from error
        if not error.connection_invalidated:
            raise
        raise DatabaseUnavailable("the database closed the connection") from error


def _told(error: OperationalError | InterfaceError | PoolTimeout) -> str:
    """What the driver says about connecting. Its text about a statement is left out: it may quote a document."""
    if isinstance(error, PoolTimeout) or error.statement is not None or error.orig is None:
        return type(error).__name__
    lines = str(error.orig).strip().splitlines() or [type(error).__name__]
    refused = next((line for line in lines if "certificate" in line), None)  # one of several addresses, perhaps
    return lines[0] if refused is None else refused + _TLS_HINT
