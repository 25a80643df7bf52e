"""`sessiond run --json`: the protocol's events on stdout, one a line, live ones included."""

from typing import BinaryIO

from sessiond.engine.identifiers import now
from sessiond.session.open_part import OpenPart
from sessiond_protocol.events import DurableEvent, LiveEvent, PartDelta
from sessiond_protocol.wire import to_json


class JsonLines:
    """Fits `listener.View`. Durable lines are the very bytes that are stored."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def durable(self, event: DurableEvent, encoded: bytes) -> None:
        self._line(encoded)

    def delta(self, part: OpenPart, text: str) -> None:
        delta = PartDelta(at=now(), message_id=part.message_id, part_id=part.part_id, field=part.field, text=text)
        self._line(to_json(delta))

    def live(self, event: LiveEvent) -> None:
        self._line(to_json(event))

    def _line(self, line: bytes) -> None:
        self._out.write(line + b"\n")
        self._out.flush()
