"""What the workbench says while the chat is hidden, and its lists about the engine, its servers, costs and trust."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.daemon import Home
from support.vscode.browser import drive
from support.vscode.server import CodeServer

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("status.mjs")


def asking(wait: str) -> list[dict[str, Any]]:
    """A turn that runs a command once the panel is hidden."""
    call = {"name": "bash", "arguments": {"command": f"mkdir -p {wait}"}}
    return [
        {"play": [{"text": "I make it."}, {"waitFor": wait}], "toolCalls": [call]},
        {"text": "It is made."},
    ]


def test_a_hidden_panel_asks_by_a_notification_and_says_when_the_turn_is_done(
    server: CodeServer, home: Home, pictures: Path
) -> None:
    home.play(*asking("ask-now"))
    server.configure(sessiond__notifications__longTurnSeconds=0)

    seen = drive(server, SCRIPT, "notified", pictures)

    assert seen == {
        "text": "“Make a folder” asks: mkdir -p ask-now (mkdir -p ask-now is not allowed by any rule). "
        "Always, in this project: bash mkdir *",
        "buttons": ["Allow Once", "Allow Always", "Reject", "Show"],
        "toasts": 1,
    }


def test_a_question_that_was_answered_elsewhere_is_not_answered_again(
    server: CodeServer, home: Home, pictures: Path
) -> None:
    home.play(*asking("ask-again"))

    assert drive(server, SCRIPT, "late", pictures) == "completed"


def test_engine_servers_trust_keys_and_costs_are_shown(server: CodeServer, home: Home, pictures: Path) -> None:
    home.play({"text": "Something.", "usage": {"input": 12_000, "output": 340}})
    servers = {"mcpServers": {"notes": {"command": "notes-server", "args": ["--read"]}}}
    home.project.joinpath(".mcp.json").write_text(json.dumps(servers))

    seen = drive(server, SCRIPT, "lists", pictures)

    assert seen == {
        "shared": True,
        "client": True,
        "wants": ["gear  mcp.notes.command", "shield  Trust all of this"],
    }
