"""Which panes are in view, by the size of the terminal: pure choice, no widgets."""

from collections.abc import Mapping
from enum import StrEnum

WIDE, TALL = 118, 40
"""From this many columns panes stand side by side; from this many lines all groups are in view at once."""

PlaceOf = Mapping[str, str]
"""Pane id to its group: top, use or story."""


class Form(StrEnum):
    """How the key screen is laid out."""

    FULL = "full"
    """All groups below each other; of the story, one pane."""
    WIDE = "wide"
    """The first two groups together, or one pane of the story."""
    NARROW = "narrow"
    """Facts and services together, or one other pane."""


def form_of(width: int, height: int) -> Form:
    """The form for a terminal of this size."""
    if width < WIDE:
        return Form.NARROW
    return Form.FULL if height >= TALL else Form.WIDE


FIRST_TOGETHER = ("facts", "services")


def in_view(form: Form, current: str, story: str, places: PlaceOf) -> frozenset[str]:
    """The panes to show when `current` has the attention and `story` is the story pane last seen."""
    if form is Form.FULL:
        return frozenset(pane for pane, place in places.items() if place != "story" or pane == story)
    if form is Form.WIDE:
        alone = _alone(places)
        return frozenset({current}) if current in alone else frozenset(places).difference(alone)
    if current in FIRST_TOGETHER:
        return frozenset(FIRST_TOGETHER)
    return frozenset({current})


def _alone(places: PlaceOf) -> tuple[str, ...]:
    """What has the screen for itself in the wide form."""
    return tuple(pane for pane, place in places.items() if place == "story")


def tabs(form: Form, places: PlaceOf) -> tuple[str, ...]:
    """The pane ids that the strip offers, in order."""
    if form is Form.FULL:
        return tuple(pane for pane, place in places.items() if place == "story")
    if form is Form.WIDE:
        alone = _alone(places)
        return (next(pane for pane in places if pane not in alone), *alone)
    return tuple(pane for pane in places if pane != FIRST_TOGETHER[1])
