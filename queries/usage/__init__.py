"""What was called with the key lately, from the best source there is."""

from queries.usage.gathering import account_usage, usage_of
from queries.usage.values import By, Usage, UsageReport, stance

__all__ = ["By", "Usage", "UsageReport", "account_usage", "stance", "usage_of"]
