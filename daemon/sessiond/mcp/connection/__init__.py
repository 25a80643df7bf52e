"""Open connections to MCP servers, by the official SDK: the only place that imports it. `connect.py` opens them."""
