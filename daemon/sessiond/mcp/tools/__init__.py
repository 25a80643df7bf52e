"""What MCP servers offer as tools of the engine: names, arguments, calls and what comes of them."""
