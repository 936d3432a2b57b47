"""Policies: TOML in, a frozen value or every fault out."""

import dataclasses
from decimal import Decimal

import pytest

from rules.choices import KeyCheck, OnConflict
from rules.exercises import ExerciseStyle
from rules.findings import ReasonCode
from rules.policy import PolicyError, load
from rules.table import Action
from tests.unit.rules.build import DEFAULT, LAB, MAIN, POLICY, policy


def test_defaults() -> None:
    """The defaults are those of the written decision table."""
    assert POLICY.name == "default"
    assert POLICY.identifiers.key_check is KeyCheck.ERROR
    assert dataclasses.astuple(POLICY.amounts) == (Decimal("0.02"), Decimal(5), Decimal(1))
    assert POLICY.matching.leading_zeros
    assert POLICY.matching.exercises == (ExerciseStyle.LONG, ExerciseStyle.SHORT)
    assert POLICY.matching.several
    assert POLICY.matching.swapped_fields
    assert POLICY.matching.from_market
    assert dataclasses.astuple(POLICY.page) == (True, Decimal("0.95"))
    assert dataclasses.astuple(POLICY.services) == (OnConflict.REVIEW, "")
    assert POLICY.exercises.complementary_days == 31
    assert dataclasses.astuple(POLICY.reference) == (36, 24)
    assert POLICY.duplicates.suspect_days == 10
    assert POLICY.credit_notes.wait_days == 5
    assert POLICY.payment.days == 30
    assert not POLICY.portal.recycling
    assert POLICY.portal.order_numbers_given
    assert POLICY.portal.motif_max_characters == 255
    assert POLICY.portal.actions == {}
    assert POLICY.portal.given_before == ("EJ_ERR",)
    assert POLICY.portal.allowed.keys() == {Action.SUSPEND}
    assert POLICY.recipients == {}


def test_version_names_the_choice() -> None:
    """The version changes with either text, and is the same for the same texts."""
    assert POLICY.version == load(DEFAULT).version
    assert POLICY.version.startswith("default@")
    assert len(POLICY.version) == len("default@") + 12
    versions = {POLICY.version, policy('name = "a"').version, policy('name = "a" # b').version, policy("").version}
    assert len(versions) == 3
    assert policy('name = "landes"').version.startswith("landes@")


def test_overlay_says_only_what_differs() -> None:
    """What an overlay does not say stays the default's."""
    chosen = policy('[amounts]\ntolerance_absolute = 12.5\n[portal.reasons]\nENG_CLOSED = "X"')
    assert chosen.amounts.tolerance_absolute == Decimal("12.5")
    assert chosen.amounts.tolerance_percent == 1
    assert chosen.portal.reasons[ReasonCode.ENG_CLOSED] == "X"
    assert chosen.portal.reasons[ReasonCode.ENG_NOT_FOUND] == "EJ_ERR"


@pytest.mark.parametrize("overlay", ["a = " + "[" * 2000, "a = " + "{b = " * 2000, "a = " + "9" * 5000])
def test_no_toml(overlay: str) -> None:
    """What the parser of TOML itself does not survive is a fault of the policy too."""
    with pytest.raises(PolicyError, match="policy: not valid TOML"):
        policy(overlay)


def test_nested_too_deeply() -> None:
    """A policy of thousands of tables inside each other is refused."""
    with pytest.raises(PolicyError, match="nested too deeply"):
        policy("a" + ".a" * 3000 + f" = 1\n[recipients.{MAIN}.payment]\ndays = 1")


def test_recipients_have_their_own() -> None:
    """A budget's own choices lie over the body's, for that SIRET only; the version stays the body's."""
    chosen = policy(
        f'[services]\non_conflict = "commitment"\n[recipients."{MAIN}".services]\ndefault_service = "ACCUEIL"\n'
        f'[recipients."{MAIN}".portal.actions]\nAMT_OVER_REMAINING = "suspend"'
    )
    own = chosen.for_recipient(MAIN)
    assert own.services.default_service == "ACCUEIL"
    assert own.services.on_conflict is OnConflict.COMMITMENT
    assert own.portal.actions == {ReasonCode.AMT_OVER_REMAINING: Action.SUSPEND}
    assert own.version == chosen.version
    assert own.recipients == {}
    assert chosen.services.default_service == ""
    assert chosen.for_recipient(LAB) is chosen
    assert chosen.for_recipient(None) is chosen
    assert chosen.recipients.keys() == {MAIN}


@pytest.mark.parametrize(
    ("overlay", "fault"),
    [
        ("x = 1", "x: unknown setting"),
        ('version = "1"', "version: unknown setting"),
        ("[amounts]\nx = 1", "amounts.x: unknown setting"),
        ("amounts = 1", "amounts: a table is needed here"),
        ("[amounts]\nrounding = true", "amounts.rounding: a number from 0 to 100000 is needed here"),
        ("[amounts]\nrounding = -1", "amounts.rounding: a number from 0 to 100000 is needed here"),
        ("[amounts]\nrounding = nan", "amounts.rounding: a number from 0 to 100000 is needed here"),
        ('[amounts]\nrounding = "1"', "amounts.rounding: a number from 0 to 100000 is needed here"),
        ("[payment]\ndays = -1", "payment.days: a whole number from 0 to 100000 is needed here"),
        ("[payment]\ndays = 1.5", "payment.days: a whole number from 0 to 100000 is needed here"),
        ("[payment]\ndays = 100001", "payment.days: a whole number from 0 to 100000 is needed here"),
        ("[amounts]\nrounding = 1e99", "amounts.rounding: a number from 0 to 100000 is needed here"),
        ("[payment]\ndays = true", "payment.days: a whole number from 0 to 100000 is needed here"),
        ("[portal]\nrecycling = 1", "portal.recycling: true or false is needed here"),
        ("name = 1", "name: a text is needed here"),
        (
            '[services]\non_conflict = "maybe"',
            "services.on_conflict: one of review, commitment (not 'maybe') is needed here",
        ),
        (
            "[matching]\nexercises = [2026]",
            "matching.exercises: one of 2026, 26 (not 2026) is needed here",
        ),
        ('[matching]\nlabels = "EJ"', "matching.labels: a list is needed here"),
        ("[matching]\nlabels = [1]", "matching.labels: a text is needed here"),
        (
            '[portal.reasons]\nNONE = "X"',
            "portal.reasons.NONE: one of the list ReasonCode (not 'NONE') is needed here",
        ),
        ("[portal.reasons]\nENG_CLOSED = 1", "portal.reasons.ENG_CLOSED: a text is needed here"),
        (
            '[portal.actions]\nENG_CLOSED = "shout"',
            (
                "portal.actions.ENG_CLOSED: one of none, internal_reroute, recycle, suspend, reject (not 'shout') "
                "is needed here"
            ),
        ),
        ("[portal.allowed]\nreject = 1", "portal.allowed.reject: a list is needed here"),
        ("recipients = 1", "recipients: a table is needed here"),
        ("recipients.x = {}", 'recipients."x": a table under a SIRET of 14 digits is needed here'),
        (
            '[recipients."229 900 014 00015"]',
            'recipients."229 900 014 00015": a table under a SIRET of 14 digits is needed here',
        ),
        (f"recipients.{MAIN} = 1", f'recipients."{MAIN}": a table under a SIRET of 14 digits is needed here'),
        (f'[recipients.{MAIN}]\nname = "x"', f'recipients."{MAIN}".name: unknown setting'),
        (f'[recipients.{MAIN}]\nversion = "x"', f'recipients."{MAIN}".version: unknown setting'),
        (f"[recipients.{MAIN}.recipients]", f'recipients."{MAIN}".recipients: unknown setting'),
        (f"[recipients.{MAIN}]\nservices = 1", f'recipients."{MAIN}".services: a table is needed here'),
        (f"[recipients.{MAIN}.payment]\ndays = -1", None),
    ],
)
def test_faults(overlay: str, fault: str | None) -> None:
    """Each fault is named with its place."""
    with pytest.raises(PolicyError) as raised:
        policy(overlay)
    wanted = fault or f'recipients."{MAIN}".payment.days: a whole number from 0 to 100000 is needed here'
    assert raised.value.faults == (wanted,)
    assert str(raised.value) == wanted


def test_all_faults_at_once() -> None:
    """Nobody has to correct a policy fault by fault; a body's fault is not repeated for each of its budgets."""
    overlay = f'x = 1\nname = 2\n[payment]\ndays = "z"\n[recipients.{MAIN}.amounts]\ny = 1\nrounding = "0"'
    with pytest.raises(PolicyError) as raised:
        policy(overlay)
    assert raised.value.faults == (
        "x: unknown setting",
        "name: a text is needed here",
        "payment.days: a whole number from 0 to 100000 is needed here",
        f'recipients."{MAIN}".amounts.y: unknown setting',
        f'recipients."{MAIN}".amounts.rounding: a number from 0 to 100000 is needed here',
    )
    assert str(raised.value) == "; ".join(raised.value.faults)


def test_text_that_is_no_toml() -> None:
    """What is no TOML is said to be none, for either text, and what is missing then is said too."""
    with pytest.raises(PolicyError) as raised:
        policy("= 1")
    assert [fault.split(":")[:2] for fault in raised.value.faults] == [["policy", " not valid TOML"]]
    with pytest.raises(PolicyError) as raised:
        load("[")
    assert raised.value.faults[0].startswith("default policy: not valid TOML: ")
    assert "amounts: missing" in raised.value.faults
    assert "version: missing" not in raised.value.faults
    with pytest.raises(PolicyError) as raised:
        load("amounts = 1")
    assert "amounts: a table is needed here" in raised.value.faults
    assert "name: missing" in raised.value.faults
    with pytest.raises(PolicyError) as raised:
        load(DEFAULT.replace("[portal.actions]", "").replace("recycling = false", "recycling = false\nactions = 1"))
    assert raised.value.faults == ("portal.actions: a table is needed here",)


def test_forms_of_words() -> None:
    """Labels and placeholders are ready to be compared."""
    assert {"EJ", "N", "BONDECOMMANDE"} <= POLICY.label_forms
    assert {"NA", "SANS", "NÉANT"} <= POLICY.placeholder_forms
