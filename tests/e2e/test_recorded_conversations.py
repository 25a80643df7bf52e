"""The recorded conversations are what the daemon says now; clients draw them in tests of their own."""

from pathlib import Path

import pytest

from support.daemon import Home
from support.recording import DOCUMENTS, RECORDED, record


@pytest.mark.parametrize("document", sorted(DOCUMENTS.glob("[!R]*.md")), ids=lambda document: document.stem)
async def test_a_recording_is_what_the_daemon_says(document: Path, home: Home) -> None:
    recorded = (RECORDED / f"{document.stem}.jsonl").read_text("utf-8")

    assert await record(document, home) == recorded, "write them anew: python tests/conversations/record.py"
