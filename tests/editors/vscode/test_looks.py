"""How the extension looks in each kind of theme, narrow and wide: axe-core finds nothing; pictures to be looked at."""

from pathlib import Path

import pytest

from support.daemon import Home
from support.vscode.browser import drive
from support.vscode.plays import FILE, call, greetings
from support.vscode.server import CodeServer

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("looks.mjs")
THEMES = ["Dark Modern", "Light Modern", "Dark High Contrast", "Light High Contrast"]
"""As the workbench lists them; the first is that of a new window."""
EDITS = '[permission]\nedit = "allow"\n'


def test_everything_can_be_read_in_each_theme(server: CodeServer, home: Home, pictures: Path) -> None:
    home.configure(EDITS)
    home.play(*greetings(home))
    server.configure()

    assert drive(server, SCRIPT, "looks", pictures, themes=THEMES, file=FILE) == {"findings": []}


TITLES = [
    "Tell me about apples",
    "Make a folder",
    "A title that is much too long for any side bar, and goes on",
]


def test_what_the_workbench_draws_can_be_read_in_each_theme(server: CodeServer, home: Home, pictures: Path) -> None:
    home.configure(EDITS)
    home.play(
        *greetings(home, "guests.py")[:2],
        {"text": "Done."},
        {"expect": "apples", "text": "They are fruit.", "usage": {"input": 12_000, "output": 340}},
        {"expect": "too long", "text": "It is."},
        {"expect": "folder", "text": "I make it.", "toolCalls": [call("bash", command="mkdir -p made")]},
        {
            "expect": "hidden",
            "play": [{"text": "I make it."}, {"waitFor": "hidden"}],
            "toolCalls": [call("bash", command="mkdir -p hidden")],
        },
    )

    seen = drive(server, SCRIPT, "workbenchLooks", pictures, themes=THEMES, titles=TITLES, file="guests.py")

    assert seen == {"findings": []}


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
    long = "mkdir " + "a-long-argument-of-a-command/" * 40
    home.play(
        {"text": WIDE, "toolCalls": [call("bash", command=long, description="Say " + "long " * 40)]}, {"text": "."}
    )
    server.configure()

    seen = drive(server, SCRIPT, "overflows", pictures)

    assert seen == {"findings": [], "wide": {"230": [], "900": []}, "command": long}
