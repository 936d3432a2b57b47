"""Whether the files agree with each other: recipients and services stand once, and what refers to them finds them.

Recipients and services are few (the whole of the directory: 200 000 structures, 80 000 services) and are remembered
by their keys. Commitments are not: the database, which holds them anyway, finds those that stand twice.
"""

from collections.abc import Container

from rules.model import Commitment, Recipient, Service
from rules.normalise import service_form
from worker.reference.faults import FaultLog
from worker.reference.folder import file_name
from worker.reference.layouts import COMMITMENTS, RECIPIENTS, SERVICES


class Consistency:
    """Looks at every row as it passes, in the order recipients, services, commitments."""

    __slots__ = ("_log", "_recipients", "_services")

    def __init__(self, log: FaultLog) -> None:
        self._log = log
        self._recipients: dict[str, int] = {}
        self._services: dict[tuple[str, str], int] = {}

    @property
    def recipients(self) -> Container[str]:
        """The SIRETs seen."""
        return self._recipients

    def recipient(self, line: int, row: Recipient) -> None:
        """A SIRET stands once."""
        first = self._recipients.setdefault(row.siret, line)
        if first != line:
            self._log.fault(file_name(RECIPIENTS), line, "siret", f"{row.siret} stands on line {first} already")

    def all_recipients(self) -> None:
        """To be called after the last recipient: there is one at least."""
        name = file_name(RECIPIENTS)
        if not self._recipients and name not in self._log.incomplete:
            self._log.lost(name, None, None, "holds no recipient: add the SIRETs of the body, one for each budget")

    def service(self, line: int, row: Service) -> None:
        """A service belongs to a recipient, and its code, in the form in which codes are compared, stands once."""
        self._known_recipient(SERVICES, line, row.recipient_siret)
        first = self._services.setdefault((row.recipient_siret, service_form(row.code)), line)
        if first != line:
            message = f"{row.code!r} of {row.recipient_siret} stands on line {first} already (case and blanks aside)"
            self._log.fault(file_name(SERVICES), line, "code", message)

    def commitment(self, line: int, row: Commitment) -> None:
        """A commitment belongs to a recipient; that its service is unknown is worth a remark."""
        self._known_recipient(COMMITMENTS, line, row.recipient_siret)
        if row.service_code is None or file_name(SERVICES) in self._log.incomplete:
            return
        if (row.recipient_siret, service_form(row.service_code)) not in self._services:
            message = "the service is none of the recipient's services: no invoice is routed there by its commitment"
            self._log.notice(file_name(COMMITMENTS), line, "service_code", message)

    def _known_recipient(self, table: str, line: int, siret: str) -> None:
        # a recipient whose own row is at fault is not blamed on everything that refers to it
        if siret not in self._recipients and file_name(RECIPIENTS) not in self._log.incomplete:
            message = f"{siret} is not in recipients.csv: add the recipient, or correct the SIRET"
            self._log.fault(file_name(table), line, "recipient_siret", message)
