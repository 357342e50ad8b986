"""Behind a key: its holder, what is known of the owner, root keys, the reading of policies."""
