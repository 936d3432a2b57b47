"""The portal's state: what was deposited, what happened to it, who may see it. No HTTP here."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from threading import RLock
from typing import Any

from worker.fake_portal import originals
from worker.fake_portal.clock import Clock
from worker.fake_portal.ledger import Ledger, StatusSet
from worker.fake_portal.life import TRANSITIONS, DepositRefused, check_deposit
from worker.fake_portal.model import (
    Action,
    Credentials,
    Invoice,
    Piece,
    Quirks,
    Resubmission,
    Service,
    Status,
    StatusChange,
    Structure,
    Supplier,
)


class Portal:
    """Structures, suppliers and invoices, on a clock of their own.

    `transitions` replaces what may follow what. Every method may be called from any thread.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        credentials: Credentials | None = None,
        quirks: Quirks | None = None,
        transitions: Mapping[str, tuple[Status, ...]] = TRANSITIONS,
    ) -> None:
        self.clock = clock
        self.credentials = credentials or Credentials()
        self.quirks = quirks or Quirks()
        self.ledger = Ledger()
        self.lock = RLock()
        self.subscriptions = {"factures", "facturesTravaux", "structures", "transverses"}
        self.password_expires = clock.now() + dt.timedelta(days=424)  # §3.1
        self._transitions = transitions
        self._structures: dict[int, Structure] = {}
        self._foreign: set[int] = set()
        self._invoices: dict[int, Invoice] = {}
        self._ids = 1000
        self._flows = 0

    # --- what exists -------------------------------------------------------------------------------------------------

    def next_id(self) -> int:
        """A technical id, never given twice."""
        with self.lock:
            self._ids += 1
            return self._ids

    def next_flow(self) -> int:
        """The number of a file that the portal sends."""
        with self.lock:
            self._flows += 1
            return self._flows

    def add_structure(self, siret: str, name: str, *, ours: bool = True, **flags: Any) -> Structure:
        """A structure; the account may act for it if it is `ours`. `flags` are fields of `Structure`."""
        with self.lock:
            structure = Structure(id=self.next_id(), siret=siret, name=name, **flags)
            self._structures[structure.id] = structure
            if not ours:
                self._foreign.add(structure.id)
            return structure

    def add_service(self, structure: Structure, code: str, name: str, **flags: Any) -> Service:
        """A service of a structure. `flags` are fields of `Service`."""
        with self.lock:
            service = Service(id=self.next_id(), code=code, name=name, **flags)
            held = self._structures[structure.id]
            self._structures[structure.id] = replace(held, services=(*held.services, service))
            return service

    def add_supplier(self, identifier: str, name: str, **fields: Any) -> Supplier:
        """A supplier. `fields` are those of `Supplier`."""
        return Supplier(id=self.next_id(), identifier=identifier, name=name, **fields)

    def structures(self) -> list[Structure]:
        """Every structure of the directory."""
        with self.lock:
            return list(self._structures.values())

    def ours(self) -> list[Structure]:
        """The structures that the account may act for."""
        return [structure for structure in self.structures() if structure.id not in self._foreign]

    def structure(self, structure_id: int) -> Structure | None:
        """The structure of that id, as it is now."""
        with self.lock:
            return self._structures.get(structure_id)

    def invoices(self) -> list[Invoice]:
        """The invoices of the account's structures, in the order of their ids."""
        with self.lock:
            return [invoice for invoice in self._invoices.values() if invoice.structure_id not in self._foreign]

    def invoice(self, invoice_id: int) -> Invoice | None:
        """The invoice of that id, if the account may see it."""
        with self.lock:
            held = self._invoices.get(invoice_id)
            return None if held is None or held.structure_id in self._foreign else held

    # --- what suppliers do -------------------------------------------------------------------------------------------

    def deposit(
        self,
        structure: Structure,
        supplier: Supplier,
        number: str,
        net: Decimal,
        *,
        issued: dt.date | None = None,
        extra: Iterable[Piece] = (),
        reach: Status = Status.MISE_A_DISPOSITION,
        **fields: Any,
    ) -> int:
        """Deposit an invoice; its `idFacture`. `fields` are those of `Invoice`; `extra` pieces are complementary.

        Raises `DepositRefused` where the portal refuses: it checks that what the structure demands is there and that
        the service exists, never that the commitment does (§0, §5.1).
        """
        with self.lock:
            now = self.clock.now()
            held = self._structures[structure.id]
            invoice = Invoice(
                id=self.next_id(),
                number=number,
                supplier=supplier,
                structure_id=structure.id,
                issued=issued or now.date(),
                deposited=now.date(),
                net=net,
                **fields,
            )
            check_deposit(invoice, held)
            invoice = replace(invoice, pieces=(*originals.pieces(invoice, held), *extra))
            for status in (Status.DEPOSEE, Status.EN_COURS_ACHEMINEMENT, Status.MISE_A_DISPOSITION):
                invoice = self._moved(invoice, status, "")
                if status == reach:
                    break
            self._invoices[invoice.id] = invoice
            return invoice.id

    def complete(self, invoice_id: int, *pieces: Piece) -> None:
        """The supplier answers a suspension with documents: SUSPENDUE becomes COMPLETEE, same id, Renvoi Complétée."""
        with self.lock:
            invoice = self._held(invoice_id, Status.SUSPENDUE)
            self._back(replace(invoice, pieces=(*invoice.pieces, *pieces)), Status.COMPLETEE, Resubmission.COMPLETED)

    def recycle(self, invoice_id: int, structure: Structure | None = None, **corrected: Any) -> None:
        """The supplier corrects structure, service or numbers: same id and number, Renvoi Recyclée (§4).

        `corrected` are fields of `Invoice`. Raises `DepositRefused` as `deposit` does.
        """
        with self.lock:
            invoice = self._held(invoice_id, Status.A_RECYCLER)
            target = self._structures[structure.id if structure else invoice.structure_id]
            invoice = replace(invoice, structure_id=target.id, **corrected)
            check_deposit(invoice, target)
            own = [piece for piece in invoice.pieces if piece not in originals.pieces(invoice, target)]
            extra = [piece for piece in own if piece.kind != "01" and not piece.name.startswith("PJ00")]
            invoice = replace(invoice, pieces=(*originals.pieces(invoice, target), *extra))
            self._back(invoice, Status.MISE_A_DISPOSITION, Resubmission.RECYCLED)

    def move(self, invoice_id: int, status: str, comment: str = "") -> None:
        """Another than the client changes the status: Hélios, a colleague at the portal. Nothing is checked."""
        with self.lock:
            self._invoices[invoice_id] = self._moved(self._invoices[invoice_id], status, comment)

    # --- what the recipient does -------------------------------------------------------------------------------------

    def targets(self, status: str) -> tuple[Status, ...]:
        """What a recipient may set from there (§3.7)."""
        possible = self._transitions.get(status, ())
        return possible if self.quirks.recycling else tuple(one for one in possible if one != Status.A_RECYCLER)

    def set_status(self, invoice_id: int, status: str, comment: str, mandate_number: str) -> Invoice | None:
        """Set a status for the recipient; None where the move is not allowed. The invoice must be visible."""
        with self.lock:
            invoice = self._invoices[invoice_id]
            if status not in self.targets(invoice.current.status):
                return None
            now = self.clock.now()
            invoice = replace(invoice, mandate_number=mandate_number or invoice.mandate_number)
            self._invoices[invoice_id] = invoice = self._moved(invoice, status, comment)
            self.ledger.status_changes.append(StatusSet(now, invoice_id, status, comment, mandate_number))
            return invoice

    def mark_downloaded(self, invoice_id: int) -> None:
        """Remember a download: the flag, the history, the ledger (§3.5)."""
        with self.lock:
            invoice = self._invoices[invoice_id]
            action = Action(self.next_id(), "TELECHARGEMENT_FACTURE", self.clock.now())
            self._invoices[invoice_id] = replace(invoice, downloaded=True, actions=(*invoice.actions, action))
            self.ledger.downloads[invoice_id] += 1

    def _moved(self, invoice: Invoice, status: str, comment: str) -> Invoice:
        change = StatusChange(self.next_id(), str(status), self.clock.now(), comment)
        return replace(invoice, history=(*invoice.history, change))

    def _back(self, invoice: Invoice, status: Status, resubmission: Resubmission) -> None:
        downloaded = invoice.downloaded and not self.quirks.reset_downloaded
        invoice = replace(invoice, resubmission=resubmission, downloaded=downloaded)
        self._invoices[invoice.id] = self._moved(invoice, status, "")

    def _held(self, invoice_id: int, expected: Status) -> Invoice:
        invoice = self._invoices[invoice_id]
        if invoice.current.status != expected:
            raise DepositRefused(f"the invoice is {invoice.current.status}; only one that is {expected} comes back so")
        return invoice
