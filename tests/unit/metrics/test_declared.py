"""The list of metrics: names, units, labels, and the sets that labels come from."""

import re

import pytest
from prometheus_client import REGISTRY

from rules.findings import Finding, ReasonCode, finding
from rules.model import Field, Syntax, Unreadable
from tests.unit.rules.build import invoice
from worker import metrics
from worker.metrics import counted, labels, stock

# What no label may be named after: it would hold a value for each invoice or supplier.
_UNBOUNDED = {"siret", "invoice", "invoice_key", "number", "supplier", "commitment", "event_id", "delivery_id"}
_LABELS = {
    "aiguilleur_received": {"format", "cadre"},
    "aiguilleur_deliveries_received": set(),
    "aiguilleur_decisions": {"outcome", "reason"},
    "aiguilleur_warnings": {"reason"},
    "aiguilleur_match_rung": {"rung"},
    "aiguilleur_duplicates": {"reason"},
    "aiguilleur_unknown_values": {"field"},
    "aiguilleur_routed_amount": {"label"},
    "aiguilleur_processing_seconds": {"stage"},
    "aiguilleur_queue_wait_seconds": set(),
    "aiguilleur_first_decision_seconds": set(),
    "aiguilleur_end_to_end_seconds": {"outcome"},
    "aiguilleur_retries": {"reason"},
    "aiguilleur_dead_letters": {"queue", "reason"},
    "aiguilleur_swept_deliveries": set(),
    "aiguilleur_events_published": {"event"},
    "aiguilleur_events_unroutable": {"event"},
    "aiguilleur_worker_threads_alive": set(),
    "aiguilleur_rules_info": {"version"},
    "aiguilleur_build_info": {"version"},
    "aiguilleur_exporter_up": set(),
    "aiguilleur_unrouted_invoices": {"outcome", "service"},
    "aiguilleur_oldest_unrouted_age_seconds": {"outcome"},
    "aiguilleur_payment_due_invoices": {"bucket", "service"},
    "aiguilleur_first_seen_age_seconds_max": set(),
    "aiguilleur_outbox_pending": set(),
    "aiguilleur_outbox_oldest_age_seconds": set(),
    "aiguilleur_referential_age_seconds": set(),
    "aiguilleur_referential_rows": {"table"},
    "aiguilleur_referential_change_ratio": {"table"},
    "aiguilleur_review_resolved": {"reason", "resolution"},
    "aiguilleur_portal_calls": {"endpoint", "result"},
    "aiguilleur_portal_retries": {"reason"},
    "aiguilleur_portal_fetch_failures": {"reason"},
    "aiguilleur_portal_sendings": {"result"},
    "aiguilleur_portal_circuit_open": set(),
    "aiguilleur_portal_clock_skew_seconds": set(),
    "aiguilleur_portal_pending_invoices": set(),
    "aiguilleur_portal_oldest_pending_age_seconds": set(),
    "aiguilleur_credential_expiry_timestamp_seconds": {"name"},
    "aiguilleur_completeness_missing": set(),
    "aiguilleur_completeness_last_success_timestamp_seconds": set(),
}


def _declared() -> dict[str, set[str]]:
    found = {item.name: set(item.labels) for item in stock.ALL}
    for value in vars(counted).values():
        if isinstance(getattr(value, "_name", None), str):
            found[value._name] = set(value._labelnames)
    return found


def test_the_list_is_closed() -> None:
    """Names and labels are public interface: a change of the list is a change of this test and of the changelog."""
    assert _declared() == _LABELS


def test_every_metric_is_ours_and_bounded() -> None:
    """Names carry the prefix and the base unit, and no label stands for a document or a party."""
    for name, used in _declared().items():
        assert re.fullmatch(r"aiguilleur_[a-z_]+", name)
        assert not re.search(r"_(ms|milliseconds|minutes|hours|days)(_|$)", name)
        assert not used & _UNBOUNDED


def test_everything_exported_is_declared() -> None:
    """What the package offers is what `counted` declares, so that each metric is declared once."""
    ours: set[str] = {family.name for family in REGISTRY.collect() if family.name.startswith("aiguilleur_")}
    assert ours <= set(_LABELS)
    assert {name for name in vars(counted) if name.isupper() and not name.startswith("_")} <= set(metrics.__all__)


def test_no_series_of_creation_times() -> None:
    """Counters come without a second series for the moment they began."""
    assert not [
        sample.name for family in REGISTRY.collect() for sample in family.samples if sample.name.endswith("_created")
    ]


def test_the_range_of_histograms() -> None:
    """The quarter of an hour of the objective is a boundary, and the longest wait has two weeks."""
    assert 900.0 in counted.END_TO_END._kwargs["buckets"]
    assert 900.0 in counted.QUEUE_WAIT._upper_bounds
    assert counted.END_TO_END._kwargs["buckets"][-1] == 14 * 86_400


@pytest.mark.parametrize(
    ("cadre", "label"), [(None, "none"), ("A1", "A1"), (" a9 ", "A9"), ("S6", "S6"), ("MARTIN", "other"), ("", "other")]
)
def test_cadres(cadre: str | None, label: str) -> None:
    """A cadre of no list is another one, whatever it says."""
    assert labels.cadre_of(None if cadre is None else Field(cadre, cadre, "")) == label


@pytest.mark.parametrize(
    ("stated", "label"),
    [
        (finding(ReasonCode.INT_UNKNOWN_VALUE, field="resubmission", value="Peut-être"), "resubmission"),
        (finding(ReasonCode.INT_UNKNOWN_VALUE, field="billing_framework", value="Z9"), "billing_framework"),
        (finding(ReasonCode.INT_UNKNOWN_VALUE, field="/CPPFacturePivotUnitaire[3]/Debiteur", value="Nom"), "element"),
        (finding(ReasonCode.INT_UNKNOWN_VALUE, field="supplier_name", value="Martin"), "other"),
        (finding(ReasonCode.INT_UNKNOWN_VALUE), "other"),
    ],
)
def test_fields(stated: Finding, label: str) -> None:
    """A place in the document, which counts its invoices, is no label."""
    assert labels.field_of(stated) == label


def test_formats() -> None:
    """What was read has its vocabulary; what could not be read has a word."""
    assert labels.format_of(invoice()) in set(Syntax)
    assert labels.format_of(Unreadable(reason=ReasonCode.INT_MALFORMED, message="")) == "unreadable"
    assert set(labels.FORMATS) == {*Syntax, "unreadable"}


def test_services() -> None:
    """Only services of the reference data have a name."""
    assert [labels.service_of(code, {"061"}) for code in (None, "061", "MME MARTIN")] == ["none", "061", "other"]


def test_a_capped_set_closes() -> None:
    """Values after the limit share a label; those before keep theirs."""
    capped = labels.Capped(2)
    assert [capped(value) for value in ("a", "b", "c", "a", "d", "b")] == ["a", "b", "other", "a", "other", "b"]
