"""Affine maps: how PDFs move, turn and scale what they draw."""

from typing import NamedTuple


class Affine(NamedTuple):
    """From one system of coordinates to another: x' = xx*x + xy*y + x0, y' = yx*x + yy*y + y0."""

    xx: float = 1.0
    xy: float = 0.0
    x0: float = 0.0
    yx: float = 0.0
    yy: float = 1.0
    y0: float = 0.0

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        """Where a point comes to."""
        return self.xx * x + self.xy * y + self.x0, self.yx * x + self.yy * y + self.y0

    def then(self, outer: "Affine") -> "Affine":
        """First this one, then `outer`."""
        x0, y0 = outer(self.x0, self.y0)
        return Affine(
            outer.xx * self.xx + outer.xy * self.yx,
            outer.xx * self.xy + outer.xy * self.yy,
            x0,
            outer.yx * self.xx + outer.yy * self.yx,
            outer.yx * self.xy + outer.yy * self.yy,
            y0,
        )
