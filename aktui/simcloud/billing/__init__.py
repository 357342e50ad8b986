"""What the account is charged: the daily items, what things cost, and the bills made of them."""
