"""One file a pane of the key screen; a module that defines `PANE` is found by itself."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from screens.pane import Pane


@cache
def panes() -> "tuple[type[Pane], ...]":
    """All panes in their order. A module without a proper `PANE`, or a number taken twice, is an error."""
    from screens.pane import Pane

    found: dict[int, type[Pane]] = {}
    for info in sorted(iter_modules(__path__), key=lambda module: module.name):
        pane = getattr(import_module(f"screens.panes.{info.name}"), "PANE", None)
        if not (isinstance(pane, type) and issubclass(pane, Pane)):
            raise TypeError(f"screens/panes/{info.name}.py defines no PANE")
        if pane.number in found:
            raise TypeError(f"screens/panes/{info.name}.py: the number {pane.number} is taken")
        found[pane.number] = pane
    return tuple(sorted(found.values(), key=lambda pane: pane.rank or pane.number))
