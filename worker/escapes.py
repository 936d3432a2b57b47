"""Characters that act on a screen instead of standing on it: controls, line breaks, bidi marks, invisible ones.

Documents may hold any of them. A page for a person shows a replacement character; JSON keeps them, as escapes.
"""

import re
import unicodedata

_ACTING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_NOT_PLAIN = re.compile("[^ -~]")


def shown(text: str) -> str:
    """The text on one line, with whatever would act on a screen shown as a replacement character."""
    if text.isascii() and text.isprintable():
        return text
    return _NOT_PLAIN.sub(lambda found: "\N{REPLACEMENT CHARACTER}" if _acts(found[0]) else found[0], text)


def escaped(json_text: str) -> str:
    """JSON text with whatever would act on a screen as an escape of JSON: the same values for a parser."""
    return json_text if json_text.isascii() and json_text.isprintable() else _NOT_PLAIN.sub(_escape, json_text)


def _escape(found: re.Match[str]) -> str:
    if not _acts(found[0]):
        return found[0]
    units = found[0].encode("utf-16-be", errors="surrogatepass")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))


def _acts(character: str) -> bool:
    return unicodedata.category(character) in _ACTING
