"""The whole set: what is kept under the fixtures, and what is made when it is needed."""

import functools
from collections import Counter

from tests.hostile_maker import (
    archives,
    encodings,
    pdf_bombs,
    pdf_pages,
    pdf_structure,
    values,
    xml_entities,
    xml_shapes,
)
from tests.hostile_maker.model import Hostile


@functools.cache
def every() -> tuple[Hostile, ...]:
    """All files but the truncated ones, in the order of their paths."""
    modules = (xml_entities, xml_shapes, encodings, archives, pdf_bombs, pdf_pages, pdf_structure, values)
    made = [values.control(), *(hostile for module in modules for hostile in module.cases())]
    twice = [path for path, count in Counter(hostile.path for hostile in made).items() if count > 1]
    if twice:
        raise ValueError(f"the same path twice: {', '.join(twice)}")
    return tuple(sorted(made, key=lambda hostile: hostile.path))


def small() -> tuple[Hostile, ...]:
    """What is kept under the fixtures."""
    return tuple(hostile for hostile in every() if not hostile.is_large)


def large() -> tuple[Hostile, ...]:
    """What is made when it is needed."""
    return tuple(hostile for hostile in every() if hostile.is_large)
