"""What one client has of the engine: its introduction, its outgoing buffer, its documents, its errands.

Made by `connection.py`; handlers see it through their `Call`.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from sessiond.server.asking.message import Reply
from sessiond.server.asking.message_questions import MessageQuestions
from sessiond.server.editor.client_editor import ClientEditor
from sessiond.server.editor.documents import Documents
from sessiond.server.engine import Engine
from sessiond.server.initialize import Introduction
from sessiond.server.outgoing.outbox import Outbox
from sessiond.server.outgoing.requests import Requests
from sessiond.server.wire.json_rpc import encode_notification
from sessiond.server.wire.stdio import Output
from sessiond.session.manager import SessionManager
from sessiond.session.subscribers import Subscriber
from sessiond_protocol.asking.permissions import PermissionReplyParams
from sessiond_protocol.errors import RpcError

log = logging.getLogger(__name__)

Result = TypeVar("Result")

LSP_ERROR_MESSAGE = 1


class Client:
    def __init__(self, engine: Engine, output: Output, frame: Callable[[bytes], bytes]) -> None:
        self.engine = engine
        self.outbox = Outbox(output, frame, self._unsubscribe)
        self.requests = Requests(self.outbox.send)
        self.documents = Documents(self.start)
        self.editor = ClientEditor(self.documents, self.requests)
        self.subscriber: Subscriber = self.outbox
        """Who is subscribed to sessions on the client's behalf."""
        self.questions: MessageQuestions | None = None
        """Asks the client's user, where the client itself does not know how."""
        self.introduction: Introduction | None = None
        self._configuring: asyncio.Task[None] | None = None
        self._sessions: SessionManager | None = None
        self._errands: set[asyncio.Task[Any]] = set()

    def introduce(self, introduced: Introduction) -> None:
        """Takes what the client said of itself at `initialize`."""
        self.introduction = introduced
        self.outbox.name = introduced.name
        self.outbox.unwanted = frozenset(introduced.options.events.opt_out)
        self.documents.root_uri = introduced.root_uri
        self.editor.introduce(introduced.name, introduced.abilities)
        if introduced.abilities.asks_by_message:
            self.questions = MessageQuestions(self.outbox, self.requests, self.start, self._reply)
            self.subscriber = self.questions

    async def configured(self) -> None:
        """Waits until the engine has what the client said of its root, environment and settings."""
        await asyncio.shield(self.configure())

    async def sessions(self) -> SessionManager:
        """The keeper of sessions. Raises RpcError `storageFailed`, or for a configuration that is wrong."""
        await self.configured()
        self._sessions = await self.engine.sessions()
        self._sessions.editors.join(self.editor)
        return self._sessions

    def configure(self) -> asyncio.Task[None]:
        """Tells the engine, once, and lets it warm up afterwards."""
        if self._configuring is None:
            self._configuring = self.start(self._configure())
            self.start(self._warm(self._configuring))
        return self._configuring

    async def _configure(self) -> None:
        said = self.introduction or Introduction()
        try:
            await self.engine.configure(root=said.root, env=said.options.env, settings=said.options.settings)
        except RpcError as error:  # requests that need the configuration fail with it; here people are told
            message = {"type": LSP_ERROR_MESSAGE, "message": error.message}
            self.outbox.send(encode_notification("window/showMessage", message))

    async def _warm(self, configured: asyncio.Task[None]) -> None:
        await asyncio.wait([configured])
        await self.engine.warm()

    def start(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        """Runs something on the client's behalf; it ends with the connection at the latest."""
        errand = asyncio.create_task(work, name=work.__qualname__)
        self._errands.add(errand)
        errand.add_done_callback(self._done)
        return errand

    def _done(self, errand: asyncio.Task[Any]) -> None:
        self._errands.discard(errand)
        if not errand.cancelled() and (error := errand.exception()) is not None:
            log.error("%s: %s: %s", errand.get_name(), type(error).__name__, error)

    async def _reply(self, reply: Reply) -> None:
        sessions = await self.sessions()
        if isinstance(reply, PermissionReplyParams):
            await sessions.reply(reply, by=self.outbox.name)
        else:
            sessions.answer(reply, by=self.outbox.name)

    def _unsubscribe(self, session_id: str) -> None:
        if self._sessions is not None:
            self._sessions.unsubscribe(session_id, self.subscriber)

    def fall_silent(self) -> None:
        """The client says nothing more, but wants to hear the answers to what it has asked."""
        self.requests.close()
        self.outbox.answers = False
        if self._sessions is not None:
            self._sessions.audience_changed()

    async def leave(self) -> None:
        """Ends the errands and the subscriptions; turns go on or end as the engine decides."""
        self.requests.close()
        while self._errands:
            for errand in self._errands:
                errand.cancel()
            await asyncio.wait(self._errands)
        if self._sessions is not None:
            self._sessions.editors.leave(self.editor)
            self._sessions.leave(self.subscriber)
            self._sessions.watchers.leave(self.outbox.rows)
