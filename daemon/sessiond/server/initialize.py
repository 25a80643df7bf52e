"""The handshake: what a client says of itself at `initialize`, with exact types and errors that name the field.

Called by `connection.py`, also for an `initialize` that `first_answer.py` has answered.
"""

from pathlib import Path
from typing import Any

import msgspec

from sessiond.server.editor.abilities import Abilities, abilities_of, member
from sessiond.server.editor.file_uri import path_of
from sessiond.server.parameters import decode_params, invalid_params
from sessiond_protocol import PROTOCOL_VERSION
from sessiond_protocol.errors import RpcError
from sessiond_protocol.serving.lifecycle import ClientIdentity, ClientOptions
from sessiond_protocol.wire import Value


class WorkspaceFolder(Value, frozen=True):
    uri: str
    name: str


class InitializeParams(Value, frozen=True):
    """The part of LSP's InitializeParams that the daemon heeds."""

    process_id: int | None = None
    root_uri: str | None = None
    root_path: str | None = None
    client_info: ClientIdentity | None = None
    workspace_folders: list[WorkspaceFolder] | None = None
    capabilities: Any = None
    initialization_options: Any = None


class Introduction(msgspec.Struct, frozen=True):
    """Who the client is and what it wants."""

    options: ClientOptions = ClientOptions()
    process_id: int | None = None
    root: str | None = None
    """A path of this machine."""
    root_uri: str | None = None
    name: str = "client"
    abilities: Abilities = Abilities()


def introduction(raw: msgspec.Raw) -> Introduction:
    """Raises RpcError: -32602 for a wrong type, `unsupportedVersion` with the versions known."""
    params = decode_params(raw, InitializeParams, "initialize")
    given = _client_options(params)
    options = given or ClientOptions()
    identity = options.client or params.client_info
    root, root_uri = _root(params)
    abilities = abilities_of(params.capabilities, None if given is None else given.editor)
    name = identity.name if identity else "client"
    return Introduction(options, params.process_id, root, root_uri, name, abilities)


def _client_options(params: InitializeParams) -> ClientOptions | None:
    experimental = member(params.capabilities, "experimental")
    for source, place in (
        (params.initialization_options, "initializationOptions"),
        (experimental, "capabilities.experimental"),
    ):
        if (given := member(source, "sessiond")) is not None:
            return _typed_options(given, f"{place}.sessiond")
    return None


def _typed_options(given: Any, place: str) -> ClientOptions:
    version = member(given, "protocolVersion")
    if isinstance(version, int) and version != PROTOCOL_VERSION:
        text = f"protocol version {version} is not known here; known: {PROTOCOL_VERSION}"
        raise RpcError.of_kind("unsupportedVersion", text, versions=[PROTOCOL_VERSION])
    try:
        return msgspec.convert(given, ClientOptions)
    except msgspec.ValidationError as error:
        raise invalid_params(error, "initialize", place) from error


def _root(params: InitializeParams) -> tuple[str | None, str | None]:
    """The client's root as a path of this machine and as a URI, of the first of the three ways to say it."""
    uri = params.workspace_folders[0].uri if params.workspace_folders else params.root_uri
    if uri is not None:
        return path_of(uri), uri
    path = params.root_path
    return path, Path(path).as_uri() if path and Path(path).is_absolute() else None
