"""The JSON document of a session and its children: their logs as they stand. Written and read here; pure.

`exchange.py` calls it, in a thread when it reads: a document may be large and comes from anywhere.
"""

from collections.abc import Sequence

import msgspec

from sessiond import __version__
from sessiond.session.exchange.soundness import check
from sessiond_protocol.events import DurableEvent
from sessiond_protocol.messages import Session
from sessiond_protocol.wire import Wire, to_json

FORMAT = "sessiond.sessions"
VERSION = 1
LARGEST = 256 * 1024 * 1024
"""Bytes of a document."""


class NoDocument(Exception):
    """The text is no document that can be brought in. Says why, for people."""


class Log(Wire):
    """One session: its row, and all of its events from 1 on."""

    session: Session
    events: list[DurableEvent]


class _Head(Wire):
    """What every version of the format begins with."""

    format: str = ""
    version: int = 0


class _Body(Wire):
    sessions: list[Log]


_head = msgspec.json.Decoder(_Head)
_body = msgspec.json.Decoder(_Body)


def written(logs: Sequence[tuple[Session, Sequence[bytes]]]) -> str:
    """The document of these sessions, each with the JSON of its events; the bytes are taken over as they are."""
    head = to_json({"format": FORMAT, "version": VERSION, "by": f"sessiond {__version__}"})[:-1]
    sessions = (
        b'{"session":%s,"events":[\n%s\n]}' % (to_json(session), b",\n".join(events)) for session, events in logs
    )
    return (head + b',"sessions":[' + b",\n".join(sessions) + b"]}\n").decode()


def read(text: str) -> list[Log]:
    """The logs of a document, sound in every respect, parents before their children. Raises NoDocument."""
    try:
        data = text.encode()
        if len(data) > LARGEST:
            raise NoDocument(f"it is larger than {LARGEST >> 20} MB")
        head = _head.decode(data)
        if head.format != FORMAT:
            raise NoDocument("it is JSON, but not of a session that sessiond has exported")
        if head.version != VERSION:
            raise NoDocument(f"it has version {head.version} of the format; this sessiond knows {VERSION}")
        logs = _body.decode(data).sessions
        check(logs)
    except RecursionError:
        raise NoDocument("it is nested too deeply") from None
    except (msgspec.MsgspecError, ValueError) as error:
        raise NoDocument(_seen(str(error)[:300])) from None
    return logs


def _seen(text: str) -> str:
    """Of a text that quotes the document, what a terminal shows and does not obey."""
    return "".join(character if character.isprintable() else "�" for character in text)
