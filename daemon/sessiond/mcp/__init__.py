"""MCP servers: each in a task of its own, their tools beside the built-in ones. `base.py` has the contract of the room.

Only `connection/` knows the SDK; it costs most of a second and is imported once a server is to be started.
"""
