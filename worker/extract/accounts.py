"""Bank accounts as they may be kept and compared: never by their number.

The digest of an IBAN (ISO 13616) tells whether two are the same; its last four characters tell a person which one.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator

from stdnum import iban

from rules.model import Account, Text

_SHOWN = 4
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Z0-9])")


def accounts(texts: Iterable[Text]) -> tuple[Account, ...]:
    """The accounts that structured data names (BT-84); what is no IBAN is left out."""
    return tuple(dict.fromkeys(account_of(text.value) for text in texts if iban.is_valid(text.value)))


def account_of(written: str) -> Account:
    """An IBAN, however it is written, as it may be kept."""
    number = iban.compact(written).upper()
    return Account(hashlib.sha256(number.encode()).hexdigest(), number[-_SHOWN:])


def ibans_in(text: str) -> Iterator[tuple[Account, int, int]]:
    """The IBANs in a line of a page whose check digits are right, with their places."""
    for match in _IBAN.finditer(text):
        words = match.group().split(" ")
        for count in range(len(words), 0, -1):  # words that follow may look like a part of it
            written = " ".join(words[:count])
            if iban.is_valid(written):
                yield account_of(written), match.start(), match.start() + len(written)
                break
