"""How a tool says that it could not do it. Raised by tools, read by models."""


class ToolFailed(Exception):
    """The tool could not do it; the text tells the model what happened and what to try."""
