"""The guided descent: what a table of paths finds in a tree."""

import pytest
from lxml import etree

from worker.extract.descent import Table

NAMESPACES = {"p": "urn:p"}
TREE = etree.fromstring(
    "<r xmlns:x='urn:p'><x:a><x:b>1</x:b><b>other namespace</b></x:a><x:a><x:b>2</x:b><x:c/></x:a>"
    "<plain><b>3</b></plain><x:line><x:b>4</x:b></x:line><x:line><x:b>5</x:b></x:line></r>"
)


@pytest.mark.parametrize("per_line", [frozenset(), frozenset({"line"})])
def test_collect(per_line):
    """Each field gets its elements in document order, whatever the prefixes; a field that stands nowhere gets none."""
    paths = {"first": "p:a/p:b", "whole": "p:a", "plain": "plain/b", "line": "p:line/p:b", "absent": "p:z"}
    table = Table("p:r", paths, NAMESPACES, per_line=per_line)
    found = {name: [e.text for e in elements] for name, elements in table.collect(TREE).items()}
    assert found == {"first": ["1", "2"], "whole": [None, None], "plain": ["3"], "line": ["4", "5"]}


def test_nothing_on_the_lines():
    """A field of the lines that stands on none is absent, as any other."""
    assert Table("p:r", {"n": "p:none"}, NAMESPACES, per_line=frozenset({"n"})).collect(TREE) == {}


def test_places():
    """The place of a field is its path below the root, as a person would write it."""
    assert Table("p:r", {"first": "p:a/p:b"}, NAMESPACES).paths == {"first": "/p:r/p:a/p:b"}
