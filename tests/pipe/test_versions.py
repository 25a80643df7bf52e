"""Pipe and engine of different versions: who answers `initialize`, who makes way, and what people are told."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from sessiond import __version__
from sessiond.owner.starting import own_command
from sessiond.pipe.versions import is_newer
from support.pipe.editor import INITIALIZE, Editor
from support.pipe.place import Place
from support.pipe.played_engine import PlayedEngine

Start = Callable[..., Awaitable[Editor]]
OLD = "0.0.9"
RUNS = f"The engine that runs for all editors is of sessiond {OLD}. {__version__} takes over as soon as no turn runs."
SUPERSEDE = {"method": "link/supersede", "params": {"version": __version__, "command": own_command()}}


@pytest.fixture
async def played(place: Place) -> AsyncIterator[PlayedEngine]:
    """An older one."""
    async with PlayedEngine(place, OLD) as engine:
        yield engine


def shown(text: str) -> dict[str, object]:
    return {"method": "window/showMessage", "params": {"type": 3, "message": text}}


async def test_an_older_engine_answers_for_itself_is_asked_to_make_way_and_people_hear_what_is_missing(
    start: Start, played: PlayedEngine
) -> None:
    editor = await start()
    editor.request(0, "initialize", **INITIALIZE)
    served = await played.served()
    assert served.hello["answered"] is False
    await served.welcome(OLD)
    await served.expect({"id": 0, "method": "initialize", "params": INITIALIZE}, SUPERSEDE)
    methods = ["session/create", "session/chat", "of/old"]
    result = {"capabilities": {"experimental": {"sessiond": {"methods": methods}}}}
    served.say({"id": 0, "result": result})
    await editor.expect({"id": 0, "result": result})
    message = await editor.next()
    assert message is not None and message["method"] == "window/showMessage"
    text = message["params"]["message"]
    assert text.startswith(f"{RUNS} Until then there is no session/list, ")
    assert "server/stop" in text and "session/create" not in text and "of/old" not in text


async def test_one_that_came_since_the_answer_is_asked_to_make_way_too(
    start: Start, played: PlayedEngine, place: Place
) -> None:
    (place.data / "engine.lock").write_text((place.data / "engine.lock").read_text().replace(OLD, __version__))
    editor = await (await start()).begin()
    served = await (await played.served()).welcome(OLD)
    await served.until(method="link/supersede")
    await editor.expect(shown(RUNS))


async def test_a_newer_engine_answers_for_itself_and_nobody_makes_way(
    start: Start, played: PlayedEngine, place: Place
) -> None:
    (place.data / "engine.lock").write_text((place.data / "engine.lock").read_text().replace(OLD, "99.0"))
    editor = await start()
    editor.request(0, "initialize", **INITIALIZE)
    served = await (await played.served()).welcome("99.0")
    assert served.hello["answered"] is False
    await served.expect({"id": 0, "method": "initialize", "params": INITIALIZE})
    served.say({"id": 0, "result": {}})
    await editor.expect({"id": 0, "result": {}})
    editor.notify("initialized")
    await served.expect({"method": "initialized", "params": {}})


async def test_the_lock_file_of_another_version_that_is_dead_keeps_no_client_waiting(
    start: Start, played: PlayedEngine, place: Place
) -> None:
    lock = place.data / "engine.lock"
    written = lock.read_text()
    lock.write_text(json.dumps(json.loads(written) | {"socket": str(place.runtime / "dead.sock"), "version": OLD}))
    editor = await start(SESSIOND_RUNTIME_DIR="/dev/null")
    editor.request(0, "initialize", **INITIALIZE)
    assert "result" in await editor.until(id=0)


@pytest.mark.parametrize(
    ("version", "other", "newer"),
    [
        ("0.2.0", "0.1.9", True),
        ("0.10", "0.9.9", True),
        ("1.0", "1.0", False),
        ("1.0rc1", "1.0", False),
        ("0.1", "0.2", False),
        ("1.0.1", "1.0", True),
        ("nonsense", "0.1", False),
    ],
)
def test_versions_are_compared_by_their_numbers(version: str, other: str, newer: bool) -> None:
    assert is_newer(version, other) is newer
