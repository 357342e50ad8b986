"""A pane whose rows are those of one service, or of all."""

from queries.base import Column, Result
from screens.answer import QueryPane


class ServicePane(QueryPane):
    """Follows the service under the cursor of the services pane."""

    newest_first = "last_used"

    def columns(self, result: Result) -> tuple[Column, ...]:
        """Without the service where it is the same on every row."""
        columns = super().columns(result)
        return tuple(each for each in columns if each.id != "service") if self.params else columns

    @property
    def subject(self) -> str:
        return self.params.get("service", "") or "all services"

    def pick(self, service: str) -> None:
        """Show this service's rows; empty for those of all."""
        params = {"service": service} if service else {}
        if params == self.params:
            return
        self.params = params
        self.ask(**params)
