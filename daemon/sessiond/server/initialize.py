"""The handshake: what a client says of itself at `initialize`, with exact types and errors that name the field.

Called by `connection.py`, also for an `initialize` that `first_answer.py` has answered.
"""

import os
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import msgspec

from sessiond.server.parameters import decode_params, invalid_params
from sessiond_protocol import PROTOCOL_VERSION
from sessiond_protocol.errors import RpcError
from sessiond_protocol.lifecycle import ClientIdentity, ClientOptions
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


def introduction(raw: msgspec.Raw) -> Introduction:
    """Raises RpcError: -32602 for a wrong type, `unsupportedVersion` with the versions known."""
    params = decode_params(raw, InitializeParams, "initialize")
    options = _client_options(params)
    identity = options.client or params.client_info
    root, root_uri = _root(params)
    return Introduction(options, params.process_id, root, root_uri, identity.name if identity else "client")


def _client_options(params: InitializeParams) -> ClientOptions:
    experimental = _member(params.capabilities, "experimental")
    for source, place in (
        (params.initialization_options, "initializationOptions"),
        (experimental, "capabilities.experimental"),
    ):
        if (given := _member(source, "sessiond")) is not None:
            return _typed_options(given, f"{place}.sessiond")
    return ClientOptions()


def _typed_options(given: Any, place: str) -> ClientOptions:
    version = _member(given, "protocolVersion")
    if isinstance(version, int) and version != PROTOCOL_VERSION:
        text = f"protocol version {version} is not known here; known: {PROTOCOL_VERSION}"
        raise RpcError.of_kind("unsupportedVersion", text, versions=[PROTOCOL_VERSION])
    try:
        return msgspec.convert(given, ClientOptions)
    except msgspec.ValidationError as error:
        raise invalid_params(error, "initialize", place) from error


def _member(value: Any, name: str) -> Any:
    return cast(dict[str, Any], value).get(name) if isinstance(value, dict) else None


def _root(params: InitializeParams) -> tuple[str | None, str | None]:
    """The client's root as a path of this machine and as a URI, of the first of the three ways to say it."""
    uri = params.workspace_folders[0].uri if params.workspace_folders else params.root_uri
    if uri is not None:
        return _to_path(uri), uri
    path = params.root_path
    return path, Path(path).as_uri() if path and Path(path).is_absolute() else None


def _to_path(uri: str) -> str | None:
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    path = unquote(parts.path)
    if os.name == "nt":
        path = path.removeprefix("/")
    return path if parts.scheme == "file" and path else None
