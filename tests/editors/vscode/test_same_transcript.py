"""The extension folds the events of a log to the same transcript as the engine and the Neovim plugin do."""

import json
import subprocess
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from hypothesis import given, settings

from sessiond.session.transcript import Transcript, fold_all, number
from sessiond_protocol import events as e
from sessiond_protocol.messages import Session
from sessiond_protocol.wire import to_json
from support.logs import SESSION, turns
from support.nvim import neovim
from support.nvim.editor import PLUGIN
from support.tree import ROOT
from support.vscode.installation import Installation

pytestmark = pytest.mark.slow
FILTER = ROOT / "editors/vscode/test/session/fold_lines.ts"
LUA_FILTER = ROOT / "tests/support/nvim/fold_lines.lua"
RECORDED = sorted((ROOT / "tests/conversations/recorded").glob("*.jsonl"))

Fold = Callable[[list[Any]], Any]


@pytest.fixture(scope="module")
def folded(installation: Installation) -> Iterator[Fold]:
    """What the extension makes of events, as they are on the wire."""
    with filtered([str(installation.node), str(FILTER)]) as fold:
        yield fold


@pytest.fixture(scope="module")
def folded_by_neovim() -> Iterator[Fold]:
    """What the Neovim plugin makes of them."""
    with filtered([str(neovim("0.11")), "--clean", "--headless", "-l", str(LUA_FILTER)], cwd=PLUGIN) as fold:
        yield fold


@contextmanager
def filtered(command: list[str], cwd: Path = ROOT) -> Generator[Fold]:
    with subprocess.Popen(
        command, cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin and process.stdout

        def fold(events: list[Any]) -> Any:
            assert process.stdin and process.stdout
            process.stdin.write(json.dumps(events) + "\n")
            process.stdin.flush()
            return canonical(json.loads(process.stdout.readline()))

        yield fold


@settings(max_examples=60, deadline=None)
@given(log=turns())
def test_any_log_folds_to_what_the_engine_has(folded: Fold, log: list[e.DurableEvent]) -> None:
    number(Transcript(SESSION), log)
    wire = [json.loads(to_json(event)) for event in log]

    assert folded(wire) == canonical(of_the_engine(decoded(wire)))


@pytest.mark.parametrize("recording", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_conversation_folds_to_the_same_in_python_typescript_and_lua(
    folded: Fold, folded_by_neovim: Fold, recording: Path
) -> None:
    for events in by_session(recording).values():
        engine = canonical(of_the_engine(decoded([event for event in events if "seq" in event])))

        assert folded(events) == engine
        assert folded_by_neovim(events) == {name: value for name, value in engine.items() if name != "session"}, (
            "the plugin reads sums of a session from the engine"
        )


def by_session(recording: Path) -> dict[str, list[Any]]:
    sessions: dict[str, list[Any]] = {}
    for line in recording.read_text("utf-8").splitlines():
        said = json.loads(line)
        sessions.setdefault(said["sessionId"], []).extend(said["events"])
    return sessions


def decoded(wire: list[Any]) -> list[e.DurableEvent]:
    return msgspec.convert(wire, list[e.DurableEvent])


def of_the_engine(events: list[e.DurableEvent]) -> Any:
    first = events[0]
    session: Session = first.session if isinstance(first, e.SessionCreated) else SESSION
    transcript = fold_all(Transcript(session), events)
    return {
        "seq": transcript.seq,
        "session": wired(transcript.session),
        "messages": wired(list(transcript.messages.values())),
        "permissions": wired(list(transcript.permissions.values())),
        "questions": wired(list(transcript.questions.values())),
        "todos": wired(transcript.todos),
        "queue": wired(transcript.queue),
        "held": transcript.held,
        "hidden": wired(list(transcript.hidden.values())),
        "trimmed": list(transcript.trimmed.files),
        "open": transcript.open_parts,
    }


def wired(value: Any) -> Any:
    return json.loads(to_json(value))


def canonical(value: Any) -> Any:
    """What is left out is the same as null, an empty table of Lua is either kind, money is as a float holds it."""
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        kept = {name: canonical(field) for name, field in fields.items() if field is not None}
        return kept or []
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return [canonical(item) for item in items]
    return round(value, 9) if isinstance(value, float) else value
