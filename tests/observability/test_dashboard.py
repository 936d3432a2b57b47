"""The dashboard: importable anywhere, legible, and naming only what exists."""

from itertools import pairwise
from typing import Any

import pytest

from tests.observability.deployed import Query, annotations, dashboard, queries
from tests.observability.test_rules import check_names

PANELS = [panel for panel in dashboard()["panels"] if panel["type"] != "row"]
WIDTH = 24


def test_it_can_be_imported() -> None:
    """It has a stable name and no number, and its data source is a variable in every place."""
    page = dashboard()
    assert (page["id"], page["uid"]) == (None, "aiguilleur")
    assert 39 <= page["schemaVersion"] <= 41
    (variable,) = page["templating"]["list"]
    assert (variable["type"], variable["query"]) == ("datasource", "prometheus")
    assert "__inputs" not in page
    asked = [page["annotations"]["list"], PANELS, *(panel["targets"] for panel in PANELS)]
    sources = [place["datasource"] for places in asked for place in places]
    assert all(source == {"type": "prometheus", "uid": f"${{{variable['name']}}}"} for source in sources)


def test_panels_are_numbered_and_do_not_overlap() -> None:
    """Each has a number of its own and a place of its own on the page."""
    panels = dashboard()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= WIDTH
        assert not cells & taken, panel["title"]
        taken |= cells
    assert all(first["gridPos"]["y"] <= second["gridPos"]["y"] for first, second in pairwise(panels))


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_a_panel_says_what_it_shows(panel: dict[str, Any]) -> None:
    """It has a title, a description, a unit, and a name for each of its queries."""
    assert panel["title"]
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"]
    references = [target["refId"] for target in panel["targets"]]
    assert len(set(references)) == len(references) > 0
    if len(references) > 1:
        assert all(target["legendFormat"] for target in panel["targets"])


@pytest.mark.parametrize("query", [*queries(), *annotations()], ids=str)
def test_a_query_names_what_exists(query: Query) -> None:
    """Every metric and every label of a query is one that the code, RabbitMQ or a rule has."""
    check_names(query.expression)
    assert "$" not in query.expression
