"""Characters that act on a screen: shown as one that does not, or escaped in JSON."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.escapes import escaped, shown

_ACTING = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Facture n° 7 – Société Éclair", "Facture n° 7 – Société Éclair"),
        ("\x1b[31mROUTED", "�[31mROUTED"),
        ("a\r\nb\tc\x7f", "a��b�c�"),
        ("\x9b2J\u202e\u200b\u2028", "�2J���"),
    ],
)
def test_shown(text: str, expected: str) -> None:
    """Letters of any language stay; escapes, line breaks, bidi marks and invisible characters are replaced."""
    assert shown(text) == expected


@given(st.text())
def test_nothing_shown_acts(text: str) -> None:
    """What is shown is one line on which nothing acts, and as long as the text."""
    made = shown(text)
    assert not any(unicodedata.category(c) in _ACTING for c in made)
    assert len(made) == len(text)


@given(st.text(st.characters()))
def test_escaped_json_says_the_same(text: str) -> None:
    """A parser reads the same value from JSON on which nothing acts, half characters included."""
    made = escaped(json.dumps({text: [text]}, ensure_ascii=False))
    assert not any(unicodedata.category(c) in _ACTING for c in made)
    assert json.loads(made) == {text: [text]}
