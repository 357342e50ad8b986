"""Containment on the screen: what can be done, previews, the confirmation, the run, the journal, the watch.

The engine decides and sends; nothing here does. What runs belongs to `containing.Containment`, which no
screen owns and no closing of one stops.
"""
