"""The longest values that are let through fit into every index of either database."""

import random
from pathlib import Path

from tests.app import replayed, started
from tests.hostile_maker import good
from tests.places import FIXTURES
from worker.extract.values import MOST_CHARACTERS


def test_the_longest_values_are_stored(store_url: str, tmp_path: Path) -> None:
    """Number, supplier and portal id of the longest length, in characters that do not compress, are decided."""
    drawn = random.Random(1)
    text, supplier, portal = (
        "".join(chr(drawn.randrange(0x20000, 0x2A000)) for _ in range(MOST_CHARACTERS)) for _ in "abc"
    )
    content = good.pivot_xml().decode().replace(good.BILL.number, text).replace(good.BILL.supplier.identifier, supplier)
    content = content.replace("</Id>\n        <Type>", f"</Id><IdCPRO>{portal}</IdCPRO><Type>")
    assert portal in content
    file = tmp_path / "invoice.xml"
    file.write_text(content, encoding="utf-8")
    with started(FIXTURES / "reference", database=store_url) as app:
        (made,) = replayed(app, [file])
    assert made.decision.outcome == "REVIEW"
    assert made.decision.invoice_key == f"cpro:{portal}"
