"""How a command says who it is, first of all on each link: LSP's handshake, with options of ours."""

from typing import Any

import msgspec

from sessiond import __version__
from sessiond.cli.client.link import Link
from sessiond_protocol import PROTOCOL_VERSION
from sessiond_protocol.serving.lifecycle import ClientIdentity, ClientOptions
from sessiond_protocol.wire import NoParams


class _ServerInfo(msgspec.Struct):
    version: str = "of an unknown version"


class _Introduced(msgspec.Struct, rename="camel"):
    """As much of the answer to `initialize` as is of use here."""

    server_info: _ServerInfo = msgspec.field(default_factory=_ServerInfo)


async def introduce(link: Link, name: str, **more: Any) -> str:
    """Gives the engine's version. `more` of LSP's parameters. Raises RpcError, EngineLeft."""
    options = ClientOptions(protocol_version=PROTOCOL_VERSION, client=ClientIdentity(name, __version__))
    params = {"capabilities": {}, "initializationOptions": {"sessiond": options}, **more}
    introduced = await link.ask("initialize", params, _Introduced)
    await link.tell("initialized", NoParams())
    return introduced.server_info.version
