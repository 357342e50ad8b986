"""Containment: against the practice cloud, over the real transport."""
