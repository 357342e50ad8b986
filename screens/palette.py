"""The command palette: everything the keys do here, and every pane, by name."""

from collections.abc import Callable, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from screens.key import KeyScreen
from screens.widgets.display import line

Command = tuple[str, str, Callable[[], object]]


class Commands(Provider):
    """Names and help are constants of ours: the palette would parse anything else as markup."""

    async def discover(self) -> Hits:
        for title, help_text, run in self._commands():
            yield DiscoveryHit(line(title), run, text=title, help=help_text)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for title, help_text, run in self._commands():
            score = matcher.match(title)
            if score > 0:
                yield Hit(score, line(title), run, text=title, help=help_text)

    def _commands(self) -> Iterator[Command]:
        screen = self.screen
        if isinstance(screen, KeyScreen):
            for name, pane in screen.panes.items():
                yield f"Go to {pane.name_short}", f"Pane {pane.digit}", partial(screen.attend, name)
            yield "Sweep", "All keys of the account, ranked by risk", partial(_sweep, screen)
        seen: set[str] = set()
        for active in screen.active_bindings.values():
            binding = active.binding
            if (
                binding.id
                and binding.tooltip
                and binding.action not in seen
                and not binding.id.startswith("pane.")
            ):
                seen.add(binding.action)
                run = partial(self.app.run_action, binding.action, active.node)
                yield binding.description, binding.tooltip, run


def _sweep(screen: KeyScreen) -> None:
    from screens.sweep import open_sweep

    open_sweep(screen, screen.desk)
