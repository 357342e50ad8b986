"""Moved to `queries.usage.merging`; here until nobody imports it from here."""

from queries.usage.merging import merged

__all__ = ["merged"]
