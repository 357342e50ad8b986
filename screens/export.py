"""Rows to a file: which, in what form, where; an existing file is overwritten only when that was said."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar, Protocol

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from aktui.case.directory import make_private
from aktui.case.rows.asking import Exported, Filter, Format, Order
from aktui.errors import AktuiError
from screens.background import in_background
from screens.widgets.cells import counted
from screens.widgets.display import Part, amount, line, lines
from screens.widgets.hints import Hints
from screens.widgets.tell import tell

FORMATS: tuple[Format, ...] = ("csv", "jsonl", "parquet")
_ABOUT = {
    "csv": "CSV for spreadsheets: what would start a formula gets an apostrophe first",
    "jsonl": "one JSON object a line, values as they were logged",
    "parquet": "Parquet, for DuckDB and its kin",
}
_WHICH = {"marked": "the marked rows", "view": "the rows of the view", "all": "all rows"}


class WrittenTable(Protocol):
    """Rows that can be written to a file."""

    async def export(
        self, path: Path, format_: Format, where: Filter, order: Order, *, overwrite: bool = False
    ) -> Exported: ...


class Written(Protocol):
    """What is written: rows, and the name they go by."""

    @property
    def title(self) -> str: ...

    @property
    def table(self) -> WrittenTable: ...


class Made(Protocol):
    """A file that was written."""

    @property
    def rows(self) -> int: ...

    @property
    def size(self) -> int: ...

    @property
    def sha256(self) -> str: ...


@dataclass(frozen=True)
class Form:
    """A form in which rows can be written."""

    id: str
    suffix: str
    """What the file's name ends with, no dot in front."""
    about: str
    write: Callable[[Path, Filter, bool], Awaitable[Made]]
    """Write those rows there; true: in place of what is there. Raises CaseError."""


@dataclass(frozen=True)
class Offer:
    """What may be written."""

    subject: Written
    views: Mapping[str, tuple[Filter, int | None]]
    """Which rows: `marked`, `view`, `all`, to their filter and how many they are, where that is known."""
    order: Order
    folder: Path
    """Where files go unless a person says otherwise: inside the case."""
    forms: tuple[Format, ...] = FORMATS
    """Those of the table itself."""
    first: tuple[Form, ...] = ()
    """Forms that are offered before those."""

    def every_form(self) -> tuple[Form, ...]:
        """In the order in which they are offered."""
        return (*self.first, *(Form(name, name, _ABOUT[name], self._as(name)) for name in self.forms))

    def _as(self, form: Format) -> Callable[[Path, Filter, bool], Awaitable[Made]]:
        def write(path: Path, where: Filter, overwrite: bool) -> Awaitable[Made]:
            return self.subject.table.export(path, form, where, self.order, overwrite=overwrite)

        return write


class ExportScreen(ModalScreen[None]):
    """Tab changes which rows, F2 the form; Enter writes."""

    DEFAULT_CSS = """
    ExportScreen { align: center middle; }
    ExportScreen > Vertical {
        width: 92%; max-width: 104; height: auto; border: heavy $border; background: $surface; padding: 0 1;
        border-title-color: $foreground; border-title-style: bold;
    }
    ExportScreen Input { border: round $border-blurred; background: $surface; margin: 0; }
    ExportScreen Input:focus { border: round $border; }
    ExportScreen #said { height: auto; min-height: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", id="page.back", tooltip="Back; a file being written is given up"),
        Binding("tab", "which", "Which rows", priority=True, id="export.which", tooltip="Other rows"),
        Binding("f2", "form", "Form", priority=True, id="export.form", tooltip="In another form"),
        Binding(
            "ctrl+o",
            "overwrite",
            "Overwrite",
            priority=True,
            id="export.overwrite",
            tooltip="Replace the file",
        ),
    ]

    def __init__(self, offer: Offer) -> None:
        super().__init__()
        self.offer = offer
        self.which = next(iter(offer.views))
        self.forms = offer.every_form()
        self.form = self.forms[0]
        self.exists: Path | None = None
        """The file that is in the way."""
        self.writing = False

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(id="what")
            yield Input(self._proposed(), select_on_focus=False)
            yield Static(id="said")
        yield Hints()

    def on_mount(self) -> None:
        self.query_one(Vertical).border_title = line(f"Export: {self.offer.subject.title}")
        self.query_one(Input).focus()
        self._draw()

    def _proposed(self) -> str:
        words = "".join(
            char if char.isascii() and char.isalnum() else "-" for char in self.offer.subject.title.lower()
        )
        stem = "-".join(part for part in words.split("-") if part)[:60] or "rows"
        return str(self.offer.folder / f"{stem}.{self.form.suffix}")

    def _draw(self) -> None:
        rows = []
        for name in self.offer.views:
            count = self.offer.views[name][1]
            number = "" if count is None else f" ({counted(count)})"
            chosen = name == self.which
            rows.append(
                line((f"{'>' if chosen else ' '} {_WHICH[name]}{number}", "bold" if chosen else "$muted"))
            )
        forms: list[Part] = ["  "]
        for form in self.forms:
            forms += [(f" {form.id} ", "bold reverse" if form is self.form else "$muted"), " "]
        about = line((f"  {self.form.about}", "$muted"))
        self.query_one("#what", Static).update(lines(*rows, line(*forms), about))

    def _say(self, *parts: Part) -> None:
        self.query_one("#said", Static).update(line(*parts))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Overwriting is offered once a file is in the way."""
        return self.exists is not None if action == "overwrite" else True

    def action_which(self) -> None:
        names = list(self.offer.views)
        self.which = names[(names.index(self.which) + 1) % len(names)]
        self._draw()

    def action_form(self) -> None:
        box, before = self.query_one(Input), self.form.suffix
        self.form = self.forms[(self.forms.index(self.form) + 1) % len(self.forms)]
        if box.value.endswith(f".{before}"):
            box.value = f"{box.value.removesuffix(before)}{self.form.suffix}"
        self._draw()

    @on(Input.Changed)
    def _path_typed(self, event: Input.Changed) -> None:
        event.stop()
        self._in_the_way(None)
        self._say("")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._write(overwrite=False)

    def action_overwrite(self) -> None:
        self._write(overwrite=True)

    def action_leave(self) -> None:
        self.dismiss()

    def _in_the_way(self, path: Path | None) -> None:
        self.exists = path
        self.refresh_bindings()

    def _write(self, *, overwrite: bool) -> None:
        text = self.query_one(Input).value.strip()
        if self.writing or not text:
            return
        path = Path(text).expanduser()
        path = path if path.is_absolute() else self.offer.folder / path
        self.writing = True
        self._say("Writing…  ", ("Esc gives it up.", "$muted"))
        in_background(self, partial(self._export, path, overwrite), "export", "write rows to a file")

    async def _export(self, path: Path, overwrite: bool) -> None:
        offer = self.offer
        try:
            if path.parent == offer.folder:
                await asyncio.to_thread(make_private, offer.folder)
            if not overwrite and await asyncio.to_thread(path.exists):
                self._in_the_way(path)
                self._say((f"{path} exists. ", "$warning"), "Ctrl+O replaces it, or type another name.")
                return
            made = await self.form.write(path, offer.views[self.which][0], overwrite)
        except AktuiError as error:
            self._say((f"{error.message} {error.hint}".strip(), "$error"))
            return
        except OSError as error:
            self._say((f"{path} can not be written: {error.strerror or error}.", "$error"))
            return
        except Exception as error:
            # A bug of ours, or rows of a shape nobody foresaw: "Writing…" must not stand there for ever.
            self._say((f"aktui could not write it ({type(error).__name__}: {error}).", "$error"))
            return
        finally:
            self.writing = False
        told = f"{counted(made.rows)} rows, {amount(made.size)}, sha256 {made.sha256[:16]}… in {path}"
        tell(self.app, told)
        self.dismiss()
