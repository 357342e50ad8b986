"""How a request proves who sent it: one file a generation, written from the published algorithms."""
