"""The page of the reason codes."""

import dataclasses

from rules.catalogue import markdown
from rules.findings import ReasonCode
from rules.table import Gate
from tests.unit.rules.build import POLICY, policy
from tests.unit.rules.test_sentences import EN, FR

PAGE = markdown(FR, EN, POLICY).splitlines()


def _row(code: ReasonCode, page: list[str] = PAGE) -> list[str]:
    (line,) = (line for line in page if line.startswith(f"| `{code}` |"))
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def test_page() -> None:
    """A title, one table for each gate in their order, one line for each code."""
    assert PAGE[0] == "# Reason codes"
    assert [line for line in PAGE if line.startswith("## ")] == [f"## {EN.gates[g]} · {FR.gates[g]}" for g in Gate]
    assert sum(line.startswith("| code | rows | severity | effect | queue |") for line in PAGE) == len(Gate)
    assert sum(line == "| --- | --- | --- | --- | --- | --- | --- | --- | --- |" for line in PAGE) == len(Gate)
    assert sum(line.startswith("| `") for line in PAGE) == len(ReasonCode)
    assert {line[:2] for line in PAGE[3:]} == {"", "##", "| "}
    assert markdown(FR, EN, POLICY).endswith(" |\n")


def test_rows() -> None:
    """Each line tells the whole of a code."""
    not_found = _row(ReasonCode.ENG_NOT_FOUND)
    assert not_found[1:7] == ["25", "error", "review", "finance", "reject", "`EJ_ERR`"]
    assert not_found[7].startswith("L'engagement « {number} » n'existe pas pour ce budget. *Merci de vérifier")
    assert not_found[8].startswith("Commitment “{number}” does not exist for this budget. *Please check")
    assert _row(ReasonCode.ENG_MATCH_NORMALISED)[1:7] == ["21, 22", "info", "continue", "", "none", ""]
    assert _row(ReasonCode.REF_STALE)[3:5] == ["waiting, then review", "finance"]
    assert _row(ReasonCode.OK)[7:] == ["Tout concorde.", "Everything agrees."]


def test_policy_is_shown() -> None:
    """The proposals are those of the policy given."""
    page = markdown(FR, EN, policy("[portal]\nrecycling = true")).splitlines()
    assert _row(ReasonCode.ENG_NOT_FOUND, page)[5] == "recycle"


def test_bars_do_not_break_the_table() -> None:
    """A bar in a sentence stays in its cell."""
    sentences = FR.by_code | {ReasonCode.OK: "a|b"}
    other = dataclasses.replace(FR, by_code=sentences)
    assert "| a\\|b |" in markdown(other, EN, POLICY)
