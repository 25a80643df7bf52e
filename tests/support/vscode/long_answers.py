"""Long answers of the scripted model, for test_speed.py and for the extension's bench."""

from typing import Any

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
    """So many characters, 86 KB a second: twenty times as fast as models are."""
    return {"play": [{"text": SECTION, "repeat": size // len(SECTION), "deltasPerSecond": 200}, {"text": LAST}]}
