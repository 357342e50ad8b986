"""What scenarios are made of: a company and its people, daily business, an intruder's moves, the truth."""
