"""The cells of ruled tables: the lines that PDFium draws on a page, put together by pdfplumber.

Pdfplumber reads a whole page, each letter of it, to find its lines; PDFium has them at hand. So only the geometry is
pdfplumber's: lines that nearly meet are joined, where they cross are corners, and four corners are a cell.
"""

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2
from pdfplumber import table
from pypdfium2 import raw

from rules.model import Box
from worker.errors import LimitExceeded
from worker.extract.affine import Affine
from worker.extract.limits import Limits

_FEWEST_ENDS = 8  # of segments that are drawn: those of four lines, which make a cell
_MOST_OBJECTS = 3_000  # of a page that are looked at
_MOST_SEGMENTS = 20_000
_DEEPEST_FORM = 4
_SHORTEST = 3.0  # points; pdfplumber's defaults, as the next two
_MEETS = 3.0
_STRAIGHT = 0.5  # points by which a straight line may be off


def is_ruled(page: pypdfium2.PdfPage) -> bool:
    """Whether enough is drawn to make a cell, be it line by line or at one stroke."""
    ends = 0
    for path, _ in _paths(page):
        ends += max(raw.FPDFPath_CountSegments(path), 0)
        if ends >= _FEWEST_ENDS:
            return True
    return False


def cells_of(page: pypdfium2.PdfPage, turn: Affine, limits: Limits) -> tuple[Box, ...]:
    """The cells of all tables. Raises `LimitExceeded` where there are more of them than an invoice has."""
    edges = table.merge_edges(list(_edges(page, turn)), _MEETS, _MEETS, _MEETS, _MEETS)
    edges = [edge for edge in edges if max(edge["x1"] - edge["x0"], edge["bottom"] - edge["top"]) >= _SHORTEST]
    across = sum(edge["orientation"] == "h" for edge in edges)
    if across * (len(edges) - across) > 4 * limits.page_cells:  # each of them is compared with each
        raise LimitExceeded(f"a page ruled by {len(edges):,} lines; the limit is {limits.page_cells:,} cells")
    found = table.intersections_to_cells(table.edges_to_intersections(edges, _MEETS, _MEETS))
    if len(found) > limits.page_cells:
        raise LimitExceeded(f"a page of {len(found):,} cells; the limit is {limits.page_cells:,}")
    return tuple(Box(*map(float, cell)) for cells in table.cells_to_tables(found) for cell in cells)


def _edges(page: pypdfium2.PdfPage, turn: Affine) -> Iterator[dict[str, Any]]:
    """What is drawn straight across or straight down, as pdfplumber takes it."""
    left = _MOST_SEGMENTS
    for path, place in _paths(page):
        count = raw.FPDFPath_CountSegments(path)
        left -= count
        if left < 0:
            return
        if not _is_drawn(path):
            continue
        for one, other in _strokes(path, count):
            (x0, y0), (x1, y1) = turn(*place(*one)), turn(*place(*other))
            width, height = abs(x1 - x0), abs(y1 - y0)
            if min(width, height) > _STRAIGHT or max(width, height) < 1:
                continue
            x, y, across = min(x0, x1), min(y0, y1), width > height
            yield {
                "x0": x, "x1": x + width if across else x, "top": y, "bottom": y if across else y + height,
                "width": width, "height": height, "orientation": "h" if across else "v",
            }  # fmt: skip


def _is_drawn(path: Any) -> bool:
    """Whether a path is stroked or filled; else it only bounds what is drawn."""
    filled, stroked = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, filled, stroked)
    return bool(filled.value or stroked.value)


def _strokes(path: Any, count: int) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """The straight strokes of a path, from point to point, in its own coordinates."""
    x, y = ctypes.c_float(), ctypes.c_float()
    begin = last = (0.0, 0.0)
    for position in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, position)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        kind, point = raw.FPDFPathSegment_GetType(segment), (x.value, y.value)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            begin = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield last, point
        last = point
        if raw.FPDFPathSegment_GetClose(segment):
            yield last, begin
            last = begin


def _paths(page: pypdfium2.PdfPage) -> Iterator[tuple[Any, Affine]]:
    """The paths of a page and of the forms on it, with what moves their points to the coordinates of the page."""
    left = _MOST_OBJECTS

    def within(count: int, get: Any, outer: Affine, depth: int) -> Iterator[tuple[Any, Affine]]:
        nonlocal left
        for position in range(count):
            left -= 1
            if left < 0:
                return
            item = get(position)
            kind = raw.FPDFPageObj_GetType(item)
            if kind == raw.FPDF_PAGEOBJ_PATH:
                yield item, _matrix_of(item).then(outer)
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
                inner = _matrix_of(item).then(outer)
                held = raw.FPDFFormObj_CountObjects(item)
                yield from within(held, lambda n, of=item: raw.FPDFFormObj_GetObject(of, n), inner, depth + 1)

    count = raw.FPDFPage_CountObjects(page.raw)
    yield from within(count, lambda n: raw.FPDFPage_GetObject(page.raw, n), Affine(), 0)


def _matrix_of(item: Any) -> Affine:
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, matrix)
    return Affine(matrix.a, matrix.c, matrix.e, matrix.b, matrix.d, matrix.f)
