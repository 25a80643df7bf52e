"""The chat in a real workbench: what its user sees and does, with the packaged extension and the real daemon."""

from pathlib import Path

import pytest

from support.vscode.browser import drive
from support.vscode.server import CodeServer

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("chat.mjs")


def test_the_chat_opens_with_nothing_from_outside(server: CodeServer, pictures: Path) -> None:
    seen = drive(server, SCRIPT, "opens", pictures)

    assert seen == {"outside": [], "engine": "ready"}
