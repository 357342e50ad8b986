"""All about one action: what it does, how things stand, how it is taken back, what it takes."""

from textual.content import Content

from aktui.contain.action import Action, change_named
from screens.contain.looks import LOOKING, Looked
from screens.contain.planpage import DANGERS
from screens.widgets.display import Part, beside_label, line, lines
from screens.widgets.trouble import trouble

LABEL = 10


def detail(looked: Looked, width: int, *, armed: bool, short: bool = False) -> Content:
    """What stands beside the list on the action under the cursor; `short`: what counts comes first."""
    action = looked.action
    told, style = DANGERS[action.danger]
    about = beside_label("", [action.about], 0, width)
    rows = [] if short else [beside_label("", [(action.title, "bold")], 0, width), about, line("")]
    rows += [beside_label(name, parts, LABEL, width) for name, parts in _state(looked)]
    if looked.error is not None and not looked.blocked:
        rows.append(trouble(looked.error, width, "r looks again; Enter plans it all the same."))
    rows += [about] if short else []
    rows.append(beside_label("danger", [(f"{action.danger}", style), f": {told}"], LABEL, width))
    rows.append(beside_label("way back", [action.way_back], LABEL, width))
    for param in action.params:
        needed = "" if param.required else " (may be left out)"
        rows.append(beside_label("asks", [(param.name, "bold"), f": {param.help}{needed}"], LABEL, width))
    rows.append(beside_label("needs", [", ".join(needs(action))], LABEL, width))
    if not armed:
        said = "This aktui is read-only: the preview can be looked at, nothing can be sent."
        rows.append(beside_label("", [(said, "$muted")], 0, width))
    return lines(*rows)


def _state(looked: Looked) -> list[tuple[str, list[Part]]]:
    if looked.look is None and looked.error is None:
        return [("now", [(f"{LOOKING} being looked at", "$muted")])]
    rows: list[tuple[str, list[Part]]] = []
    if looked.look is not None:
        rows.append(("now", [(looked.look.state, "bold")]))
    if looked.blocked:
        rows.append(("not now", [(looked.blocked, "$warning")]))
    if looked.more:
        rows.append(("so far", [(looked.more, "bold")]))
    return rows


def needs(action: Action) -> tuple[str, ...]:
    """The RAM actions it takes, to plan and to do."""
    changes = [change_named(change) for change in action.changes]
    found = [*action.needs, *(name for change in changes for name in (*change.reads, *change.writes))]
    return tuple(dict.fromkeys(found))
