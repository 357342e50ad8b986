"""A pane whose rows are those of one service, or of all."""

from screens.answer import QueryPane


class ServicePane(QueryPane):
    """Follows the service under the cursor of the services pane."""

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
