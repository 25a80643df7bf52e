"""Characters that people and shells may read in different ways. Asked before a line is parsed."""

import re

NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""Control characters, marks that change the direction of text, and what is not text."""

ONLY_QUOTED = re.compile(
    "[\r\x85\xa0\xad\u034f\u061c\u115f\u1160\u1680\u180e\u2000-\u200f\u2028\u2029\u202f\u205f-\u2065\u206a-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
"""Line ends and blanks of other systems, and what is not seen: harmless in a quoted text, misleading elsewhere."""


def forbidden_character(text: str) -> str | None:
    """The first that no line may have, as `U+0000`."""
    found = NEVER.search(text)
    return f"U+{ord(found.group()):04X}" if found else None


def misleading_character(text: str) -> str | None:
    """The first that may only stand in quotes, as `U+2028`."""
    found = ONLY_QUOTED.search(text)
    return f"U+{ord(found.group()):04X}" if found else None
