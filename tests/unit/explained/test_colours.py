"""Colours: what is written can be read (WCAG 2.2 AA), by day, by night and on paper."""

import re
from importlib.resources import files

import pytest

STYLE = files("worker.cli.explained").joinpath("style.css").read_text(encoding="utf-8")
_TEXT, _LINES = 4.5, 3.0
WRITTEN = ("text", "muted", "link", "good", "warn", "bad", "calm")
FRAMES = ("sure", "likely", "doubtful", "otherwise")


def _colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", block))


def _schemes() -> dict[str, dict[str, str]]:
    light, dark, paper = (_colours(block) for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL))
    return {"light": light, "dark": light | dark, "paper": light | paper}


def _luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    """Black on white has 21, #767676 on white the well-known 4.54."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark", "paper"])
@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("behind", ["ground", "panel", "mark"])
def test_text_can_be_read(scheme: str, name: str, behind: str) -> None:
    """Every colour of text stands out from everything that may be behind it."""
    colours = _schemes()[scheme]
    assert contrast(colours[name], colours[behind]) >= _TEXT


@pytest.mark.parametrize("name", FRAMES)
def test_boxes_can_be_told_from_paper(name: str) -> None:
    """A box stands out from the white page, and its number from the box."""
    assert contrast(_schemes()["light"][name], "#ffffff") >= _TEXT


@pytest.mark.parametrize("scheme", ["light", "dark", "paper"])
def test_focus_can_be_seen(scheme: str) -> None:
    """The frame of what has the keyboard's focus stands out from what is around it."""
    colours = _schemes()[scheme]
    assert min(contrast(colours["focus"], colours[behind]) for behind in ("ground", "panel", "mark")) >= _LINES


def test_no_colour_stands_outside_of_the_schemes() -> None:
    """Colours are named once, in the schemes; what lies over the page, white by nature, names its own."""
    rest = re.sub(r":root \{.*?\}", "", STYLE, flags=re.DOTALL)
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", rest)) <= {"#ffffff", "#b3005e"}
