"""The payment clock (délai global de paiement) of an invoice."""

import datetime as dt

from rules.model import Invoice


def payment_deadline(invoice: Invoice | None, made_available_at: dt.datetime, days: int) -> dt.date:
    """The last day to pay, counted from the day the invoice became available (code de la commande publique, R2192-15).

    The portal's own date (`DateReception` of the pivot) wins over the moment at which the delivery reached us.
    """
    received = invoice.reception_date.value if invoice and invoice.reception_date else None
    return (received or made_available_at.date()) + dt.timedelta(days=days)
