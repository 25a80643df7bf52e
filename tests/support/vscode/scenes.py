"""The pictures that the documents show of the extension, taken in a real workbench.

`PYTHONPATH=tests python -m support.vscode.scenes FOLDER` writes them into a folder; with `--documents` as FOLDER into
docs/pictures/vscode and, those that are a part of the window, into editors/vscode/docs.
"""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from support.daemon import Home, a_home
from support.mcp.servers import asking_command, settings
from support.tree import ROOT
from support.vscode.browser import drive
from support.vscode.extension import packaged
from support.vscode.installation import installed
from support.vscode.plays import FILE, call, greetings
from support.vscode.server import CodeServer

WINDOWS, PARTS = ROOT / "docs/pictures/vscode", ROOT / "editors/vscode/docs"
SHOWN = {
    "light": WINDOWS,
    "dark": WINDOWS,
    "high-contrast": WINDOWS,
    "apply": WINDOWS,
    "chat": PARTS,
    "sessions": PARTS,
    "notification": PARTS,
    "question": PARTS,
}
LARGEST = 128_000
"""Bytes of a picture that a document shows."""
SIZE = {"width": 1100, "height": 720}
PERMISSIONS = '[permission]\nedit = "allow"\n"events_*" = "allow"\n'
TITLES = {
    "Why do the tests need a network?": "`test_fetch` asks a real server. A fixture with a server of its own does.",
    "Move the parser to its own module": "It is in `parser.py` now, and nothing else has changed.",
    "Write the release notes": "They are in `CHANGELOG.md`.",
}
HIDDEN = "Publish the documentation"
BOOKING = "Book the hall for the release party"
FORM = {
    "type": "object",
    "properties": {
        "hall": {"type": "string", "enum": ["b", "s"], "enumNames": ["Blue hall", "Small hall"], "title": "Hall"},
        "guests": {"type": "integer", "minimum": 1, "default": 40, "title": "Guests", "description": "At most 60"},
        "vegan": {"type": "boolean", "title": "Vegan catering", "default": True},
    },
    "required": ["hall", "guests"],
}


def plays(home: Home) -> list[dict[str, Any]]:
    publish = call("bash", command="python -m mkdocs gh-deploy --strict")
    book = call("events_ask", message="Which hall shall it be, and for how many?", requestedSchema=FORM)
    return [
        *greetings(home),
        *({"expect": title, "text": answer} for title, answer in TITLES.items()),
        {"expect": HIDDEN, "play": [{"text": "It is built."}, {"waitFor": "hidden"}], "toolCalls": [publish]},
        {"expect": BOOKING, "text": "Two halls are free that day.", "toolCalls": [book]},
    ]


def take(folder: Path) -> None:
    """Takes all of them in one window."""
    installation = installed()
    package = packaged(installation)
    with tempfile.TemporaryDirectory(prefix="guests-") as place, a_home(Path(place)) as home:
        home.configure(settings({"events": asking_command()}, PERMISSIONS))
        home.play(*plays(home))
        with CodeServer(installation, package, home, editor__minimap__enabled=False) as server:
            drive(
                server,
                Path(__file__).with_name("scenes.mjs"),
                "documents",
                folder,
                browser={"viewport": SIZE},
                file=FILE,
                titles=list(TITLES),
                notification={"prompt": HIDDEN, "go": "hidden"},
                question=BOOKING,
            )


def main(folder: str) -> None:
    if folder != "--documents":
        take(Path(folder))
        return
    with tempfile.TemporaryDirectory() as taken:
        take(Path(taken))
        for name, shown in SHOWN.items():
            picture = Path(taken, f"{name}.png")
            size = picture.stat().st_size
            assert size <= LARGEST, f"{name}.png has {size} bytes, more than a document should load"
            shutil.copyfile(picture, shown / picture.name)


if __name__ == "__main__":
    main(sys.argv[1])
