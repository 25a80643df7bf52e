"""Requests of the daemon to its client: sent by number, answered by future, never waited for in vain.

`connection.py` brings the answers in; the client's editor and its questions ask.
"""

import asyncio
import os
from collections.abc import Callable
from itertools import count
from typing import Any

import msgspec

from sessiond.server.wire.json_rpc import MessageId, Response, encode_notification, encode_request

ID_PREFIX = "sessiond:"
"""Our ids are strings of this form, so that a client that keeps one table for both sides mistakes none."""


class NotAnswered(Exception):
    """There is no result: the client gave an error, took too long or has gone. The text says which."""


class Requests:
    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        # No client mistakes the question of one engine for that of the next, which its pipe has found meanwhile.
        self._prefix = f"{ID_PREFIX}{os.urandom(4).hex()}:"
        self._numbers = count(1)
        self._waiting: dict[MessageId, asyncio.Future[msgspec.Raw]] = {}
        self._closed = False

    async def ask(self, method: str, params: Any, seconds: float | None = None) -> msgspec.Raw:
        """The result as JSON. Raises NotAnswered, after that many seconds at the latest.

        The client is told by `$/cancelRequest` when nobody waits for its answer any more.
        """
        if self._closed:
            raise NotAnswered("it has gone")
        message_id = f"{self._prefix}{next(self._numbers)}"
        answer: asyncio.Future[msgspec.Raw] = asyncio.get_running_loop().create_future()
        self._waiting[message_id] = answer
        self._send(encode_request(message_id, method, params))
        try:
            async with asyncio.timeout(seconds):
                return await answer
        except TimeoutError:
            raise NotAnswered(f"it gave no answer within {seconds:g} s") from None
        finally:
            if self._waiting.pop(message_id, None) and not self._closed:
                self._send(encode_notification("$/cancelRequest", {"id": message_id}))

    def answered(self, response: Response) -> None:
        """Takes an answer; one that nobody waits for is dropped."""
        if (answer := self._waiting.pop(response.id, None)) is None or answer.done():
            return
        if response.error is None:
            answer.set_result(response.result)
        else:
            answer.set_exception(NotAnswered(_said(response.error)))

    def garbled(self, message_id: MessageId | None) -> bool:
        """Takes a message that is no JSON-RPC; whether it was meant as the answer to a request of ours."""
        answer = None if message_id is None else self._waiting.pop(message_id, None)
        if answer is None:
            return False
        if not answer.done():
            answer.set_exception(NotAnswered("its answer had neither a result nor an error"))
        return True

    def close(self) -> None:
        """The client says nothing any more: whatever waits, and whatever is asked from now on, fails."""
        self._closed = True
        waiting, self._waiting = self._waiting, {}
        for answer in waiting.values():
            if not answer.done():
                answer.set_exception(NotAnswered("it has gone"))


class _Error(msgspec.Struct):
    message: str


def _said(error: msgspec.Raw) -> str:
    """The message of an error object, whatever form it has."""
    try:
        return f"it said: {msgspec.json.decode(error, type=_Error).message[:500]}"
    except (msgspec.MsgspecError, RecursionError):
        return "it gave an error"
