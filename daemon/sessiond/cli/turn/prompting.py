"""The prompt of `sessiond run` on its way to an engine, and to the next one where the first has died.

Used by `drive.py`. The message has an id from the start, so that a prompt that is sent again is not answered twice.
"""

import asyncio
import os
from collections.abc import Callable

from sessiond.cli.client.client import Client, is_lost
from sessiond.cli.turn.listener import Listener
from sessiond.config.errors import Failed
from sessiond_protocol.course.subscribing import SubscribeParams, SubscribeResult
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import Session
from sessiond_protocol.methods import ChatParams, ChatResult, CreateParams, InitProjectParams


class Prompt:
    """`init`: the engine's own prompt for a survey of the project; there is no text then."""

    def __init__(
        self, text: str, directory: str, session_id: str | None, model: str | None, *, init: bool = False
    ) -> None:
        self._text = text
        self._directory = directory
        self._session_id = session_id
        self._model = model
        self._init = init
        self._message_id = f"msg_{os.urandom(12).hex()}"

    async def send(
        self, client: Client, listener: Listener, given_up: asyncio.Event, say: Callable[[str], None]
    ) -> ChatResult:
        """Returns when the turn has ended. Once `given_up` is set it is aborted.

        Where the engine dies meanwhile, the next one is asked, once. Raises RpcError, and Failed where that has no end
        to tell.
        """
        listener.prompt_id = None if self._init else self._message_id
        try:
            return await self._send(client, given_up)
        except RpcError as error:
            if not is_lost(error):
                raise
        say("The engine has died. What it had recorded is kept; another one is asked what has become of the turn.")
        await catch_up(client, listener)
        if self._init and listener.turn_id is not None:
            raise Failed("The survey of the project was cut off with its engine. `sessiond run --init` begins anew.")
        return await self._send(client, given_up)

    async def _send(self, client: Client, given_up: asyncio.Event) -> ChatResult:
        if not self._init:
            params = ChatParams(
                session_id=self._session_id,
                text=self._text,
                model=self._model,
                directory=self._directory,
                message_id=self._message_id,
            )
            return await client.call("session/chat", params, ChatResult, given_up=given_up)
        if self._session_id is None:
            made = await client.call("session/create", CreateParams(directory=self._directory), Session)
            self._session_id = made.id
        survey = InitProjectParams(self._session_id, self._model)
        return await client.call("session/initProject", survey, ChatResult, given_up=given_up)


async def follow(client: Client, listener: Listener) -> None:
    """Never returns: has whatever was missed told again. Raises RpcError."""
    while True:
        await listener.behind.wait()
        listener.behind.clear()
        try:
            await catch_up(client, listener)
        except RpcError as error:
            if not is_lost(error):  # then the prompt's own sending catches up
                raise


async def catch_up(client: Client, listener: Listener) -> None:
    """Subscribes behind what was heard; without a session nothing was. Raises RpcError."""
    if listener.session_id is not None:
        params = SubscribeParams(listener.session_id, after=listener.seq or None)
        with listener.holding():
            listener.subscribed(await client.call("session/subscribe", params, SubscribeResult))
