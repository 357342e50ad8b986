"""How services say no in events: (code, message)."""

from aktui.simcloud.stories.access import ACCESS_DENIED, NO_SUCH_KEY

Refusal = tuple[str, str]

NO_PERMISSION = ("NoPermission", "You are not authorized to do this action. You should be authorized by RAM.")
NO_RAM = ("Forbidden.RAM", "User not authorized to operate on the specified resource.")
NO_STOCK = ("OperationDenied.NoStock", "The requested resource is sold out in the specified zone.")
NO_QUOTA = ("QuotaExceed.ElasticQuota", "The quota of vCPUs for this instance type is exceeded.")

OF_OBJECTS = {
    ACCESS_DENIED[1]: "You have no right to access this object because of bucket acl.",
    NO_SUCH_KEY[1]: "The specified key does not exist.",
}
"""What OSS says to each of its codes."""


def no_logs(action: str) -> Refusal:
    """The log service, to `log:DeleteLogStore` and the like."""
    return ("Unauthorized", f"denied by sts or ram, action: {action}")
