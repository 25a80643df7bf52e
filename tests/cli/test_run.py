"""`sessiond run`: one turn in the terminal, by the real engine with a scripted model."""

import json
import subprocess
import sys

import msgspec
import pytest

from sessiond_protocol.events import Event
from support.command import sessiond, start_command
from support.daemon.home import Home


@pytest.fixture
def home(either_home: Home) -> Home:
    return either_home


READ = {"name": "read", "arguments": {"filePath": "a.txt"}}
WRITE = {"name": "write", "arguments": {"filePath": "AGENTS.md", "content": "# Here"}}
SURVEY = ({"toolCalls": [WRITE]}, {"text": "Surveyed."})


def events_of(out: str) -> list[dict]:
    return [json.loads(line) for line in out.splitlines()]


def prompts_of(out: str) -> list[str]:
    return [
        event["message"]["parts"][0]["text"]
        for event in events_of(out)
        if event["type"] == "message.added" and event["message"]["role"] == "user"
    ]


async def test_the_answer_alone_goes_to_stdout(home: Home) -> None:
    (home.project / "a.txt").write_text("hi\n")
    home.play(
        {
            "reasoning": "Let me see.",
            "text": "I look.",
            "toolCalls": [{"name": "read", "arguments": {"filePath": "a.txt"}}],
        },
        {"text": "It says ", "repeat": 2, "usage": {"input": 120, "output": 6}},
    )

    done = await sessiond(home, "run", "What", "is a.txt?")

    assert (done.code, done.out) == (0, "I look.\nIt says It says \n")
    reasoning, call, figures = done.err.splitlines()
    assert (reasoning, call) == ("Let me see.", "✓ read a.txt")
    assert figures.startswith("120 tokens in, 6 out, cost unknown, ")


async def test_json_prints_every_event_of_the_protocol_as_a_line(home: Home) -> None:
    home.play({"text": "ab", "repeat": 3})

    done = await sessiond(home, "run", "--json", "Go.")

    events = events_of(done.out)
    assert msgspec.json.decode(f"[{','.join(done.out.splitlines())}]", type=list[Event])
    numbers = [event["seq"] for event in events if "seq" in event]
    assert numbers == list(range(1, len(numbers) + 1))
    durable = [event["type"] for event in events if "seq" in event]
    assert (durable[0], durable[-1]) == ("session.created", "turn.ended")
    assert "".join(event["text"] for event in events if event["type"] == "part.delta") == "ababab"


async def test_argument_and_pipe_are_one_prompt(home: Home) -> None:
    both = await sessiond(home, "run", "--json", "Explain:", stdin="ein Gruß\n".encode())
    piped = await sessiond(home, "run", "--json", stdin=b"only this \xff")

    assert prompts_of(both.out) == ["Explain:\n\nein Gruß"]
    assert prompts_of(piped.out) == ["only this �"]


async def test_without_a_prompt_the_usage_is_wrong(home: Home) -> None:
    done = await sessiond(home, "run", stdin=b" \n")

    assert (done.code, done.out) == (2, "")
    assert "nothing was asked" in done.err


async def test_continue_goes_on_with_the_newest_session_of_the_directory(home: Home) -> None:
    first = events_of((await sessiond(home, "run", "--json", "One.")).out)
    session_id = first[0]["session"]["id"]
    (home.project / "elsewhere").mkdir()
    await sessiond(home, "run", "-C", "elsewhere", "Other.")

    again = await sessiond(home, "run", "--json", "--continue", "Two.")
    by_id = await sessiond(home, "run", "--json", "--session", session_id, "Three.")

    for done in (again, by_id):
        users = [event["message"] for event in events_of(done.out) if event["type"] == "message.added"]
        assert {message["sessionId"] for message in users} == {session_id}


async def test_what_cannot_be_begun_is_one_sentence_and_exit_code_1(home: Home) -> None:
    nothing = await sessiond(home, "run", "--continue", "Two.")
    no_session = await sessiond(home, "run", "--session", "nope", "x")
    no_model = await sessiond(home, "run", "--model", "scrip/x", "x")
    no_place = await sessiond(home, "run", "--directory", "nowhere", "x")

    for done, text in ((nothing, "no session in"), (no_session, "'nope'"), (no_model, "scrip"), (no_place, "nowhere")):
        assert (done.code, done.out) == (1, "")
        assert len(done.err.splitlines()) == 1
        assert done.err.startswith("sessiond: ")
        assert text in done.err


async def test_a_failed_turn_tells_its_reason_and_keeps_what_came(home: Home) -> None:
    home.play({"text": "So far so ", "error": {"kind": "overloaded", "message": "The model is overloaded."}})

    done = await sessiond(home, "run", "Go.")

    assert (done.code, done.out) == (1, "So far so \n")
    assert "sessiond: The model is overloaded." in done.err


async def test_a_wrong_config_file_is_named(home: Home) -> None:
    home.configure("[retry]\nmax_atempts = 3\n")

    done = await sessiond(home, "run", "Go.")

    assert done.code == 1
    assert f"{home.config_file}, line 6: `retry.max_atempts`: no such setting. " in done.err


async def test_ctrl_c_aborts_the_turn_and_keeps_the_session(home: Home) -> None:
    home.play({"text": "Half an ans", "hang": True})
    command = await start_command(home, "run", "--json", "Go.")
    await command.until("part.delta")

    command.interrupt()
    done = await command.done()

    assert done.code == 130
    ended = next(event for event in events_of(done.out) if event["type"] == "turn.ended")
    assert ended["stopReason"] == "aborted"
    assert "Aborted. The session is kept: sessiond run --session ses_" in done.err

    home.play({"text": "Whole."})
    again = await sessiond(home, "run", "--continue", "Again.")
    assert (again.code, again.out) == (0, "Whole.\n")


async def test_a_reader_that_leaves_ends_the_turn(home: Home) -> None:
    home.play({"text": "0123456789" * 100, "repeat": 100_000})
    command = await start_command(home, "run", "Go.")

    assert await command.stop_reading(after=100) == 1
    shown = await sessiond(home, "sessions", "list", "--json")
    assert json.loads(shown.out)["turnId"] is None


@pytest.mark.parametrize("arguments", [("run", "Go."), ("sessions",)])
def test_an_output_that_cannot_be_written_is_said_in_a_sentence(home: Home, arguments: tuple[str, ...]) -> None:
    home.play({"text": "Hello."})
    command = [sys.executable, "-m", "sessiond", *arguments]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            command, cwd=home.project, env=home.environment(), stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 1
    assert done.stderr == b"sessiond: the system refused: No space left on device.\n"


OUTSIDE = {"toolCalls": [{"name": "read", "arguments": {"filePath": "/etc/hostname"}}]}


async def test_without_a_terminal_a_question_is_answered_with_no(home: Home) -> None:
    home.play(OUTSIDE, {"text": "Then not."})

    done = await sessiond(home, "run", "Read it.")

    assert (done.code, done.out) == (0, "Then not.\n")
    assert "Not allowed, since nobody can be asked here: Read /etc/hostname" in done.err
    assert "✗ read" in done.err


async def test_yes_allows_whatever_asks(home: Home) -> None:
    home.play(OUTSIDE, {"text": "Done."})

    done = await sessiond(home, "run", "--yes", "Read it.")

    assert (done.code, done.out) == (0, "Done.\n")
    assert "✓ read" in done.err


async def test_a_second_engine_is_told_whose_lock_it_met(standalone_home: Home) -> None:
    home = standalone_home
    home.play({"text": "x", "hang": True})
    command = await start_command(home, "run", "--json", "Go.")
    await command.until("part.delta")

    second = await sessiond(home, "run", "Me too.")

    command.interrupt()
    await command.done()
    assert second.code == 1
    assert str(command.pid) in second.err


async def test_a_project_is_surveyed_with_a_prompt_of_its_own(home: Home) -> None:
    home.play(*SURVEY)
    done = await sessiond(home, "run", "--init", "--yes")
    assert (done.code, done.out.strip()) == (0, "Surveyed.")
    assert (home.project / "AGENTS.md").read_text() == "# Here"
    assert (await sessiond(home, "run", "--init", "and more")).code == 2


async def test_a_survey_whose_file_was_not_written_has_failed_and_says_why(home: Home) -> None:
    (home.project / "AGENTS.md").write_text("# As it was")
    home.configure('[permission]\nedit = "deny"\n')
    home.play(*SURVEY)
    refused = await sessiond(home, "run", "--init")
    assert (refused.code, refused.out.strip()) == (1, "Surveyed.")
    assert "sessiond: AGENTS.md was not written: " in refused.err

    (home.project / "AGENTS.md").unlink()
    home.play({"text": "I would rather not."})
    unwilling = await sessiond(home, "run", "--init")
    assert unwilling.code == 1
    assert "The survey has ended without an AGENTS.md." in unwilling.err


async def test_a_list_of_no_sessions_is_no_list(home: Home) -> None:
    for limit in ("0", "-1", "many"):
        refused = await sessiond(home, "sessions", "list", "--limit", limit)
        assert (refused.code, refused.out) == (2, "")
        assert f"argument --limit: 1 to 500, not '{limit}'" in refused.err
