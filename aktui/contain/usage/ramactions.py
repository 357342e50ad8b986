"""Moved to `queries.usage.ramactions`; here until nobody imports it from here."""

from queries.usage.ramactions import RamAction, evaluates_network_policy, on_bucket, ram_action

__all__ = ["RamAction", "evaluates_network_policy", "on_bucket", "ram_action"]
