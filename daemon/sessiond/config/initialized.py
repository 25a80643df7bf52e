"""Which projects were surveyed by `session/initProject`, and when: a mark in the data directory."""

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from sessiond.config.files.private_file import write_private
from sessiond.config.paths import data_directory

MOST_BYTES = 4 * 1024 * 1024


def initialized_at(root: str, environment: Mapping[str, str] = os.environ) -> int | None:
    """In ms since the epoch; None for a project that was not. Blocks for a small file."""
    return _read(environment).get(root)


def mark_initialized(root: str, environment: Mapping[str, str] = os.environ) -> None:
    """Raises OSError."""
    marks = _read(environment) | {root: round(time.time() * 1000)}
    write_private(_file(environment), json.dumps({"initialized": marks}, indent=1))


def _file(environment: Mapping[str, str]) -> Path:
    return data_directory(environment) / "projects.json"


def _read(environment: Mapping[str, str]) -> dict[str, int]:
    """A file that is damaged has no marks."""
    try:
        with _file(environment).open("rb") as stream:
            parsed: Any = json.loads(stream.read(MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    marks: Any = cast(dict[str, Any], parsed).get("initialized") if isinstance(parsed, dict) else None
    if not isinstance(marks, dict):
        return {}
    return {root: at for root, at in cast(dict[str, Any], marks).items() if isinstance(at, int)}
