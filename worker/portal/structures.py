"""The body's structures and services as the portal has them, in the words of the rules."""

from typing import NamedTuple

from rules.model import AmountBasis, Recipient, Service
from worker.portal.client import Portal


class Directory(NamedTuple):
    """The structures that an account may act for, and their services."""

    recipients: tuple[Recipient, ...]
    services: tuple[Service, ...]


def directory(client: Portal) -> Directory:
    """Ask for every structure and every service. Raises `WorkerError` if one of them cannot be had: half is nothing.

    One call for each structure and each active service. The portal does not know on which amount commitments count.
    """
    recipients, services = [], []
    for structure in client.structures():
        demands = client.structure(structure.structure_id)
        recipients.append(
            Recipient(
                siret=structure.siret,
                name=structure.name,
                active=demands.active,
                service_required=demands.service_required,
                commitment_required=demands.commitment_required,
                service_or_commitment_required=demands.service_or_commitment_required,
                amount_basis=AmountBasis.TTC,
            )
        )
        for found in client.services(structure.structure_id):
            wanted = (
                client.service_demands_commitment(structure.structure_id, found.service_id) if found.active else None
            )
            services.append(
                Service(
                    recipient_siret=structure.siret,
                    code=found.code,
                    name=found.name,
                    active=found.active,
                    valid_from=found.valid_from,
                    valid_to=found.valid_to,
                    commitment_required=wanted,
                )
            )
    return Directory(tuple(recipients), tuple(services))
