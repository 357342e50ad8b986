"""The tests of aktui."""
