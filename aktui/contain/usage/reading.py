"""Moved to `queries.usage.reading`; here until nobody imports it from here."""

from queries.usage.reading import from_events, from_oss, from_sls, from_trail, kind_of

__all__ = ["from_events", "from_oss", "from_sls", "from_trail", "kind_of"]
