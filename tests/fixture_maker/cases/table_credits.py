"""Rows 15 to 17: credit notes, what they correct, and what they give back."""

from tests.fixture_maker import cii
from tests.fixture_maker import parties as p
from tests.fixture_maker.bill import Bill, bill, loose_bill
from tests.fixture_maker.cases import verdicts as v
from tests.fixture_maker.cases.table import credit, one, several_days
from tests.fixture_maker.model import Intended, sequence


def _sold(number: str, on: int, net: str) -> Bill:
    return bill(number, on=f"2026-000{on}", net=net)


def _to(on: int) -> Intended:
    return v.fine("DIRINFRA", f"2026-000{on}")


_exceeded = _sold("EGP-26-7401", 302, "500.50")
_twice = _sold("EGP-26-7403", 303, "501.00")
_whole = _sold("EGP-26-7406", 304, "510.00")
_signed = _sold("EGP-26-7409", 305, "502.00")
_signed_exceeded = _sold("EGP-26-7411", 306, "503.00")
_lower = _sold("EGP-26-7413", 307, "504.00")
_factored = _sold("EGP-26-7415", 308, "505.00").but(cadre="S1")

_FOUND = (
    several_days("credit-exceeds-origin", "More cannot be given back than was invoiced.",
                 (_exceeded, _to(302)), (credit(_exceeded, "EGP-26-7402", "500.60"), v.EXCEEDS_ORIGIN), rows=(15,)),
    several_days("credits-exceed-origin-together", "Nor by two credit notes together.",
                 (_twice, _to(303)), (credit(_twice, "EGP-26-7404", "300.00"), _to(303)),
                 (credit(_twice, "EGP-26-7405", "250.00"), v.EXCEEDS_ORIGIN), rows=(15,)),
    several_days("credits-take-back-everything", "Two credit notes that make exactly what was invoiced.",
                 (_whole, _to(304)), (credit(_whole, "EGP-26-7407", "301.00"), _to(304)),
                 (credit(_whole, "EGP-26-7408", "209.00"), _to(304)), rows=(15,)),
    several_days("credit-negative-amounts", "A credit note with negative amounts means the same.",
                 (_signed, _to(305)), (credit(_signed, "EGP-26-7410", "-120.50"), _to(305)), rows=(15,)),
    several_days("credit-negative-exceeds", "And exceeds in the same way.",
                 (_signed_exceeded, _to(306)), (credit(_signed_exceeded, "EGP-26-7412", "-503.10"), v.EXCEEDS_ORIGIN),
                 rows=(15,)),
    several_days("credit-origin-written-otherwise", "The invoice that it corrects is named in other case.",
                 (_lower, _to(307)), (credit(_lower, "EGP-26-7414", "121.00").but(origin="egp-26-7413"), _to(307)),
                 rows=(15,)),
    sequence("credit-type-396", "cii", "A factored credit note (396) is a credit note.",
             ("1.xml", cii.reform(_factored), _to(308)),
             ("2.xml", cii.reform(credit(_factored, "EGP-26-7416", "122.00").but(kind="396")), _to(308)), rows=(15,)),
)  # fmt: skip

_of_another = loose_bill("COM-7427", p.OFFICE, p.MAIN, "SAAM D5", "123.00")
_ABSENT = (
    one("credit-origin-self", "A credit note that names itself corrects nothing known, but has its own commitment.",
        _sold("EGP-26-7421", 309, "124.00").but(kind="381", origin="EGP-26-7421"), _to(309), rows=(16,)),
    one("credit-origin-self-alone", "Without a commitment of its own it goes to a person.",
        loose_bill("EGP-26-7422", p.ROADS, p.MAIN, "DIRINFRA", "125.00").but(kind="381", origin="EGP-26-7422"),
        v.ORIGIN_SELF, rows=(16,)),
    one("credit-origin-missing", "No origin, but a commitment of its own.",
        _sold("EGP-26-7423", 310, "126.00").but(kind="381"), _to(310), rows=(16,)),
    one("credit-origin-missing-alone", "No origin and no commitment.",
        loose_bill("EGP-26-7424", p.ROADS, p.MAIN, "DIRINFRA", "127.00").but(kind="381"), v.ORIGIN_NOT_GIVEN,
        rows=(16,)),
    one("credit-origin-blank-alone", "Blanks are no origin.",
        loose_bill("EGP-26-7425", p.ROADS, p.MAIN, "DIRINFRA", "128.00").but(kind="381", origin="   "),
        v.ORIGIN_NOT_GIVEN, rows=(16,)),
    one("invoice-with-origin-self", "On an invoice the same element proves nothing.",
        _sold("EGP-26-7426", 311, "129.00").but(origin="EGP-26-7426"), _to(311), rows=(15, 16)),
)  # fmt: skip

_UNKNOWN = (
    one("credit-origin-unknown-own-commitment", "An origin not seen yet is waited for, even with a commitment.",
        _sold("EGP-26-7431", 312, "130.00").but(kind="381", origin="EGP-25-0909"), v.ORIGIN_UNKNOWN, rows=(17,)),
    several_days("credit-origin-of-another-supplier", "That number is known, but of another supplier.",
                 (_of_another, v.fine("SAAM D5", "")),
                 (loose_bill("EGP-26-7432", p.ROADS, p.MAIN, "DIRINFRA", "121.50").but(kind="381", origin="COM-7427"),
                  v.ORIGIN_UNKNOWN), rows=(15, 17)),
)  # fmt: skip

_given = _sold("EGP-26-7441", 313, "751.50")
_given_less = _sold("EGP-26-7444", 314, "754.00")
_MONEY = (
    several_days("credit-gives-back", "1000.00 - 901.80 + 360.60 leave 458.80 for the next invoice.",
                 (_given, _to(313)), (credit(_given, "EGP-26-7442", "300.50"), _to(313)),
                 (_sold("EGP-26-7443", 313, "375.00"), _to(313)), rows=(15, 42)),
    several_days("credit-gives-back-too-little", "Without the credit note it would be over by more, with it by 29.60.",
                 (_given_less, _to(314)), (credit(_given_less, "EGP-26-7445", "302.00"), _to(314)),
                 (_sold("EGP-26-7446", 314, "406.00"), v.OVER), rows=(15, 44)),
    one("credit-consumes-nothing", "A credit note is not compared with what remains.",
        bill("EGP-26-7447", on="2026-000750", net="240.00").but(kind="381"), v.fine("DIRINFRA", "2026-000750"),
        rows=(16, 42, 44)),
    one("credit-negative-without-origin", "Nor is one with negative amounts and no origin.",
        _sold("EGP-26-7448", 315, "-241.00").but(kind="381"), _to(315), rows=(16, 42)),
)  # fmt: skip

CASES = (*_FOUND, *_ABSENT, *_UNKNOWN, *_MONEY)
