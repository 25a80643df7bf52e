"""The MCP servers that are configured: in settings files, in a project's `.mcp.json`, by the client."""
