"""`python tests/conversations/record.py`: plays all conversations and writes their events to `recorded/`."""

import asyncio
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.daemon import Home  # the rigs of the tests are no package
from support.recording import DOCUMENTS, RECORDED, record  # likewise


def main() -> None:
    RECORDED.mkdir(exist_ok=True)
    for document in sorted(DOCUMENTS.glob("[!R]*.md")):
        with tempfile.TemporaryDirectory() as place:
            text = asyncio.run(record(document, Home(Path(place))))
        (RECORDED / f"{document.stem}.jsonl").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
