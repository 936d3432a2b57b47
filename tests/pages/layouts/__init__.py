"""The layouts, idea by idea: each module draws one by quite different programs, for tuning and for measuring."""

from tests.pages.layouts import (
    bilingual,
    columns,
    grids,
    inline,
    letters,
    long,
    odd,
    others,
    stamped,
    turned,
    utilities,
    works,
)

__all__ = [
    "bilingual",
    "columns",
    "grids",
    "inline",
    "letters",
    "long",
    "odd",
    "others",
    "stamped",
    "turned",
    "utilities",
    "works",
]
