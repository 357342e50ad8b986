"""All keys of the account, ranked by risk: bulk sources first, then each user, then keys left in doubt."""
