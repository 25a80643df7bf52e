"""Which models there are and where they come from. Only the registry asks."""
