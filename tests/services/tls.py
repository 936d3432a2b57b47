"""Certificates of a private CA, for servers and clients of the tests."""

import shutil
import tempfile
from pathlib import Path
from typing import Any, Self

import trustme


class Authority:
    """A CA of its own with its files in a folder that every user may read; `close` removes it."""

    def __init__(self) -> None:
        self._ca = trustme.CA()
        self.folder = Path(tempfile.mkdtemp(prefix="aiguilleur-tls-"))
        self.folder.chmod(0o755)
        self.file = self.folder / "ca.pem"
        self._ca.cert_pem.write_to_path(self.file)

    def certificate(self, name: str, *hosts: str, owner: dict[str, Any] | None = None) -> tuple[Path, Path]:
        """A certificate for hosts and its key, in files of that name; the key is for its owner alone."""
        made = self._ca.issue_cert(*hosts)
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        certificate.write_bytes(b"".join(part.bytes() for part in made.cert_chain_pems))
        made.private_key_pem.write_to_path(key)
        key.chmod(0o600)
        if owner:
            shutil.chown(key, owner["user"], owner["group"])
        return certificate, key

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
