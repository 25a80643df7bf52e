"""Between the chat and the rest of the workbench: code, images, answers to questions, the other side bar."""

import base64
from pathlib import Path
from textwrap import indent

import pytest

from support.daemon import Home
from support.mcp.servers import asking_command, settings
from support.vscode.browser import drive
from support.vscode.server import CodeServer

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("chat_code.mjs")

CODE = 'def greet():\n    return "kindly"'
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f00050001ff"
    "89993d1d0000000049454e44ae426082"
)
"""A PNG of one pixel."""


def test_code_of_an_answer_is_copied_inserted_and_applied(server: CodeServer, home: Home, pictures: Path) -> None:
    home.project.joinpath("hello.py").write_text('def greet():\n    old = 1\n    return "kindly"\n')
    home.project.joinpath("notes.md").write_text("Mine\n")
    block = indent(f"```python\n{CODE}\n```\n", "   ")
    home.play({"text": f"Like so:\n\n1. First this\n\n{block}\n2. Nothing else\n"})

    seen = drive(
        server,
        SCRIPT,
        "uses",
        pictures,
        file="hello.py",
        other="notes.md",
        browser={"permissions": ["clipboard-read", "clipboard-write"]},
    )

    first, second = CODE.split("\n")
    assert seen == {
        "copied": CODE,
        "inserted": [first, f"{second}{first}", "    old = 1", second, ""],
        "applied": [first, second, ""],
        "others": 1,
        "appliedLater": [first, second, ""],
    }


def test_an_image_is_pasted_and_sent(server: CodeServer, home: Home, pictures: Path) -> None:
    image = base64.b64encode(DOT).decode()
    home.play({"text": "A dot."})

    seen = drive(server, SCRIPT, "pastes", pictures, image=image)

    assert seen == {
        "chip": "dot.png (70 B)",
        "findings": [],
        "sent": f"data:image/png;base64,{image}",
        "left": 0,
    }


def test_a_question_of_a_server_is_answered_in_a_form(server: CodeServer, home: Home, pictures: Path) -> None:
    schema = {
        "type": "object",
        "properties": {
            "town": {"type": "string", "enum": ["u", "k"], "enumNames": ["Ulm", "Kiel"], "title": "Town"},
            "people": {"type": "integer", "minimum": 1, "default": 2, "description": "How many go?"},
            "vegan": {"type": "boolean"},
        },
        "required": ["town", "people"],
    }
    home.configure(settings({"shop": asking_command()}))
    call = {"name": "shop_ask", "arguments": {"message": "Which town?", "requestedSchema": schema}}
    home.play({"toolCalls": [call]}, {"text": "Booked."})

    seen = drive(server, SCRIPT, "asks", pictures)

    assert seen["findings"] == []
    assert all(word in seen["output"] for word in ("accept", '"k"', "3", "true"))


def test_the_chat_can_be_in_the_secondary_side_bar(server: CodeServer, home: Home, pictures: Path) -> None:
    home.play({"text": "Over there."})
    server.configure(
        sessiond__panel__location="secondarySideBar", workbench__secondarySideBar__defaultVisibility="visible"
    )

    assert drive(server, SCRIPT, "moves", pictures) is True
