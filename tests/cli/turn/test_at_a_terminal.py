"""`sessiond run` at a terminal: the person there answers, unless somebody in an editor does."""

import pytest

from sessiond_protocol.asking.permissions import PermissionReplyParams, PermissionReplyResult
from sessiond_protocol.messages import Session
from sessiond_protocol.methods import CreateParams
from support.client.at_terminal import at_terminal
from support.client.clients import editor_of
from support.daemon.home import Home

QUESTION = "May it? Read /etc/hostname\n"
CALL = {"name": "read", "arguments": {"filePath": "/etc/hostname"}}


@pytest.fixture(autouse=True)
def script(either_home: Home) -> None:
    either_home.play({"toolCalls": [CALL, CALL]}, {"text": "Done."})


async def test_what_the_person_types_is_the_answer_and_always_holds_for_the_next_call(either_home: Home) -> None:
    async with at_terminal(either_home, "run", "Read it twice.") as person:
        await person.until("> ")
        person.type("a\n")
        code = await person.done()

    assert code == 0, person.seen
    assert person.seen.count(QUESTION) == 1
    assert person.seen.count("✓ read /etc/hostname\n") == 2
    assert "Done.\n" in person.seen


async def test_ctrl_c_at_a_question_aborts_the_turn(either_home: Home) -> None:
    async with at_terminal(either_home, "run", "Read it twice.") as person:
        await person.until("> ")
        person.type("\x03")
        code = await person.done()

    assert code == 130, person.seen
    assert "Aborted. The session is kept: sessiond run --session ses_" in person.seen


@pytest.mark.parametrize("either_home", ["shared"], indirect=True)
async def test_a_question_that_an_editor_answers_is_asked_no_longer(either_home: Home) -> None:
    home = either_home
    async with editor_of(home) as (editor, ear):
        session = await editor.call("session/create", CreateParams(str(home.project)), Session)
        async with at_terminal(home, "run", "--session", session.id, "Read it twice.") as person:
            await person.until("> ")
            asked = await ear.first(lambda event: event["type"] == "permission.asked")
            reply = PermissionReplyParams(asked["request"]["id"], "allowAlways")
            await editor.call("permission/reply", reply, PermissionReplyResult)
            code = await person.done()

    assert code == 0, person.seen
    assert "Nobody waits for this answer any more.\n" in person.seen
    assert person.seen.count(QUESTION) == 1
