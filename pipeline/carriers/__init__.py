"""How records travel: Git itself, and what is built on it."""
