"""A server may close a connection that is kept open just as the next request comes on it: nobody is to notice."""

import asyncio
from contextlib import aclosing

import pytest

from sessiond.providers.base import ModelRequest, Provider, ProviderError, TextDelta
from sessiond_protocol.messages import Message, TextPart
from support.fake_model_server import Answer, fake_model_server
from support.providers.wire_recordings import EVERY_API, Recordings
from support.server.listening import stop_listening

pytestmark = pytest.mark.parametrize("api", EVERY_API, ids=lambda api: api.name)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


async def text_of(provider: Provider) -> str:
    said = TextPart(id="p", text="Hello")
    prompt = Message(id="m", session_id="s", turn_id="t", role="user", created_at=0, parts=[said])
    async with aclosing(provider.stream(ModelRequest(model="m", system=(), messages=(prompt,)))) as stream:
        return "".join([event.text async for event in stream if isinstance(event, TextDelta)])


async def test_a_request_on_a_connection_that_the_server_closes_is_sent_again_at_once(api: Recordings) -> None:
    with fake_model_server(Answer([api.text], then="leave")) as server:
        provider = api.make(server.url)
        together = await asyncio.gather(text_of(provider), text_of(provider))
        later = await asyncio.gather(text_of(provider), text_of(provider), text_of(provider))
        await provider.close()

    assert [*together, *later] == ["Hello"] * 5
    assert len(server.requests) == 5


async def test_a_server_that_answers_nothing_on_a_new_connection_has_failed(api: Recordings) -> None:
    asked: list[bytes] = []

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    provider = api.make(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    with pytest.raises(ProviderError) as failed:
        await text_of(provider)
    await provider.close()
    await stop_listening(server)

    assert (failed.value.kind, failed.value.retryable, len(asked)) == ("providerUnavailable", True, 1)
