"""What is wrong with the configuration, in words a person can act on."""


class ConfigError(Exception):
    """The configuration cannot be used. The text names file, line, key and remedy; no traceback is needed."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
