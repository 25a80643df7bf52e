"""The first answer of a pipe, and whether it may be given. Imports all that there is before the client has it."""

from __future__ import annotations

import os

from sessiond import __version__
from sessiond.owner.lock import owner_of
from sessiond.owner.places import data_directory
from sessiond.owner.unavailable import EngineUnavailable
from sessiond.server.first_answer import FirstAnswer, greet, own_stdio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def greeted() -> FirstAnswer:
    """Waits for the client's first message on stdio."""
    return greet(*own_stdio(), lambda: speaks_our_version(os.environ))


def speaks_our_version(environment: Mapping[str, str]) -> bool:
    """Whether the engine that the client will have answers `initialize` as we do, as far as can be told in a moment."""
    directory = data_directory(environment)
    try:
        owner = owner_of(directory)
        if owner.get("version", __version__) == __version__:
            return True
        from sessiond.owner.finding import find  # noqa: PLC0415 (most pipes need no socket yet)

        engine = find(directory)
    except (PermissionError, EngineUnavailable):  # there will be none, and requests are told why
        return True
    if engine is not None:
        engine.close()
    return engine is None
