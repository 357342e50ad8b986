"""How a query asks: calls shared and made at once, answers read without trusting their shape."""
