"""Prompts of servers as commands: how their arguments are written, and what becomes of them."""

import shlex
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiond.mcp import prompt_parts
from sessiond.mcp.base import (
    Blob,
    Link,
    Listing,
    PromptArgument,
    PromptFacts,
    PromptMessage,
    ResourceText,
    ServerFailed,
    Text,
)
from sessiond.mcp.prompts import commands_of, parsed, prompt_of
from sessiond_protocol.errors import RpcError
from sessiond_protocol.methods import CommandInput, FileInput, PromptPart, TextInput
from sessiond_protocol.tools import CommandArgument, CommandInfo
from support.mcp.offered import Answer, Offered

PNG = b64encode(b"\x89PNG\r\n\x1a\n").decode()
TONE = PromptArgument("tone", "How it is to sound.", required=False)
SUBJECT = PromptArgument("subject", "What it is about.", required=True)
LETTER = PromptFacts(name="letter", title="A letter", description="Writes\none.", arguments=(TONE, SUBJECT))
BARE = PromptFacts(name="bare", title=None, description=None, arguments=())
ODD = PromptFacts(name="odd\x1b", title=None, description=None, arguments=())


def mail(answer: Answer | None = None) -> Offered:
    return Offered("mail", Listing(prompts=(LETTER, BARE, ODD)), answer)


async def prompt(command: str, arguments: str = "", answer: Answer | None = None) -> list[PromptPart]:
    return await prompt_of(CommandInput(name=command, arguments=arguments), (mail(answer),))


def test_prompts_whose_names_can_be_typed_are_commands() -> None:
    letter = CommandInfo(
        name="mail:letter",
        server="mail",
        title="A letter",
        description="Writes\none.",
        arguments=[
            CommandArgument(name="tone", description="How it is to sound."),
            CommandArgument(name="subject", description="What it is about.", required=True),
        ],
    )
    assert commands_of((mail(),)) == [letter, CommandInfo(name="mail:bare", server="mail")]
    assert commands_of((mail(),), "LETT") == [letter]


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("warm birds", {"tone": "warm", "subject": "birds"}),
        ("warm all the birds that don't fly", {"tone": "warm", "subject": "all the birds that don't fly"}),
        ("'very warm' \"all the birds\"", {"tone": "very warm", "subject": "all the birds"}),
        ("subject=birds", {"subject": "birds"}),
        ("subject='all the birds' tone=warm", {"subject": "all the birds", "tone": "warm"}),
        ("'subject=all the birds'", {"subject": "all the birds"}),
        ("tone=warm it isn't easy", {"tone": "warm", "subject": "it isn't easy"}),
        ("tone= 2+2=4", {"tone": "", "subject": "2+2=4"}),
    ],
)
def test_arguments_are_written_by_name_or_in_order_and_the_last_takes_the_rest(
    written: str, values: dict[str, str]
) -> None:
    assert parsed(written, LETTER) == values


@pytest.mark.parametrize(
    ("facts", "written", "said"),
    [
        (LETTER, "", "The command needs `subject` (What it is about.)."),
        (LETTER, "warm", "The command needs `subject` (What it is about.)."),
        (LETTER, "it's birds", 'A quotation does not end: "it\'s birds".'),
        (LETTER, "tone=a tone=b birds", "`tone` is given twice."),
        (BARE, "more", "The command takes no more than this: 'more' is too much."),
    ],
)
def test_what_is_wrong_with_arguments_is_told(facts: PromptFacts, written: str, said: str) -> None:
    with pytest.raises(RpcError) as error:
        parsed(written, facts)
    assert (error.value.message, error.value.data) == (said, {"kind": "invalidRequest", "field": "command"})


@given(st.text(), st.text())
def test_quoted_values_come_as_they_are(tone: str, subject: str) -> None:
    by_name = f"subject={shlex.quote(subject)} tone={shlex.quote(tone)}"
    assert parsed(by_name, LETTER) == {"tone": tone, "subject": subject}
    if "=" not in tone + subject:
        assert parsed(f"{shlex.quote(tone)} {shlex.quote(subject)}", LETTER) == {"tone": tone, "subject": subject}


@given(st.text())
def test_whatever_is_written_is_taken_or_refused_in_words(written: str) -> None:
    try:
        assert all(isinstance(value, str) for value in parsed(written, LETTER).values())
    except RpcError as error:
        assert error.message


async def test_a_command_becomes_what_the_server_makes_of_its_arguments() -> None:
    assert await prompt("mail:letter", "subject=birds") == [TextInput(text="letter has {'subject': 'birds'}")]


async def test_several_messages_become_one_prompt_that_says_who_said_what() -> None:
    answer = (
        PromptMessage("user", Text("What is this?")),
        PromptMessage("user", Blob("image/png", PNG, "bird.png")),
        PromptMessage("assistant", Text("A bird.")),
        PromptMessage("user", ResourceText("file:///b.txt", None, "No.")),
        PromptMessage("user", Link("file:///c", "c", None, None)),
    )
    assert await prompt("mail:bare", answer=answer) == [
        TextInput(text="User:\n\nWhat is this?"),
        FileInput(media_type="image/png", uri=f"data:image/png;base64,{PNG}", name="bird.png"),
        TextInput(
            text="Assistant:\n\nA bird.\n\nUser:\n\nfile:///b.txt:\nNo.\n\n"
            "- c; read it with `readResource`, uri `file:///c`"
        ),
    ]


async def test_a_prompt_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompt_parts, "MAX_TEXT", 10)
    monkeypatch.setattr(prompt_parts, "MAX_FILES", 1)
    pictures = (PromptMessage("user", Blob("image/png", PNG)),) * 3
    found = await prompt("mail:bare", answer=(*pictures, *(PromptMessage("user", Text("x" * 8)),) * 5))
    assert [type(part) for part in found] == [FileInput, TextInput]
    assert len(getattr(found[1], "text", "")) < 300


@pytest.mark.parametrize(
    ("command", "answer", "said"),
    [
        ("mail:none", None, "There is no command 'mail:none'. There are: mail:letter, mail:bare."),
        ("mail:bare", ServerFailed("it has ended"), "mail:bare cannot be had: it has ended"),
        ("mail:bare", (), "mail:bare is empty: the server gives no text for it."),
    ],
)
async def test_a_command_that_cannot_be_had_says_why(command: str, answer: Any, said: str) -> None:
    with pytest.raises(RpcError) as error:
        await prompt(command, answer=answer)
    assert (error.value.message, error.value.data) == (said, {"kind": "invalidRequest", "field": "command"})
