"""Calls with the key from inside a VPC: which machine holds it."""

from queries.base import Column
from queries.logs import traillogs
from queries.logs.quoting import column

_CALLS = traillogs.Endpoint(
    f"{column(traillogs.VPC)} LIKE 'vpc%'",
    {
        traillogs.IP: Column("source_ip", "Source IP", "ip"),
        traillogs.VPC: Column("vpc", "VPC", "id"),
        traillogs.KEY: Column("access_id", "Key", "id"),
    },
)

QUERY = _CALLS.query(
    id="vpc-calls",
    title="Calls from VPCs",
    question="Which machines inside our VPCs call with the key?",
    limits=(
        "The address is one inside the VPC: look there for the machine that has it. "
        "Calls through a public endpoint are in internet-calls, also when they come from our own machines."
    ),
)
