"""What a model is told before the conversation begins, as its server gets it."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from sessiond.app import create_engine
from sessiond.config.prompts import shipped
from sessiond.engine.families import Family, family_of
from sessiond_protocol.methods import ChatParams
from support.fake_model_server import Answer, fake_model_server

STREAM = b'data: {"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'


async def request_body(home: Path, **params: Any) -> dict[str, Any]:
    """The body of the one request of a turn with the model `served/plain-model`."""
    (home / "project").mkdir(exist_ok=True)
    with fake_model_server(Answer([STREAM])) as server:
        config = home / "config" / "config.toml"
        config.parent.mkdir(exist_ok=True)
        config.write_text(
            f'model = "served/plain-model"\n[provider.served]\napi = "openai-chat"\nbase_url = "{server.url}/v1"\n'
            "[provider.served.models.plain-model]\n"
        )
        places = {"HOME": str(home), "SESSIOND_CONFIG": str(config), "SESSIOND_DATA_DIR": str(home / "data")}
        engine = create_engine(places, str(home / "project"))
        try:
            turn = await (await engine.sessions()).chat(ChatParams(text="Hi", **params))
            await asyncio.wait_for(turn.result(), 20)
        finally:
            await engine.close()
        return next(request.body for request in server.requests if request.method == "POST")


def system_text(body: dict[str, Any]) -> str:
    return body["messages"][0]["content"]


async def test_the_most_stable_stands_first_and_the_date_last(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "AGENTS.md").write_text("Run the tests with `make check`.")

    text = system_text(await request_body(tmp_path))

    assert text == "\n\n".join(
        (
            shipped("system/agent.md"),
            shipped("system/default.md"),
            "Instructions from the project's AGENTS.md:\n\nRun the tests with `make check`.",
            f"Working directory: {tmp_path}/project\nProject root: {tmp_path}/project\nGit repository: no\n"
            f"Platform: linux\nToday: {time.strftime('%Y-%m-%d')}",
        )
    )


async def test_texts_of_the_users_own_stand_in_for_those_that_ship(tmp_path: Path) -> None:
    own = tmp_path / "config" / "prompts"
    (own / "system").mkdir(parents=True)
    (own / "tools").mkdir()
    (own / "system" / "agent.md").write_text("Answer in rhyme.")
    (own / "tools" / "read.md").write_text("Look into a file.")

    body = await request_body(tmp_path)

    assert system_text(body).startswith(f"Answer in rhyme.\n\n{shipped('system/default.md')}\n\nWorking directory:")
    described = {tool["function"]["name"]: tool["function"]["description"] for tool in body["tools"]}
    assert described["read"] == "Look into a file."


async def test_what_a_client_gives_stands_in_for_the_text_but_not_for_instructions_and_environment(
    tmp_path: Path,
) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "CLAUDE.md").write_text("Be brief.")

    text = system_text(await request_body(tmp_path, system=["You are a poet."]))

    assert text.startswith(
        "You are a poet.\n\nInstructions from the project's CLAUDE.md:\n\nBe brief.\n\nWorking directory:"
    )


async def test_the_order_of_tools_is_the_same_at_every_request(tmp_path: Path) -> None:
    first, second = [await request_body(tmp_path) for _ in range(2)]
    assert [tool["function"]["name"] for tool in first["tools"]] == [
        tool["function"]["name"] for tool in second["tools"]
    ]


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("claude-opus-5", "anthropic"),
        ("anthropic/claude-sonnet-4.5", "anthropic"),
        ("gpt-6.2", "openai"),
        ("openai/gpt-oss-120b", "openai"),
        ("o3", "openai"),
        ("o4-mini", "openai"),
        ("codex-mini-latest", "openai"),
        ("chatgpt-5", "openai"),
        ("qwen2.5-coder-1.5b", "default"),
        ("gemini-3-pro", "default"),
        ("phi-o1x", "default"),
        ("kogpt", "default"),
    ],
)
def test_a_family_is_told_by_the_name(name: str, family: Family) -> None:
    assert family_of(name) == family
