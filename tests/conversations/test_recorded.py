"""The recorded conversations are what the daemon says now; clients draw them in tests of their own."""

from pathlib import Path

import pytest

from conversations.record import DOCUMENTS, RECORDED, record
from support.daemon import Home


@pytest.mark.parametrize("document", sorted(DOCUMENTS.glob("[!R]*.md")), ids=lambda document: document.stem)
async def test_a_recording_is_what_the_daemon_says(document: Path, tmp_path: Path) -> None:
    recorded = (RECORDED / f"{document.stem}.jsonl").read_text("utf-8")

    assert await record(document, Home(tmp_path)) == recorded, "write them anew: python tests/conversations/record.py"
