"""Where the data lies, and where an engine and its clients meet. Nothing of this needs an engine to run.

Used by this room, and by `config/paths.py` for all others.
"""

from __future__ import annotations

import os
import stat

from sessiond.owner.unavailable import EngineUnavailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_PATH_BYTES = 100
"""Of a socket's path: systems take 104 or 108 with the zero byte at its end."""
SOCKET = ".sock"
STARTING = ".starting"
_NAMED = ("SESSIOND_DATA_DIR", "SESSIOND_CONFIG", "SESSIOND_RUNTIME_DIR")
_ADVICE = "Set SESSIOND_RUNTIME_DIR to a short path that only you can enter."


def data_directory(environment: Mapping[str, str]) -> str:
    """Conversations and models: `SESSIOND_DATA_DIR`, else `$XDG_DATA_HOME/sessiond`."""
    if named := environment.get("SESSIOND_DATA_DIR"):
        return os.path.expanduser(named)
    return xdg_directory(environment, "XDG_DATA_HOME", ".local/share")


def xdg_directory(environment: Mapping[str, str], variable: str, fallback: str) -> str:
    """Ours below what the variable names, else below `fallback` in the user's home."""
    base = environment.get(variable, "")
    # The XDG specification: a relative path is to be ignored.
    home = environment.get("HOME") or os.path.expanduser("~")
    return os.path.join(base if os.path.isabs(base) else os.path.join(home, fallback), "sessiond")


def is_standalone(environment: Mapping[str, str]) -> bool:
    """Whether every process is to have an engine of its own: asked for, or for want of sockets in the file system."""
    return os.name != "posix" or environment.get("SESSIOND_STANDALONE", "") not in ("", "0")


def absolute(environment: Mapping[str, str]) -> dict[str, str]:
    """The same environment for a process that works in another directory."""
    named = {name: environment[name] for name in _NAMED if environment.get(name)}
    return dict(environment) | {name: os.path.abspath(os.path.expanduser(path)) for name, path in named.items()}


def meeting_place(environment: Mapping[str, str], directory: str) -> str:
    """The path, up to its ending `SOCKET` or `STARTING`, of what belongs to a data directory that exists.

    Makes the runtime directory where it is missing. Raises EngineUnavailable for one that others could enter or
    that is too deep, OSError for a data directory that cannot be looked at.
    """
    data = os.stat(directory)
    name = f"{data.st_dev:x}-{data.st_ino:x}"
    if named := environment.get("SESSIOND_RUNTIME_DIR"):
        runtime = os.path.abspath(os.path.expanduser(named))
        if not _is_short(runtime, name):
            raise _unavailable(f"SESSIOND_RUNTIME_DIR ({runtime}) is too long for a socket's path.")
    else:
        runtime = _usual_runtime_directory(environment, name)
    make_own(runtime)
    return os.path.join(runtime, name)


def _usual_runtime_directory(environment: Mapping[str, str], name: str) -> str:
    base = environment.get("XDG_RUNTIME_DIR", "")
    runtime = os.path.join(base, "sessiond")
    if not (os.path.isabs(base) and os.path.isdir(base) and _is_short(runtime, name)):
        # Not TMPDIR: that of one shell may be gone tomorrow, and all of a user's clients are to look in one place.
        return f"/tmp/sessiond-{os.geteuid()}"
    if os.stat(base).st_uid != os.geteuid():
        raise _unavailable(f"XDG_RUNTIME_DIR ({base}) belongs to another user. Unset it, or:")
    return runtime


def _is_short(runtime: str, name: str) -> bool:
    return len(os.fsencode(os.path.join(runtime, name + SOCKET))) <= MOST_PATH_BYTES


def make_own(runtime: str) -> None:
    """Whoever can enter it could take an engine's place. Raises EngineUnavailable."""
    try:
        os.makedirs(runtime, mode=0o700, exist_ok=True)
        found = os.lstat(runtime)
    except OSError as error:
        raise _unavailable(f"The runtime directory {runtime} cannot be made: {error.strerror}.") from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise _unavailable(f"The runtime directory {runtime} belongs to another user, or is none.")
    if found.st_mode & 0o077:
        raise _unavailable(f"Other users may enter the runtime directory {runtime}. Run `chmod 700 {runtime}`, or:")


def _unavailable(what: str) -> EngineUnavailable:
    return EngineUnavailable("engineUnavailable", f"{what} {_ADVICE}")
