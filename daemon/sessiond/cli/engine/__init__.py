"""The commands about the engine in the background: what it does, its end, its successor, its log."""
