"""`aktui query … --statement`: the text that a question sends to the log service, seen before it is sent.

What a person put in its place is kept with the case, and shown the next time.
"""

from collections.abc import Mapping

from aktui.case.directory import case_directory
from aktui.case.statements import remember, remembered
from aktui.cloud.session import Cloud
from aktui.config import Settings
from aktui.errors import UsageError
from aktui.headless.output import emit, note
from aktui.models import Window, utc_now
from queries.base import Query
from queries.inquiry import Inquiry


def show(settings: Settings, query: Query, key_id: str, params: Mapping[str, str]) -> int:
    """Print each text on lines of its own; nothing is asked of the cloud."""
    if not query.texts:
        raise UsageError(f"{query.id} sends no text to the log service.")
    now = utc_now()
    asking = Inquiry(Cloud(settings), key_id, Window(now, now)).asking(params)
    directory = case_directory(settings.home, key_id, practice=settings.practice)
    for text in query.texts:
        emit(f"{text.statement(asking)}\n")
        for other in remembered(directory, query.id, text.param):
            note(f"used before, with --param {text.param}=…: {other}")
    return 0


def keep(settings: Settings, query: Query, key_id: str, params: Mapping[str, str]) -> None:
    """Keep the texts that take the place of built ones. Raises CaseError when they can not be kept."""
    directory = case_directory(settings.home, key_id, practice=settings.practice)
    for text in query.texts:
        if edited := params.get(text.param, "").strip():
            remember(directory, query.id, edited, text.param)
