"""The commands that work without the console: data on stdout, narration on stderr, same core underneath."""
