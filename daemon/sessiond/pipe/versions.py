"""When pipe and engine are of different versions: who answers `initialize`, who makes way, and what people are told."""

from __future__ import annotations

import json

from sessiond import __version__
from sessiond.owner.lock import owner_of
from sessiond.owner.places import data_directory
from sessiond.owner.unavailable import EngineUnavailable
from sessiond.pipe import messages
from sessiond.pipe.envelope import inside
from sessiond.server.first_answer import own_result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_METHODS = ("capabilities", "experimental", "sessiond", "methods")


def speaks_our_version(environment: Mapping[str, str]) -> bool:
    """Whether the engine that the client will have answers `initialize` as we do, as far as can be told in a moment."""
    directory = data_directory(environment)
    try:
        owner = owner_of(directory)
        if owner.get("version", __version__) == __version__:
            return True
        from sessiond.owner.finding import find  # noqa: PLC0415 (most pipes need no socket before they have answered)

        engine = find(directory)
    except (PermissionError, EngineUnavailable):  # there will be none, and requests are told why
        return True
    if engine is not None:
        engine.close()
    return engine is None


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
