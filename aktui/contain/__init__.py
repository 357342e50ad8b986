"""Containment: plan, preview, confirm, journal, execute, verify, undo, recover. The only writes."""
