"""Moved to `queries.usage.asking`; here until nobody imports it from here."""

from queries.usage.asking import Ask, event_of, expiry_of, token_of

__all__ = ["Ask", "event_of", "expiry_of", "token_of"]
