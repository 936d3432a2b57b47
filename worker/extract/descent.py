"""Guided descent: walk a tree once, visiting only the branches that a table of paths names.

Cheaper than an XPath for each field, because most of an invoice (its lines) is never entered.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from lxml import etree

Found: TypeAlias = dict[str, list[etree._Element]]


class Table:
    """The paths of a syntax, from field name to a path of prefixed element names below the root.

    The path is also what is shown as the place where a field was read. `per_line` names the fields that stand on the
    lines: they are looked for by libxml2 itself, because an invoice may have thousands of lines.
    """

    __slots__ = ("_branches", "_searches", "paths")

    def __init__(
        self, root: str, paths: Mapping[str, str], namespaces: Mapping[str, str], per_line: frozenset[str] = frozenset()
    ) -> None:
        self.paths = {name: f"/{root}/{path}" for name, path in paths.items()}
        self._branches: dict[str, _Node] = {}
        self._searches: dict[str, Callable[[etree._Element], Any]] = {
            name: etree.XPath(paths[name], namespaces=dict(namespaces)) for name in per_line
        }
        for name in paths.keys() - per_line:
            self._add(name, [_clark(step, namespaces) for step in paths[name].split("/")])

    def collect(self, root: etree._Element) -> Found:
        """The elements of each field, in document order."""
        found: Found = {}
        _walk(root, self._branches, found)
        for name, search in self._searches.items():
            if elements := search(root):
                found[name] = elements
        return found

    def _add(self, name: str, steps: list[str]) -> None:
        branches = self._branches
        for step in steps[:-1]:
            branches = branches.setdefault(step, _Node()).branches
        branches.setdefault(steps[-1], _Node()).name = name


class _Node:
    __slots__ = ("branches", "name")

    def __init__(self) -> None:
        self.name: str | None = None
        self.branches: dict[str, _Node] = {}


def _walk(element: etree._Element, branches: dict[str, _Node], found: Found) -> None:
    for child in element:
        node = branches.get(child.tag)
        if node is not None:
            name = node.name
            if name is not None:
                if name in found:
                    found[name].append(child)
                else:
                    found[name] = [child]
            if node.branches:
                _walk(child, node.branches, found)


def _clark(step: str, namespaces: Mapping[str, str]) -> str:
    prefix, _, local = step.rpartition(":")
    return f"{{{namespaces[prefix]}}}{local}" if prefix else local
