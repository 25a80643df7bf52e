"""What one client has of the engine: its introduction, its outgoing buffer, its documents, its errands.

Made by `connection.py`; handlers see it through their `Call`.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from sessiond.config.brought import Brought
from sessiond.config.files.shown import shown_name
from sessiond.engine.identifiers import now
from sessiond.server.asking.message import LSP_INFO_MESSAGE, Reply
from sessiond.server.asking.message_questions import MessageQuestions
from sessiond.server.editor.client_editor import ClientEditor
from sessiond.server.editor.documents import Documents
from sessiond.server.engine import Guest
from sessiond.server.host.host import Host
from sessiond.server.initialize import Introduction
from sessiond.server.outgoing.outbox import Outbox
from sessiond.server.outgoing.requests import Requests
from sessiond.server.wire.json_rpc import encode_notification
from sessiond.server.wire.stdio import Output
from sessiond.session.manager import SessionManager
from sessiond.session.subscribers import Subscriber
from sessiond_protocol.asking.permissions import PermissionReplyParams
from sessiond_protocol.errors import RpcError
from sessiond_protocol.serving.lifecycle import ClientStatus

log = logging.getLogger(__name__)

Result = TypeVar("Result")

LSP_ERROR_MESSAGE = 1
LONGEST_NAME = 100
"""Characters of a client's name that others are told."""


class Client:
    def __init__(
        self, host: Host, output: Output, frame: Callable[[bytes], bytes], process: Brought | None = None
    ) -> None:
        """`process`: what the client's own process brings; what it says at `initialize` counts more."""
        self.host = host
        self.engine = host.engine
        self._process = process or Brought(os.getcwd(), os.environ)
        self._connected_at = now()
        self.outbox = Outbox(output, frame, self._unsubscribe)
        self.requests = Requests(self.outbox.request)
        self.documents = Documents(self.start)
        self.editor = ClientEditor(self.documents, self.requests)
        self.subscriber: Subscriber = self.outbox
        """Who is subscribed to sessions on the client's behalf."""
        self.questions: MessageQuestions | None = None
        """Asks the client's user, where the client itself does not know how."""
        self.introduction: Introduction | None = None
        self._configuring: asyncio.Task[None] | None = None
        self._guest: Guest | None = None
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

    @property
    def shown_name(self) -> str:
        """For people: on one line, and not long."""
        return shown_name(self.outbox.name[:LONGEST_NAME])

    def status(self) -> ClientStatus:
        said = self.introduction or Introduction()
        return ClientStatus(
            name=self.shown_name,
            connected_at=self._connected_at,
            process_id=said.process_id,
            directory=said.root or self._process.directory,
            subscribed=self._sessions.keeper.library.heard_by(self.subscriber) if self._sessions else 0,
        )

    def say(self, text: str) -> None:
        """Puts a line into the log that the client shows to people."""
        if self.introduction is not None:
            message = {"type": LSP_INFO_MESSAGE, "message": text}
            self.outbox.send(encode_notification("window/logMessage", message))

    @property
    def guest(self) -> Guest:
        """The engine by what the client has said of its root, environment and settings."""
        if self._guest is None:
            self._guest = self.engine.guest(self._brought())
        return self._guest

    def _brought(self) -> Brought:
        said, process = self.introduction or Introduction(), self._process
        directory = said.root if said.root is not None and Path(said.root).is_dir() else process.directory
        return Brought(directory, {**process.environment, **(said.options.env or {})}, said.options.settings)

    async def sessions(self) -> SessionManager:
        """What the client may do with sessions. Raises RpcError `storageFailed`.

        Settings that are wrong hinder no reading; what needs them says so.
        """
        await asyncio.shield(self.configure())
        self._sessions = await self.guest.sessions()
        self._sessions.keeper.editors.join(self.editor)
        return self._sessions

    def configure(self) -> asyncio.Task[None]:
        """Has the settings read, once, and lets the engine warm up for the client afterwards."""
        if self._configuring is None:
            self._configuring = self.start(self._configure())
            self.start(self._warm(self._configuring))
        return self._configuring

    async def _configure(self) -> None:
        try:
            await self.guest.configured()
        except RpcError as error:  # requests that need the configuration fail with it; here people are told
            message = {"type": LSP_ERROR_MESSAGE, "message": error.message}
            self.outbox.send(encode_notification("window/showMessage", message))

    async def _warm(self, configured: asyncio.Task[None]) -> None:
        await asyncio.wait([configured])
        await self.guest.warm()

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
            self._sessions.keeper.audience_changed()

    async def leave(self) -> None:
        """Ends the errands and the subscriptions; turns go on or end as the engine decides."""
        self.requests.close()
        while self._errands:
            for errand in self._errands:
                errand.cancel()
            await asyncio.wait(self._errands)
        if self._sessions is not None:
            self._sessions.keeper.editors.leave(self.editor)
            self._sessions.keeper.leave(self.subscriber)
            self._sessions.keeper.watchers.leave(self.outbox.rows)
        if self._guest is not None:
            self._guest.leave()
