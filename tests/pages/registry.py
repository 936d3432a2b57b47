"""The layouts by name, in the order in which they were written."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.pages.facts import Facts, Trade
from tests.pages.sheet import Look, Sheet

Drawing = Callable[[Sheet, Facts], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One program's invoice: who uses it, how it writes, what it draws. Every `credit`th invoice is a credit note."""

    name: str
    part: str
    trade: Trade
    look: Look
    traits: frozenset[str]
    credit: int
    draw: Drawing


LAYOUTS: dict[str, Layout] = {}


def layout(
    name: str, part: str, trade: Trade, look: Look, *traits: str, credit: int = 0
) -> Callable[[Drawing], Drawing]:
    """Register a drawing. `traits` are those of its composition; what can be seen while drawing notes itself."""

    def register(draw: Drawing) -> Drawing:
        if name in LAYOUTS:
            raise ValueError(f"two layouts are called {name}")
        LAYOUTS[name] = Layout(
            name=name, part=part, trade=trade, look=look, traits=frozenset(traits), credit=credit, draw=draw
        )
        return draw

    return register
