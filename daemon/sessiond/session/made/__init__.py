"""How sessions come into being: what a new one is, and that a key makes only one."""
