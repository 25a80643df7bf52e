"""When pipe and engine are of different versions: who makes way, and what people are told."""

import json

from sessiond import __version__
from sessiond.pipe import messages
from sessiond.pipe.envelope import inside
from sessiond.server.first_answer import own_result

_METHODS = ("capabilities", "experimental", "sessiond", "methods")


def is_newer(version: str, other: str) -> bool:
    return _numbers(version) > _numbers(other)


def _numbers(version: str) -> list[int]:
    """Up to the first part that is no number: what comes behind it, such as `rc1`, decides nothing."""
    numbers: list[int] = []
    for part in version.split("."):
        if not part.isdecimal():
            break
        numbers.append(int(part))
    return numbers


def takes_over_later(engine_version: str, initialized: bytes = b"{}") -> bytes:
    """Tells people that the engine is older, until when, and, by its answer to `initialize`, what it has not."""
    text = (
        f"The engine that runs for all editors is of sessiond {engine_version}. "
        f"{__version__} takes over as soon as no turn runs."
    )
    theirs: list[str] = inside(json.loads(initialized), "result", *_METHODS) or []
    ours: list[str] = inside(json.loads(own_result()), *_METHODS)
    missing = [name for name in ours if theirs and name not in theirs]
    if missing:
        text += f" Until then there is no {', '.join(missing)}."
    return messages.show_message(messages.INFO, text)
