"""Moved to `queries.usage.values`; here until nobody imports it from here."""

from queries.usage.values import MOST_RESOURCES, By, Usage, UsageReport, stance

__all__ = ["MOST_RESOURCES", "By", "Usage", "UsageReport", "stance"]
