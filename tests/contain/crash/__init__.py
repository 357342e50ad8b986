"""Runs that are killed, cancelled and lied to, and what the journal says of them afterwards."""
