"""Where the login to a remote server is kept: as API keys are, in the keyring or in a file only the user reads.

Each login has a file of its own, so that processes do not undo each other's. Read and written by
`connection/oauth/`, in threads; `sessiond mcp` forgets a login here. Knows nothing of OAuth.
"""

import contextlib
import hashlib
import json
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

from sessiond.config.errors import ConfigError
from sessiond.config.files.private_file import read_private, write_private
from sessiond.config.files.system_keyring import from_keyring, into_keyring, out_of_keyring
from sessiond.config.paths import config_directory
from sessiond.mcp.base import Remote

PORTS = {"http": 80, "https": 443}


class KeptLogin:
    """The place of one login. It belongs to a URL and a client id: a server elsewhere never gets what is kept here."""

    def __init__(self, place: Remote, directory: Path | None = None) -> None:
        """`directory`: `mcp-logins` beside the user's configuration if not given."""
        self._owner = {"url": normal_url(place.url), "clientId": place.client_id}
        self._name = " ".join(("mcp", self._owner["url"] or "", place.client_id or "")).strip()
        name = hashlib.sha256(self._name.encode()).hexdigest()[:32]
        self._file = (directory or config_directory() / "mcp-logins") / f"{name}.json"

    def read(self) -> dict[str, Any] | None:
        """As it was written. None: there is none, or it is damaged. Raises ConfigError: locked, open to others."""
        kept = _parsed(read_private(self._file, "logins"))
        if kept is None or any(kept.get(key) != value for key, value in self._owner.items()):
            return None
        login = kept.get("login")
        if login is None and (secret := from_keyring(self._name, f"the login to {self._owner['url']}")):
            login = _parsed(secret)
        return cast(dict[str, Any], login) if isinstance(login, dict) else None

    def write(self, login: dict[str, Any]) -> None:
        """Raises ConfigError when the disk refuses."""
        # None stands for: in the keyring. The file tells other processes that there is something new.
        kept = None if into_keyring(self._name, json.dumps(login)) else login
        try:
            write_private(self._file, json.dumps(self._owner | {"login": kept}, indent=2))
        except OSError as error:
            raise ConfigError(f"{self._file}: the login cannot be kept ({error.strerror}).") from error

    def forget(self) -> bool:
        """False when there was none. Raises ConfigError when the disk refuses."""
        if "login" in (kept := _parsed(read_private(self._file, "logins")) or {}) and kept["login"] is None:
            out_of_keyring(self._name)
        try:
            self._file.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise ConfigError(f"{self._file}: cannot be removed ({error.strerror}).") from error
        return True

    def changed_at(self) -> int:
        """When it was last written, in ns since the epoch; 0 while it never was."""
        try:
            return self._file.stat().st_mtime_ns
        except OSError:
            return 0


def normal_url(url: str) -> str:
    """One spelling for all that lead to the same place (RFC 3986, 6.2): lower case, no usual port, no fragment."""
    parts = urlsplit(url)
    userinfo, at, _ = parts.netloc.rpartition("@")
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    with contextlib.suppress(ValueError):  # no port that could be one
        if parts.port and parts.port != PORTS.get(parts.scheme):
            host += f":{parts.port}"
    return urlunsplit(parts._replace(netloc=f"{userinfo}{at}{host}", path=parts.path or "/", fragment=""))


def _parsed(raw: bytes | str | None) -> dict[str, Any] | None:
    try:
        parsed: Any = json.loads(raw or "")
    except ValueError:
        return None
    return cast(dict[str, Any], parsed) if isinstance(parsed, dict) else None
