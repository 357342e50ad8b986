"""What scenarios are made of: a company and its people, its daily business, an intruder's moves, the truth."""
