"""Calls with the key over the Internet: from which addresses."""

from queries.base import Column
from queries.logs import traillogs
from queries.logs.quoting import column

_CALLS = traillogs.Endpoint(
    f"{column(traillogs.VPC)} IS NULL",
    {
        traillogs.IP: Column("source_ip", "Source IP", "ip"),
        traillogs.KEY: Column("access_id", "Key", "id"),
    },
)

QUERY = _CALLS.query(
    id="internet-calls",
    title="Calls over the Internet",
    question="From which addresses on the Internet does somebody call with the key?",
    limits=(
        "An address may be one of our own: compare it with the public addresses of the account. "
        "Calls that the provider makes on its own have the name of a service for an address."
    ),
)
