"""Rows 27 and 28: several numbers in one field, and several orders on the lines."""

from decimal import Decimal

from tests.fixture_maker import cii
from tests.fixture_maker.bill import Line, bill
from tests.fixture_maker.cases import verdicts as v
from tests.fixture_maker.cases.table import named, one
from tests.fixture_maker.model import Case, Intended, case


def _said(case_id: str, purpose: str, serial: int, said: str, decision: Intended, *, rows: tuple[int, ...],
          on: str = "2026-000521") -> Case:  # fmt: skip
    """Several numbers in the field of one. `on` only lends its supplier, budget and service."""
    return one(case_id, purpose, named(f"SEV-26-{serial}", on, f"{serial - 7600}.10", said), decision, rows=rows)


_TOGETHER = v.several("061")

_ONE_FIELD = (
    _said("several-semicolon", "Two numbers parted by a semicolon.", 7701, "2026-000521;2026-000522", _TOGETHER,
          rows=(27,)),
    _said("several-et", "Two numbers joined by « et ».", 7702, "2026-000523 et 2026-000524", _TOGETHER, rows=(27,)),
    _said("several-slash-both-found", "A slash parts where both halves are numbers.", 7703, "2026-000525/2026-000526",
          _TOGETHER, rows=(27,)),
    _said("several-line-break", "Two numbers on two lines.", 7704, "2026-000527\n2026-000528", _TOGETHER, rows=(27,)),
    _said("several-three", "Three numbers, parted in two ways.", 7705, "2026-000529, 2026-000530 & 2026-000531",
          _TOGETHER, rows=(27,)),
    _said("several-bar-and-plus", "Bars and plus signs part too.", 7706, "2026-000532 | 2026-000533 + 2026-000534",
          _TOGETHER, rows=(27,)),
    _said("several-one-not-found", "One of the two is not found.", 7707, "2026-000535; 2026-009998", v.SPLIT,
          rows=(27, 28)),
    _said("several-other-service", "Two services of one supplier's commitments.", 7708, "2026-000536, 2026-000748",
          v.SPLIT, rows=(27, 28)),
    _said("several-other-supplier", "Two suppliers at one service.", 7709, "2026-000537 + 2026-000749", v.SPLIT,
          rows=(27, 28)),
    _said("several-other-service-and-supplier", "Two services and two suppliers.", 7710, "2026-000538;2026-000316",
          v.SPLIT, rows=(28,)),
    _said("several-slash-half-found", "A slash that only half a number follows parts nothing.", 7711,
          "2026-000539/02", v.CANDIDATES, rows=(26, 28)),
    _said("several-dash-half-found", "Nor does such a dash.", 7712, "2026-000540-03", v.CANDIDATES, rows=(26, 28)),
)  # fmt: skip


def _by_lines(serial: int, *orders: str) -> bytes:
    """A French extended invoice that names its orders on the lines only."""
    lines = tuple(
        Line(f"Poste {position}", 1, Decimal(f"{serial - 7600 + position}.20"), order=order)
        for position, order in enumerate(orders, 1)
    )
    invoice = bill(f"SEV-26-{serial}", on="2026-000521", net="1.00").but(commitment=None, lines=lines, cadre="S1")
    return cii.reform(invoice, cii.CTC_FR)


_ON_LINES = (
    case("lines-one-order", "cii", "Every line names the same order, the header none.",
         _by_lines(7721, "2026-000562", "2026-000562"), v.fine("061", "2026-000562"), rows=(21,)),
    case("lines-two-orders", "cii", "The lines name two orders of one service.",
         _by_lines(7722, "2026-000563", "2026-000564"), _TOGETHER, rows=(27,)),
    case("lines-two-services", "cii", "The lines name two orders of two services.",
         _by_lines(7723, "2026-000565", "2026-000317"), v.SPLIT, rows=(28,)),
    case("lines-one-not-found", "cii", "The lines name two orders, one of them unknown.",
         _by_lines(7724, "2026-000566", "2026-009996"), v.SPLIT, rows=(28,)),
)  # fmt: skip

CASES = (*_ONE_FIELD, *_ON_LINES)
