"""What the daemon tells a client that it can do: the result of `initialize`.

`initialize_result.json` is made from here and committed, because the first answer must not import
the protocol's types: `python -m sessiond.server.capabilities` writes it anew, a test says when.
"""

from pathlib import Path
from typing import Any

import msgspec

from sessiond import __version__
from sessiond_protocol import MAX_MESSAGE_BYTES, PROTOCOL_VERSION
from sessiond_protocol.errors import ERROR_KINDS
from sessiond_protocol.events import DurableEvent, LiveEvent, event_names
from sessiond_protocol.methods import ALIASES, METHODS
from sessiond_protocol.serving.lifecycle import EngineOptions, Limits

RESULT_FILE = Path(__file__).with_name("initialize_result.json")


def engine_options() -> EngineOptions:
    return EngineOptions(
        protocol_version=PROTOCOL_VERSION,
        methods=[*METHODS, *ALIASES],
        events=[*event_names(DurableEvent), *event_names(LiveEvent)],
        errors=list(ERROR_KINDS),
        limits=Limits(max_message_bytes=MAX_MESSAGE_BYTES),
    )


def initialize_result() -> dict[str, Any]:
    """LSP's InitializeResult. Positions in documents count UTF-16 units, LSP's default."""
    return {
        "capabilities": {
            "textDocumentSync": {"openClose": True, "change": 2, "save": {"includeText": False}},
            "workspace": {"workspaceFolders": {"supported": True, "changeNotifications": True}},
            "experimental": {"sessiond": engine_options()},
        },
        "serverInfo": {"name": "sessiond", "version": __version__},
    }


def encoded_result() -> bytes:
    """The one line of `initialize_result.json`."""
    return msgspec.json.encode(initialize_result())


if __name__ == "__main__":
    RESULT_FILE.write_bytes(encoded_result() + b"\n")
