"""Long answers in a real workbench: all of it is drawn, and neither the chat nor the workbench stands still."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.daemon import Home
from support.vscode.browser import drive
from support.vscode.server import CodeServer

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("speed.mjs")

SECTION = """## A section with *some* words

A paragraph with `code`, **bold text** and [a link](https://example.com), long enough to be wrapped into several lines
of a side bar, as answers of models are.

- one thing
- another thing, with `code`

```python
def section(number: int) -> str:
    return f"section {number}"  # a comment
```

"""
LAST = "That was all of it."


def answer(size: int) -> dict[str, Any]:
    return {"play": [{"text": SECTION, "repeat": size // len(SECTION), "deltasPerSecond": 200}, {"text": LAST}]}


@pytest.mark.parametrize("size", [60_000, 1_000_000])
def test_a_long_answer_does_not_stop_the_workbench(
    server: CodeServer, home: Home, pictures: Path, size: int, record_property: Any
) -> None:
    home.play(answer(size))

    seen = drive(server, SCRIPT, "streams", pictures, last=LAST)

    record_property(f"frames of {size} bytes", json.dumps(seen))
    print(json.dumps(seen))
    assert seen["drawn"] > size * 0.7, "what is drawn has no marks"
    assert seen["atEnd"], "the reader stays at the end"
    assert seen["page"]["gaps"]["worst"] < 5_000, (
        "bounded, on a machine with much else to do; see the extension's README"
    )
    assert seen["workbench"]["gaps"]["worst"] < 5_000
