"""Profiles, told by the last segment of the specification identifier."""

import pytest

from worker.extract.profiles import profile_of


@pytest.mark.parametrize(
    ("guideline", "profile"),
    [
        ("urn:factur-x.eu:1p0:minimum", "MINIMUM"),
        ("urn:zugferd.de:2p0:minimum", "MINIMUM"),
        ("urn:factur-x.eu:1p0:basicwl", "BASIC WL"),
        ("urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic", "BASIC"),
        ("urn:cen.eu:en16931:2017:compliant:factur-x.eu:1p0:basic", "BASIC"),
        ("urn:cen.eu:en16931:2017", "EN 16931"),
        (" URN:CEN.EU:EN16931:2017\n", "EN 16931"),
        ("urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended", "EXTENDED"),
        ("urn:cen.eu:en16931:2017#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr", "EXTENDED-CTC-FR"),
        ("urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0", "XRECHNUNG"),
        ("urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0", "PEPPOL"),
        ("urn:ferd:CrossIndustryDocument:invoice:1p0:comfort", "COMFORT"),
        ("urn:ferd:CrossIndustryDocument:invoice:1p0:extended", "EXTENDED"),
        ("A2", "OTHER"),
        ("PORTAIL_SAISIE", "OTHER"),
        ("", "OTHER"),
    ],
)
def test_profiles(guideline, profile):
    """The same profile is recognised however the rest of the identifier is written."""
    assert profile_of(guideline) == profile
