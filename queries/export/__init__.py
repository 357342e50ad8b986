"""Findings in forms that other tools take: JSON of our own, OCSF events, a STIX bundle. Pure functions."""
