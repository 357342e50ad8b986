"""What Security Center has found: leaked keys, and alerts."""
