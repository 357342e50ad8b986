"""The log service: where logs are, how values get into a query text, groups, rows, downloads."""
