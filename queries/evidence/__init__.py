"""What is known of a key's calls: gathered once, looked at by attribution, findings and verdict."""
