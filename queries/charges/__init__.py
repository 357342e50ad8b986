"""Bills: read at the right site, held against the account's own past, joined to events."""
