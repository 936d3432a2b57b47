"""HTML that cannot be broken out of: text is escaped where it meets a tag, and hidden characters are made visible."""

import unicodedata
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

_MOST_CHARACTERS = 1000  # of one text: no value of an invoice is longer, and a page has to stay small
_MOST_MARKS = 2  # combining marks on one letter: more of them run over the lines around
_HIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_LOOKS_EMPTY = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_BLANKS = frozenset(" \u00a0\u202f")  # those of ordinary French text
_VOID = frozenset({"img", "meta", "link", "br"})


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(name: str, /, *children: str | None, **attributes: str | None) -> Html:
    """An element. Children and attributes that are no `Html` are escaped; those that are None are left out.

    An underscore in the name of an attribute stands for a hyphen, the one at its end for nothing: `class_`.
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Html(f"<{name}{given}>")
    return Html(f"<{name}{given}>{joined(*children)}</{name}>")


def joined(*children: str | None) -> Html:
    """Children one after another."""
    return Html("".join(_child(child) for child in children if child is not None))


def foreign(text: str) -> Html:
    """Text out of a document: on its own, whatever direction it is written in."""
    return element("bdi", text)


def plain(text: str) -> str:
    """The text with each hidden character told by its number, for where no element may stand."""
    return "".join(part if seen else f"⟨{part}⟩" for seen, part in _parts(text))


def _child(child: str) -> str:
    if isinstance(child, Html):
        return child
    return "".join(escape(part) if seen else f'<span class="hidden">⟨{part}⟩</span>' for seen, part in _parts(child))


def _attribute(value: str) -> str:
    return value if isinstance(value, Html) else escape(plain(value))


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """What can be seen, and the numbers of what cannot, by turns; cut off where it is too long."""
    cut = text[:_MOST_CHARACTERS]
    for seen, group in groupby(_told(cut), key=lambda told: told[0]):
        characters = [character for _, character in group]
        yield seen, "".join(characters) if seen else " ".join(_numbers(characters))
    if len(text) > len(cut):
        yield True, f"… (+ {len(text) - len(cut)})"


def _numbers(characters: Iterable[str]) -> Iterator[str]:
    """The numbers of characters; one that is repeated is told once, with its count."""
    for character, run in groupby(characters):
        count = sum(1 for _ in run)
        yield f"U+{ord(character):04X}" + (f" × {count}" if count > 1 else "")


def _told(text: str) -> Iterator[tuple[bool, str]]:
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        yield not (_is_hidden(character, category) or marks > _MOST_MARKS), character


def _is_hidden(character: str, category: str) -> bool:
    return (
        category in _HIDDEN
        or character in _LOOKS_EMPTY
        or (category == "Zs" and character not in _BLANKS)
        or "\ufe00" <= character <= "\ufe0f"
    )
