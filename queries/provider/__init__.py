"""What the provider itself has noticed: leak reports, alerts, insights, checks, and the calls it blocks."""
