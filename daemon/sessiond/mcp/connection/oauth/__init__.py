"""The login to remote servers: OAuth 2.1 as MCP has it. `login.py` is what the transport uses."""
