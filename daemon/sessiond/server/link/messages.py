"""The messages of a client behind its pipe, and what the pipe itself says between them: `link/…`.

Fits `connection.Source`. Made by `listening.py` for a pipe that has said hello.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from sessiond.server.client import Client
from sessiond.server.link.greeting import Greeted, in_words
from sessiond.server.parameters import decode_params
from sessiond.server.wire import json_rpc
from sessiond.server.wire.framing import BadFrame
from sessiond.server.wire.json_rpc import Incoming, MessageId, Notification, Request, Response
from sessiond.server.wire.stdio import Input
from sessiond_protocol.errors import ErrorCode, RpcError
from sessiond_protocol.serving.link import DocumentText, DocumentWanted, Ended, Successor

LONGEST_COMMAND = 32
"""Words that start a successor."""


class LinkMessages:
    def __init__(self, greeted: Greeted, source: Input, client: Client) -> None:
        self.on_lost: Callable[[], None] = lambda: None
        """Called once, when the pipe has gone without a word of its client's end."""
        self._early: list[bytes | BadFrame] | None = greeted.early
        self._decoder = greeted.decoder
        self._source = source
        self._client = client
        self._client_ended = False
        self._lost = False

    async def next(self) -> Sequence[bytes | BadFrame] | None:
        if self._early is not None:
            early, self._early = self._early, None
            return early
        if self._client_ended:
            self._client.start(self._until_lost())
            return None
        if data := await self._source.read():
            return self._decoder.feed(data)
        self._lose()
        return None

    def heeds(self, message: Incoming) -> bool:
        if isinstance(message, Response) or not message.method.startswith("link/"):
            return False
        match message:
            case Request(method="link/document"):
                self._client.start(self._tell_document(message.id, message.params))
            case Request():
                error = RpcError(ErrorCode.METHOD_NOT_FOUND, f"this engine knows no {message.method[:100]!r}")
                self._client.outbox.send(json_rpc.encode_error(message.id, error))
            case Notification(method="link/ended"):
                self._client_ended = True
            case Notification(method="link/supersede"):
                self._supersede(message.params)
            case _:  # of a newer pipe
                pass
        return True

    def last_word(self) -> bytes | None:
        departure = self._client.host.departure
        if self._lost:
            return None
        if departure.begun:
            return json_rpc.encode_notification("link/leaving", departure.farewell)
        return json_rpc.encode_notification("link/ended", Ended())

    def _lose(self) -> None:
        self._lost = True
        self.on_lost()

    async def _until_lost(self) -> None:
        """The client says nothing more; its pipe may still go before it has all answers."""
        while await self._source.read():
            pass
        self._lose()

    def _supersede(self, params: msgspec.Raw) -> None:
        try:
            successor = msgspec.json.decode(params, type=Successor)
        except (msgspec.MsgspecError, RecursionError):
            return
        if 0 < len(successor.command) <= LONGEST_COMMAND:
            known = Successor(version=in_words(successor.version), command=successor.command)
            self._client.host.supersede(known)

    async def _tell_document(self, message_id: MessageId, params: msgspec.Raw) -> None:
        self._client.outbox.send(await self._document(message_id, params))

    async def _document(self, message_id: MessageId, params: Any) -> bytes:
        """Its text with all changes taken so far; its version says which those are."""
        try:
            wanted = decode_params(params, DocumentWanted, "link/document")
        except RpcError as error:
            return json_rpc.encode_error(message_id, error)
        await self._client.documents.loaded()
        for document in self._client.documents.all():
            if document.uri == wanted.uri:
                text = DocumentText(
                    version=document.version or 0, language_id=document.language or "", text=document.text
                )
                return json_rpc.encode_result(message_id, text)
        error = RpcError(ErrorCode.INVALID_PARAMS, "no such document is open", {"field": "uri"})
        return json_rpc.encode_error(message_id, error)
