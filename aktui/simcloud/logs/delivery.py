"""An event as it happens: into the account's trail, and into the Logstores its trails deliver to."""

from collections.abc import Iterator

from aktui.simcloud.account import Account
from aktui.simcloud.logs.store import Logstore
from aktui.simcloud.stories.traillog import row_of
from aktui.simcloud.trail import Event, is_data


def happened(account: Account, event: Event) -> None:
    """Keep the event. Trails that are stopped deliver nothing; data events are not theirs."""
    account.trail.add(event)
    if not is_data(event):
        for logstore in _delivered_to(account):
            logstore.add(row_of(event, account.id))


def _delivered_to(account: Account) -> Iterator[Logstore]:
    for trail in account.trails:
        name = str(trail.get("SlsProjectArn") or "").rpartition("/")[2]
        project = account.projects.get(name)
        if trail.get("Status") == "Enable" and project is not None:
            logstore = project.logstores.get(f"actiontrail_{trail.get('Name')}")
            if logstore is not None:
                yield logstore
