"""Placeholder: its owner replaces it."""

SCHEME = "mcp:"
async def attached(part, servers): return [part]
