"""Machines of the account and their addresses, as ECS, VPC and Resource Center tell them."""
