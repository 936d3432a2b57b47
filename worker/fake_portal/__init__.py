"""A portal that answers as Chorus Pro's documents say, over real HTTP, for demonstrations and tests.

It is a second reading of the documents and no mirror of a client: it refuses what they do not name, keeps what they
say is kept, and misbehaves on request. Section numbers (§3.4) in this package are those of the project's fact sheet on
Chorus Pro; what no document says is marked "assumed".
"""

from worker.fake_portal.clock import Clock
from worker.fake_portal.faults import Fault, Faults
from worker.fake_portal.life import DepositRefused
from worker.fake_portal.model import Credentials, Form, Invoice, Quirks, Service, Status, Structure, Supplier
from worker.fake_portal.portal import Portal
from worker.fake_portal.server import PortalServer

__all__ = [
    "Clock",
    "Credentials",
    "DepositRefused",
    "Fault",
    "Faults",
    "Form",
    "Invoice",
    "Portal",
    "PortalServer",
    "Quirks",
    "Service",
    "Status",
    "Structure",
    "Supplier",
]
