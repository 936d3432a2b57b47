"""What arrives at the same door and is no invoice: each must be set aside with the right reason, and stop nothing."""

from tests.fixture_maker import notices
from tests.fixture_maker.bill import bill
from tests.fixture_maker.model import Case, case, quarantined

_about = bill("LV-2026-6001", on="2026-000201", net="410.00")


def _refused(case_id: str, purpose: str, content: bytes, reason: str) -> Case:
    return case(case_id, "other", purpose, content, quarantined(reason))


CASES = (
    _refused(
        "status-of-platform",
        "A life-cycle message of the reform (CDAR) speaks of an invoice and is none.",
        notices.platform_status(_about),
        "INT_NOT_AN_INVOICE",
    ),
    _refused(
        "status-of-portal",
        "A status file of the portal (CPPStatut) shares words with the pivot and is no invoice.",
        notices.portal_status(_about),
        "INT_NOT_AN_INVOICE",
    ),
    _refused(
        "order-x-xml",
        "An Order-X as bare XML is an order.",
        notices.order_x(_about),
        "INT_NOT_AN_INVOICE",
    ),
    _refused(
        "unknown-xml",
        "Well-formed XML of a vocabulary nobody knows.",
        notices.delivery_note(_about),
        "INT_NOT_AN_INVOICE",
    ),
    _refused(
        "html-page",
        "The page of an expired session, saved under the name of an invoice.",
        notices.HTML,
        "INT_NOT_AN_INVOICE",
    ),
    _refused(
        "plain-text",
        "A letter under the name of an XML file.",
        notices.TEXT,
        "INT_MALFORMED",
    ),
    _refused(
        "empty-file",
        "A file without a single byte.",
        b"",
        "INT_MALFORMED",
    ),
)
