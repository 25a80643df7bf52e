"""How the chat looks in each kind of theme, narrow and wide: no finding of axe-core, and pictures to be looked at."""

from pathlib import Path
from typing import Any

import pytest

from support.daemon import Home
from support.vscode.browser import drive
from support.vscode.server import CodeServer

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("looks.mjs")

THEMES = {
    "light": "Default Light Modern",
    "dark": "Default Dark Modern",
    "contrast": "Default High Contrast",
    "contrast-light": "Default High Contrast Light",
}

PLAN = [
    {"content": "Read how greetings are made", "status": "completed", "priority": "high"},
    {"content": "Make them polite in every language", "status": "inProgress", "priority": "high"},
    {"content": "Run the tests", "status": "pending", "priority": "medium"},
]
SUMMARY = """`greet` in `src/greetings.py:1` only knew English. It now takes a **language**:

- unknown languages fall back to English
- the name is escaped, as [the guide](https://example.com/guide) asks

```python
GREETINGS = {"en": "Hello", "de": "Hallo", "fr": "Bonjour"}

def greet(name: str, language: str = "en") -> str:
    \"\"\"A polite greeting.\"\"\"
    return f"{GREETINGS.get(language, 'Hello')}, {name}!"
```

| language | greeting |
|---|---|
| en | Hello |
| de | Hallo |

> Nothing else was changed.
"""
CODE = 'def greet(name):\n    return "Hello, " + name\n'


def call(name: str, **arguments: Any) -> dict[str, Any]:
    return {"name": name, "arguments": arguments}


@pytest.mark.parametrize("theme", THEMES)
def test_everything_can_be_read_in_each_theme(server: CodeServer, home: Home, pictures: Path, theme: str) -> None:
    home.configure('[permission]\nedit = "allow"\n')
    home.project.joinpath("src").mkdir(exist_ok=True)
    home.project.joinpath("src/greetings.py").write_text(CODE)
    edit = call(
        "edit",
        filePath="src/greetings.py",
        oldString='def greet(name):\n    return "Hello, " + name',
        newString='HELLO = {"en": "Hello"}\n\ndef greet(name, language="en"):\n    return HELLO[language] + " " + name',
    )
    home.play(
        {
            "reasoning": "The user wants greetings in more languages. I look at the code first.",
            "text": "I look at the code first.",
            "toolCalls": [call("read", filePath="src/greetings.py"), call("todoWrite", todos=PLAN)],
        },
        {"toolCalls": [edit, call("bash", command="ls missing", description="Look for tests")]},
        {
            "text": SUMMARY,
            "toolCalls": [call("bash", command="python -m pytest -q tests && git commit -am 'Greet politely'")],
        },
        {"text": "Done."},
    )
    server.configure(workbench__colorTheme=THEMES[theme])

    seen = drive(server, SCRIPT, "looks", pictures, theme=theme, file="greetings.py")

    assert seen == {"findings": []}


TITLES = [
    "Tell me about apples",
    "Make greetings polite",
    "A title that is much too long for any side bar, and goes on",
]


@pytest.mark.parametrize("theme", THEMES)
def test_what_the_workbench_draws_can_be_read_in_each_theme(
    server: CodeServer, home: Home, pictures: Path, theme: str
) -> None:
    home.configure('[permission]\nedit = "allow"\n')
    home.project.joinpath("greetings.py").write_text(CODE)
    new = 'def greet(name, language="en"):\n    return HELLO[language] + " " + name\n'
    edit = call("edit", filePath="greetings.py", oldString=CODE, newString=new)
    home.play(
        {"expect": "apples", "text": "They are fruit.", "usage": {"input": 12_000, "output": 340}},
        {"expect": "polite", "text": "I change it.", "toolCalls": [call("read", filePath="greetings.py"), edit]},
        {"expect": "too long", "text": "I look.", "toolCalls": [call("bash", command="mkdir -p made")]},
        {"text": "Done."},
    )
    server.configure(workbench__colorTheme=THEMES[theme])

    assert drive(server, SCRIPT, "workbenchLooks", pictures, theme=theme, titles=TITLES) == {"findings": []}


WIDE = f"""A path: `{"/a/very/long/path" * 9}/file.ts` and a word: {"unbreakable" * 12}.

| {" | ".join(f"column number {n}" for n in range(9))} |
|{"---|" * 9}
| {" | ".join("a value of some length" for _ in range(9))} |

```python
{"value = compute(first, second) + " * 8}0
```

1. https://example.com/{"a-long-address-" * 12}
"""


def test_nothing_is_cut_off_in_a_narrow_or_a_wide_chat(server: CodeServer, home: Home, pictures: Path) -> None:
    long = "mkdir " + "a-long-argument-of-a-command/" * 12
    home.play(
        {"text": WIDE, "toolCalls": [call("bash", command=long, description="Say " + "long " * 40)]}, {"text": "."}
    )
    server.configure(workbench__colorTheme=THEMES["dark"])

    seen = drive(server, SCRIPT, "overflows", pictures, theme="dark")

    assert seen == {"findings": [], "wide": {"230": [], "900": []}}
