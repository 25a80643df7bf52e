"""What the process of a client brings to the engine, as `link/hello` says it: for pipes and for commands."""

from __future__ import annotations

import os

from sessiond import __version__
from sessiond.owner.places import absolute

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def brought(environment: Mapping[str, str]) -> dict[str, Any]:
    """Fields of `sessiond_protocol.serving.link.Hello`. `directory` is None where somebody has removed it."""
    try:
        directory = _text(os.getcwd())
    except FileNotFoundError:
        directory = None
    env = {_text(name): _text(value) for name, value in absolute(environment).items()}
    return {"version": __version__, "pid": os.getpid(), "directory": directory, "env": env}


def _text(value: str) -> str:
    """What the system says need not be text; what stands in a message must be."""
    return value.encode(errors="surrogateescape").decode(errors="replace")
