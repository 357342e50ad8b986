"""The panes of the log screens: what to ask, what it sends, groups, rows; and what they work with."""
