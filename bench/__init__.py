"""Every figure of the README, measured in one run. `make bench`, or `python -m bench NAME…`."""
