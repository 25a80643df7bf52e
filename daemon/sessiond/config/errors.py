"""Failures in words a person can act on; whoever talks to a person prints the message and nothing else."""


class Failed(Exception):
    """It cannot be done. `message` says what happened, to which thing, and what to do; no traceback is needed."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ConfigError(Failed):
    """The configuration cannot be used: the message names file, line, key and remedy."""


def sentence(words: str) -> str:
    """Words of somebody else, with the stop that a text around them needs."""
    return words if words.rstrip().endswith((".", "!", "?")) else f"{words.rstrip()}."
