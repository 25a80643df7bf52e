"""Whether the pipe itself may answer `initialize`. All that is imported before the client has its answer."""

from __future__ import annotations

from sessiond import __version__
from sessiond.owner.lock import owner_of
from sessiond.owner.places import data_directory
from sessiond.owner.unavailable import EngineUnavailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


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
