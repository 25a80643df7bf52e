"""A project is surveyed by an ordinary turn with a prompt of the engine's own, and marked once AGENTS.md is there."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from sessiond.app import Engine
from sessiond.config.prompts import shipped
from sessiond_protocol.messages import TextPart
from sessiond_protocol.methods import ChatResult, CreateParams, InitProjectParams, MessagesParams
from support.engine import engine_with

BOUND = 10
ALLOWED = '[permission]\nedit = "allow"\nunattended = { decision = "allow", after = 0 }\n'
WRITE = {"toolCalls": [{"name": "write", "arguments": {"filePath": "AGENTS.md", "content": "# Here\n"}}]}


async def surveyed(engine: Engine) -> ChatResult:
    sessions = await engine.sessions()
    session = await sessions.create(CreateParams())
    turn = await sessions.init_project(InitProjectParams(session.id))
    return await asyncio.wait_for(turn.result(), BOUND)


async def mark(engine: Engine, home: Path) -> int | None:
    await (await engine.sessions()).keeper.close(abort=False)  # it awaits what is still being marked
    return (await engine.own.project(str(home / "project"))).initialized_at


async def test_the_turn_has_the_prompt_of_the_engine_and_leaves_a_mark(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [WRITE, {"text": "Written."}], ALLOWED) as engine:
        assert (await engine.own.project(str(tmp_path / "project"))).initialized_at is None
        result = await surveyed(engine)
        assert result.stop_reason == "endTurn"
        assert (tmp_path / "project" / "AGENTS.md").read_text() == "# Here\n"
        sessions = await engine.sessions()
        prompt = (await sessions.messages(MessagesParams(result.session_id))).messages[0]
        assert [part.text for part in prompt.parts if isinstance(part, TextPart)] == [shipped("init_project.md")]
        assert (await sessions.get(result.session_id)).title == "Survey this project and write its AGENTS.md"
        assert await mark(engine, tmp_path) is not None


@pytest.mark.parametrize("steps", [[{"text": "I would rather not."}], [WRITE, {"error": {"kind": "overloaded"}}]])
async def test_a_survey_that_came_to_nothing_leaves_no_mark(tmp_path: Path, steps: list[dict[str, Any]]) -> None:
    async with engine_with(tmp_path, steps, ALLOWED) as engine:
        await surveyed(engine)
        assert await mark(engine, tmp_path) is None


async def test_a_text_of_the_users_own_stands_in_for_ours(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "init_project.md").write_text("Write AGENTS.md, and be brief.")
    async with engine_with(tmp_path, [{"text": "ok"}], ALLOWED) as engine:
        result = await surveyed(engine)
        prompt = (await (await engine.sessions()).messages(MessagesParams(result.session_id))).messages[0]
        assert [part.text for part in prompt.parts if isinstance(part, TextPart)] == ["Write AGENTS.md, and be brief."]


async def test_a_damaged_file_of_marks_is_as_good_as_none(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [WRITE, {"text": "Written."}], ALLOWED) as engine:
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "data" / "projects.json").write_bytes(b"\xff[")
        await surveyed(engine)
        assert await mark(engine, tmp_path) is not None
