"""What strangers' files say, on one line, with nothing in it that could move a terminal's cursor. Pure."""

import json
from typing import Any

SHOWN_CHARACTERS = 200


def shown_value(value: Any, most: int = SHOWN_CHARACTERS) -> str:
    """As JSON, cut to `most` characters."""
    try:
        text = json.dumps(value, ensure_ascii=True, default=str)
    except (RecursionError, ValueError):
        text = "a value nested too deeply to be shown"
    return text if len(text) <= most else text[: most - 1] + "…"


def shown_name(name: str) -> str:
    """A key may be any text, too."""
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in name)
