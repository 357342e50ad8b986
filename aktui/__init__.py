"""aktui: whose key leaked, what it did, what to do about it."""

__version__ = "0.1.0"
