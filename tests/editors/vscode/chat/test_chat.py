"""The chat in a real workbench: what its user sees and does, with the packaged extension and the real daemon."""

from pathlib import Path
from typing import Any

import pytest

from support.daemon import Home
from support.vscode.browser import drive
from support.vscode.server import CodeServer

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("chat.mjs")
THEMES = ["Light Modern", "Dark Modern", "Dark High Contrast", "Light High Contrast"]

ANSWER = """The file has **two** functions:

1. `greet` says hello, see src/hello.py:1
2. `main` calls it

```python
def greet(name: str) -> str:
    return f"Hello, {name}!"  # kindly
```

| name | used |
|---|---|
| greet | once |
"""


def call(name: str, **arguments: Any) -> dict[str, Any]:
    return {"name": name, "arguments": arguments}


def test_the_chat_opens_with_nothing_from_outside(server: CodeServer, pictures: Path) -> None:
    seen = drive(server, SCRIPT, "opens", pictures)

    assert seen == {"outside": [], "engine": "ready", "findings": []}


def test_an_answer_is_drawn_with_its_tools_and_survives_a_reload(
    server: CodeServer, home: Home, pictures: Path
) -> None:
    home.project.joinpath("hello.py").write_text("def greet():\n    pass\n")
    home.play(
        {"reasoning": "I read it first.", "toolCalls": [call("read", filePath="hello.py")]},
        {
            "text": "I make it kind.",
            "toolCalls": [call("edit", filePath="hello.py", oldString="pass", newString="return 'Hi'")],
        },
        {"text": ANSWER, "usage": {"input": 1200, "output": 90}},
    )

    seen = drive(server, SCRIPT, "answers", pictures)

    assert seen == {
        "tools": [["Read", "completed"], ["Edit", "completed"]],
        "place": "src/hello.py:1",
        "proposed": "hello.py (as it is ↔ as it would be)",
        "bold": "two",
        "rows": 2,
        "code": 'def greet(name: str) -> str:\n    return f"Hello, {name}!"  # kindly',
        "diff": "hello.py",
        "afterReload": seen["beforeReload"],
        "beforeReload": seen["afterReload"],
        "draft": "not sent yet",
        "findings": [],
    }
    assert "I make it kind." in seen["afterReload"]


def test_a_call_is_refused_with_a_reason_and_allowed_for_good(server: CodeServer, home: Home, pictures: Path) -> None:
    run = [call("bash", command="mkdir -p made && echo one two three")]
    home.play(
        {"toolCalls": run},
        {"expect": "Say it first", "text": "I say it first."},
        {"expect": "one two three", "text": "It ran."},
    )

    seen = drive(server, SCRIPT, "permissions", pictures)

    assert seen == {
        "refused": "failed",
        "rule": "Always, in this project: bash mkdir *",
        "statuses": ["failed", "completed", "completed"],
        "output": "one two three",
    }


def test_an_output_is_seen_from_its_end_and_a_plan_as_a_list(server: CodeServer, home: Home, pictures: Path) -> None:
    waits = "until [ -e {} ]; do sleep 0.1; done".format
    further, on = (waits(go) for go in ("further", "on"))
    counting = f"mkdir -p made; seq 1 200; {further}; seq 201 300; {on}; seq 301 400"
    plan = [{"content": "Count", "status": "inProgress"}, {"content": "Say it", "priority": "high"}]
    home.play(
        {
            "toolCalls": [
                call("todoWrite", todos=plan),
                call("bash", command=counting),
            ]
        },
        {"text": "Counted.\n\n```diff\n- old\n+ new\n```\n"},
    )

    seen = drive(server, SCRIPT, "unfolds", pictures, themes=THEMES)

    assert seen == {
        "seen": [True, True, True],
        "todos": ["in progress: Count", "to do: Say it"],
        "left": 0,
        "colours": dict.fromkeys(THEMES, True),
        "findings": [],
    }


def test_a_turn_is_stopped_and_what_waits_can_be_changed(server: CodeServer, home: Home, pictures: Path) -> None:
    home.play({"text": "One, two", "hang": True})

    seen = drive(server, SCRIPT, "stops", pictures)

    assert seen == {
        "findings": [],
        "changed": "then that\n  and more",
        "stopped": "Stopped.",
        "held": "The queue waits",
    }


def test_what_happens_while_the_panel_is_hidden_is_there_when_it_is_shown(
    server: CodeServer, home: Home, pictures: Path
) -> None:
    home.play({"play": [{"text": "First half. "}, {"waitFor": "second-half"}, {"text": "Second half."}]})

    assert drive(server, SCRIPT, "hides", pictures) == "First half. Second half."
