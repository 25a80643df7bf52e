"""Placeholder: its owner replaces it."""

class McpRequests:
    def __init__(self, pool): pass
