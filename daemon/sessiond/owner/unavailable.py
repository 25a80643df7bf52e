"""Why no engine can be had. Raised in this room; the pipe and the commands show it to people."""


class EngineUnavailable(Exception):
    """`kind` is one of the protocol's: `storageFailed` or `engineUnavailable`; `message` says what to do."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
