"""Moved to `queries.usage.gathering`; here until nobody imports it from here."""

from queries.usage.gathering import account_usage, usage_of

__all__ = ["account_usage", "usage_of"]
