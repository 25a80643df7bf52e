"""`sessiond run --json`: the protocol's events on stdout, one a line, live ones and unknown ones included."""

from typing import BinaryIO

from sessiond_protocol.course.subscribing import OpenText
from sessiond_protocol.events import Event


class JsonLines:
    """Fits `listener.View`. A line is what came over the wire, byte for byte."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def event(self, event: Event | None, encoded: bytes) -> None:
        self._out.write(encoded + b"\n")
        self._out.flush()

    def resumed(self, open: OpenText) -> None:
        """The ends of parts have all of their text."""
