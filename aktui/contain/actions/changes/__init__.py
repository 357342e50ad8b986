"""Kinds of steps, one file each: how a thing is observed, and which calls change its state."""
