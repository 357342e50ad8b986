"""The practice cloud, driven over the wire."""
