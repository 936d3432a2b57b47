"""The page of reason codes that is kept in the repository."""

from rules.catalogue import markdown
from rules.table import ROWS
from tests.places import ROOT
from worker.resources import load_policy, load_sentences

PAGE = ROOT / "rules" / "REASONS.md"


def test_the_page_is_what_the_rules_say() -> None:
    """`rules/REASONS.md` is what `aiguilleur rules --markdown` prints; write it again after a change of the table."""
    assert PAGE.read_text(encoding="utf-8") == markdown(load_sentences("fr"), load_sentences("en"), load_policy())


def test_the_page_has_every_code() -> None:
    """Every reason code stands on the page."""
    page = PAGE.read_text(encoding="utf-8")
    assert [row.code for row in ROWS if f"`{row.code}`" not in page] == []
