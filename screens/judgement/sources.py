"""The sources that call with the key: whose each is, and which machine of the account has its address."""

from aktui.case.marks import Kind, Stance
from queries.base import Column, Result, Row, Status
from queries.inquiry import Inquiry
from screens.background import in_background
from screens.judgement.whose import MARKING, Judged

PLACES = "which-instance"
_ORDER = {"intruder": 1, "unclear": 2, "business": 3}


class Sources(Judged):
    """One row a source, as it was weighed."""

    number = 1
    name_short = "Sources"
    query_id = "attribution"
    kind = Kind.SOURCE
    shown = ("source_ip", "side", "points", "calls", "refused", "place", "by", "first", "last", "why")
    help_text = (
        "From where the key, its sessions and its user in the console called, and whose each source is: the "
        "business's up to 1 point, an intruder's from 3. Where: the instance of the account that has the "
        "address now, or that none has. Enter shows what speaks for it, with its points, and its calls. "
        f"{MARKING}"
    )

    def __init__(self) -> None:
        super().__init__()
        self.places: Result | None = None
        """Which machines of the account have these addresses."""

    def begin(self, inquiry: Inquiry) -> None:
        super().begin(inquiry)
        in_background(self, self._find_places, "places", "which machines call")

    async def _find_places(self) -> None:
        """Beside the judgement, which does not depend on it."""
        if self.inquiry is None:
            return
        async for result in self.inquiry.follow(PLACES):
            self.places = result
        self.draw()

    def all_columns(self, result: Result) -> tuple[Column, ...]:
        return (*result.query.columns, Column("place", "Where"))

    def place_of(self, row: Row) -> list[Row]:
        """What is known of the machines behind a source."""
        found = self.places.rows if self.places is not None else ()
        return [each for each in found if each.values["ip"] == row.values["source_ip"]]

    def _placed(self, row: Row) -> Row:
        found = self.place_of(row)
        if found:
            said = "; ".join(_machine(each) for each in found)
        elif self.places is None or self.places.status is Status.RUNNING:
            said = "…"
        else:
            # The machines are looked up for calls with the key, not for people in the console.
            said = "not asked" if self.places.status is Status.COMPLETE else "not known"
        return Row({**row.values, "place": said}, row.raw)

    def stance(self, row: Row) -> Stance | None:
        return self.marks.stance_of_source(self.markable(row))

    def made(self, result: Result) -> tuple[Row, ...]:
        ordered = sorted(result.rows, key=lambda row: _ORDER.get(str(row.values["side"]), 0))
        return tuple(map(self._placed, ordered))


def _machine(place: Row) -> str:
    """`i-bp1… web-1`, `not ours`."""
    names = [str(place.values[name]) for name in ("instance", "name") if place.values[name]]
    return " ".join(names) or str(place.values["whose"])
