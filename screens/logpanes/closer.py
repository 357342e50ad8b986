"""The same key, looked at over another stretch of time."""

from typing import Any

from aktui.models import Window
from queries.base import Asking, Result
from queries.inquiry import Inquiry

TIMELESS = ("caller", "trails", "log-sources", "owner", "keys")
"""Questions whose answer does not hang on the window: they are not asked twice."""


class Closer(Inquiry):
    """An inquiry of its own window that shares what does not depend on it."""

    def __init__(self, whole: Inquiry, window: Window) -> None:
        super().__init__(whole.cloud, whole.key_id, window)
        self._whole = whole

    async def ask(self, query_id: str, **params: str) -> Result:
        if query_id in TIMELESS:
            return await self._whole.ask(query_id, **params)
        return await super().ask(query_id, **params)

    def asking(self, params: Any) -> Asking:
        """As ever; what belongs to both windows is asked of the whole one."""
        asking = self._whole.asking(params)
        return Asking(self.cloud, self.key_id, self.window, asking.params, self.ask, shared=asking.shared)
