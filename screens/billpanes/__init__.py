"""The panes of the Charges screen."""
