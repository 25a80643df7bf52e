"""Screens of the plugin as people meet it, each brought about by typed keys in a real Neovim, for pictures.

`PYTHONPATH=tests python -m support.nvim.scenes FOLDER [SCENE…]` writes them in light and dark, small and wide; with
`--documents` as FOLDER the few that the README shows, into docs/pictures/nvim.
"""

import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from support.daemon import Home, a_home
from support.nvim.editor import Editor
from support.nvim.picture import write
from support.nvim.versions import neovim
from support.tree import ROOT

DOCUMENTS = ROOT / "docs" / "pictures" / "nvim"
WIDE, SMALL = (120, 34), (80, 24)
CODE = '''\
"""Names of guests, as they are greeted."""


def greeting(name: str) -> str:
    return "Hello " + name


def farewell(name: str) -> str:
    return "Goodbye " + name


def both(name: str) -> tuple[str, str]:
    return greeting(name), farewell(name)
'''
ANSWER = """\
`greeting` builds its text by **adding strings**, which breaks for guests without a name. Two ways out:

1. Refuse an empty name at the door.
2. Greet a *friend* where there is none:

```python
def greeting(name: str) -> str:
    return f"Hello {name.strip() or 'friend'}!"
```

The second needs no change in `both`."""
SETTINGS = "vim.g.mapleader = ' '\nvim.o.background = '{background}'\nvim.o.number = true\nvim.o.signcolumn = 'yes'"


class Stage(NamedTuple):
    editor: Editor
    home: Home

    @property
    def file(self) -> Path:
        return self.home.project / "guests.py"

    def ask(self, text: str) -> None:
        self.editor.command("Sessiond chat")
        self.editor.sees("A new session")
        self.editor.type(f"i{text}<Esc><CR>")

    def call(self, name: str, **arguments: Any) -> dict[str, Any]:
        return {"toolCalls": [{"name": name, "arguments": arguments}]}

    def edit(self) -> list[dict[str, Any]]:
        """Steps that read the file and change two functions of it."""
        path = str(self.file)
        new = "f\"Hello {name.strip() or 'friend'}!\""
        return [
            self.call("read", filePath=path),
            self.call("edit", filePath=path, oldString='"Hello " + name', newString=new),
            self.call("edit", filePath=path, oldString='"Goodbye " + name', newString='f"Goodbye {name}!"'),
        ]


def empty(stage: Stage) -> None:
    stage.editor.command("Sessiond chat")
    stage.editor.sees("A new session", "script/any")


def streaming(stage: Stage) -> None:
    stage.home.play(
        {"reasoning": "The user wants to know what is wrong. I look at greeting first.", "text": ANSWER}
        | {"play": [{"waitFor": "never"}], "usage": {"input": 5200, "output": 180}}
    )
    stage.ask("What is wrong with greeting() in @guests.py?")
    stage.editor.sees("The second needs no change", "works")
    stage.editor.until(lambda: stage.editor.grid.style_of("return f").get("foreground"), what="colours")


def tools(stage: Stage) -> None:
    todos = [
        {"content": "Read guests.py", "status": "completed"},
        {"content": "Greet guests without a name", "status": "completed"},
        {"content": "Run the tests", "status": "in_progress"},
    ]
    stage.home.play(
        *stage.edit()[:2],
        stage.call("todoWrite", todos=todos),
        stage.call("bash", command="python -m unittest 2>&1 | tail -3", description="Runs the tests"),
        {"text": "Guests without a name are greeted as **friend** now.", "usage": {"input": 6100, "output": 240}},
    )
    stage.ask("Greet guests without a name as friend")
    stage.editor.sees("are greeted as", "◐ Run the tests")


def permission(stage: Stage) -> None:
    stage.home.configure("[permission]\nedit = 'ask'\n")
    stage.home.play(*stage.edit())
    stage.ask("Greet guests without a name as friend")
    stage.editor.sees("Allow once", "Always allow")


def review(stage: Stage) -> None:
    stage.home.play(*stage.edit(), {"text": "Done."})
    stage.ask("Use f-strings")
    stage.editor.sees("Done.")
    stage.editor.command("Sessiond close")
    stage.editor.type("gg]h")
    stage.editor.sees("1/2", "2/2")


def sessions(stage: Stage) -> None:
    editor = stage.editor
    for title in (
        "Greet guests without a name",
        "Why do the tests need a network?",
        "Move the parser",
        "Release notes",
    ):
        editor.command(f"Sessiond send {title}")
        editor.sees("Hello.")
        editor.command("Sessiond new")
        editor.sees("A new session")
    editor.command("Sessiond close")
    editor.command("Sessiond sessions")
    editor.sees("(4)")


def failure(stage: Stage) -> None:
    message = "You have used up your credit. Add some at https://example.com/billing, or choose another model."
    stage.home.play({"text": "I look at "}, {"error": {"kind": "quotaExceeded", "message": message}})
    stage.ask("Now the parser")
    stage.editor.sees("I look at")
    stage.editor.type("iGo on<Esc><CR>")
    stage.editor.sees("The answer failed", "used up")


def corner(stage: Stage) -> None:
    permission(stage)
    stage.editor.command("Sessiond close")
    stage.editor.sees("Allow once")


def queue(stage: Stage) -> None:
    streaming(stage)
    stage.editor.type("iThen write a test for it<Esc><CR>iAnd run all tests<Esc><CR>")
    stage.editor.sees("1. Then write", "2. And run")


def mentions(stage: Stage) -> None:
    empty(stage)
    stage.editor.type("iExplain @")
    stage.editor.sees("@buffer", "@guests.py")


def usage(stage: Stage) -> None:
    tools(stage)
    stage.editor.command("Sessiond usage")
    stage.editor.sees("Together")


def models(stage: Stage) -> None:
    empty(stage)
    stage.editor.command("Sessiond models")
    stage.editor.sees("Models", "script/any")


SCENES: dict[str, Callable[[Stage], None]] = {
    scene.__name__: scene
    for scene in (
        empty, streaming, tools, permission, review, sessions, failure, corner, queue, mentions, usage, models
    )
}  # fmt: skip
SHOWN = {
    "streaming": "dark",
    "tools": "dark",
    "permission": "dark",
    "review": "dark",
    "sessions": "light",
    "failure": "light",
}
"""What the README shows, and in which colours."""


def show(name: str, path: Path, size: tuple[int, int], background: str) -> None:
    """Brings a scene about and writes its picture."""
    with tempfile.TemporaryDirectory(prefix="guests-") as place, a_home(Path(place)) as home:
        (home.project / "guests.py").write_text(CODE)
        home.configure("[permission]\nedit = 'allow'\nbash = 'allow'\n")
        settings = SETTINGS.format(background=background)
        with Editor(neovim("0.12"), home, size=size, settings=settings) as editor:
            stage = Stage(editor, home)
            editor.command(f"edit {stage.file}")
            SCENES[name](stage)
            settle(editor)
            write(editor.grid, path)


def settle(editor: Editor) -> None:
    """Until nothing more was drawn between two looks of a while."""
    seen = ""
    while seen != (seen := editor.grid.text):
        editor.lua("vim.wait(300)")
        editor.pump()


def main(folder: str, names: Iterable[str]) -> None:
    if folder == "--documents":
        DOCUMENTS.mkdir(parents=True, exist_ok=True)
        for name, background in SHOWN.items():
            show(name, DOCUMENTS / f"{name}.png", WIDE, background)
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name in list(names) or SCENES:
        for look, size in (("wide", WIDE), ("small", SMALL)):
            for background in ("dark", "light"):
                show(name, Path(folder, f"{name}-{look}-{background}.png"), size, background)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
