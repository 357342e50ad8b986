"""Whose calls are whose: the business's or an intruder's, told from behaviour."""
