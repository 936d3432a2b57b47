"""The layouts, two by two: each module holds one idea drawn by quite different programs, for tuning and for measuring."""

from tests.pages.layouts import bilingual, columns, grids, inline, letters, turned, utilities, works

__all__ = ["bilingual", "columns", "grids", "inline", "letters", "turned", "utilities", "works"]
