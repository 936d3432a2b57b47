"""TLS to the broker: whom we trust, who we are, and what to do when a handshake fails.

Certificate and host name are always checked: there is no setting that leaves either out.
"""

import re
import ssl
from pathlib import Path
from typing import NamedTuple

from worker.errors import ConfigurationError

_WRONG_NAME = frozenset({62, 64})  # OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH
_EXPIRED = frozenset({9, 10})  # not yet valid, and not any more
_ALERT = re.compile(r"\[SSL: (\w*ALERT\w*)\]")


class Tls(NamedTuple):
    """The files of the operator, all PEM. Without a CA, those of the system are trusted."""

    ca: Path | None = None
    certificate: Path | None = None  # ours, where the broker asks for one; with its chain
    key: Path | None = None  # of our certificate; None: it stands in the same file

    @property
    def is_set(self) -> bool:
        """Whether the operator named any file."""
        return any(file is not None for file in self)


def context_of(tls: Tls) -> ssl.SSLContext:
    """The context of a connection. Raises `ConfigurationError` naming the setting whose file cannot be used."""
    try:
        context = ssl.create_default_context(cafile=tls.ca)
    except (OSError, ValueError) as error:
        raise _unusable("AIGUILLEUR_BROKER_CA", tls.ca, error) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if tls.certificate is None:
        if tls.key is not None:
            raise ConfigurationError("AIGUILLEUR_BROKER_KEY is set without AIGUILLEUR_BROKER_CERTIFICATE")
        return context
    try:
        context.load_cert_chain(tls.certificate, tls.key, password=lambda: b"")  # never asks at a terminal
    except (OSError, ValueError) as error:
        names = "AIGUILLEUR_BROKER_CERTIFICATE and AIGUILLEUR_BROKER_KEY"
        raise _unusable(names, tls.certificate, error) from None
    return context


def fault_told(error: ssl.SSLError, host: str) -> str:
    """Why a handshake failed, and what to do about it."""
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code in _WRONG_NAME:
            return f"its certificate is not for {host}: give the broker's URL a name that stands in the certificate"
        if error.verify_code in _EXPIRED:
            return f"its certificate is out of date ({error.verify_message}): renew it, or correct the clock"
        return (
            f"its certificate is not trusted ({error.verify_message}): name the file of its CA in AIGUILLEUR_BROKER_CA"
        )
    reason = error.reason or type(error).__name__
    if "WRONG_VERSION_NUMBER" in reason or "UNEXPECTED_EOF" in reason:
        return f"no TLS on this port ({reason}): amqps:// needs the TLS port of the broker, usually 5671"
    return refusal_told(reason)


def alert_in(told: str) -> str | None:
    """The alert with which the broker refused us, from pika's words: in TLS 1.3 it comes after the handshake."""
    found = _ALERT.search(told)
    return found[1] if found else None


def refusal_told(reason: str) -> str:
    """What to do where the broker ends the handshake."""
    return (
        f"the broker refuses the TLS handshake ({reason}): if it asks for a certificate, name one that it trusts "
        "in AIGUILLEUR_BROKER_CERTIFICATE and AIGUILLEUR_BROKER_KEY"
    )


def _unusable(names: str, file: Path | None, error: Exception) -> ConfigurationError:
    told = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
    return ConfigurationError(f"{names}: {file} cannot be used ({told}); expected PEM, a key without password")
