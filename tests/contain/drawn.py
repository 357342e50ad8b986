"""Tests of drawn examples assert nothing about time: other work on the machine may hold one up."""

from hypothesis import HealthCheck, settings

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
