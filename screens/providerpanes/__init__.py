"""The panes of the Provider screen."""
