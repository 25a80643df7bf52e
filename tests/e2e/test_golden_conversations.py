"""The conversations that are written down in `tests/conversations/`, played against the real daemon."""

from pathlib import Path

import pytest

from support.daemon import Home
from support.golden import Conversation

DOCUMENTS = sorted((Path(__file__).parents[1] / "conversations").glob("[!R]*.md"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.stem)
async def test_a_conversation_goes_as_it_is_written_down(document: Path, home: Home) -> None:
    await Conversation(document, home).play()
