"""A real llama.cpp server with a small context is driven over its limit, compacts, and goes on."""

from collections.abc import Iterator
from typing import Any

import pytest

from sessiond.local.models import SMOLLM2
from sessiond.local.state import LocalServer
from support.daemon import Daemon, Home
from support.model_server import model_server

pytest.importorskip("xllamacpp")
pytestmark = [
    pytest.mark.model,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.parametrize("mode", ["shared"]),  # models know of no pipe, and take minutes
]

PATIENCE = 240.0
PROMPTS = 4
"""Of 1,100 tokens each, beside the 600 that are always sent."""
PROVIDER = """\
[provider.box]
api = "{api}"
base_url = "{base_url}"
api_key_env = "LLAMA_KEY"
[provider.box.models.smollm2]
context = {context}
output = 40
price = {{ input = 1.0, output = 2.0 }}
"""
STORY = "The cat went to the market and met a dog, and they talked about the weather of that day for a long time. "
"""24 tokens."""


@pytest.fixture(scope="module")
def smollm() -> Iterator[LocalServer]:
    with model_server(SMOLLM2) as server:
        yield server


@pytest.mark.parametrize(
    ("api", "context"),
    [("openai-chat", 4096), ("openai-chat", 100_000), ("anthropic", 100_000)],
    ids=["its limit is known", "it has to refuse", "it has to refuse by another API"],
)
async def test_a_conversation_outgrows_a_real_model_and_goes_on(
    home: Home, smollm: LocalServer, api: str, context: int
) -> None:
    home.configure(PROVIDER.format(api=api, base_url=smollm.base_url, context=context), model="box/smollm2")
    async with Daemon(home, environment={"LLAMA_KEY": smollm.api_key}) as daemon:
        session_id = await daemon.create()
        results: list[dict[str, Any]] = []
        for number in range(PROMPTS):
            prompt = f"Part {number} of my story. {STORY * 45} What is it about?"
            results.append(await daemon.chat(session_id, prompt, PATIENCE, tools=[]))
        messages = await daemon.messages(session_id)
        session = await daemon.request("session/get", {"sessionId": session_id})

    assert {result["stopReason"] for result in results} <= {"endTurn", "maxTokens"}, results
    counting = [message for message in messages if "summary" in message and "error" not in message]
    assert counting, "it was never compacted"
    refused = [message["error"]["kind"] for message in messages if "error" in message]
    assert (set(refused) == {"contextOverflow"}) == (context > 4096), refused
    spent = [message["usage"] for message in messages if "usage" in message]
    assert session["usage"]["output"] == sum(usage["output"] for usage in spent)
    assert max(usage["input"] + usage["cacheRead"] for usage in spent) <= 4096
    assert [len(message["parts"]) for message in messages if message["role"] == "user"] == [1] * PROMPTS
