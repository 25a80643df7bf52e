"""API keys: from the environment, the system's keyring (extra `keyring`), else a file only the user reads.

Called by the provider registry and `sessiond auth`. No value is ever printed or logged from here.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast

from sessiond.config.errors import ConfigError
from sessiond.config.files.private_file import read_private, write_private
from sessiond.config.files.system_keyring import from_keyring, into_keyring, out_of_keyring
from sessiond.config.paths import config_directory

Place = Literal["keyring", "file"]


class StoredKey(NamedTuple):
    provider: str
    place: Place


def key_for(provider: str, variable: str | None, environment: Mapping[str, str] = os.environ) -> str | None:
    """The key of a provider, or None. `variable`: the environment's name for it, which comes first.

    Raises ConfigError when the file of keys is damaged or others can read it.
    """
    if variable and (key := environment.get(variable, "").strip()):
        return key
    entry = _read(environment).get(provider)
    if entry is None:
        return None
    return entry or from_keyring(provider, f"the key of {provider}")


def store_key(provider: str, key: str, environment: Mapping[str, str] = os.environ) -> Place:
    """Keeps a key, in the keyring where there is one. Raises ConfigError for an empty key or a full disk."""
    if not key.strip():
        raise ConfigError("The key is empty; nothing was stored.")
    entries = _read(environment)
    in_keyring = into_keyring(provider, key.strip())
    # An empty string stands for: in the keyring, which cannot be listed.
    _write(entries | {provider: "" if in_keyring else key.strip()}, environment)
    return "keyring" if in_keyring else "file"


def remove_key(provider: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Forgets a key; False when there was none."""
    entries = _read(environment)
    if provider not in entries:
        return False
    if not entries.pop(provider):
        out_of_keyring(provider)
    _write(entries, environment)
    return True


def list_keys(environment: Mapping[str, str] = os.environ) -> list[StoredKey]:
    """Which providers have a stored key, and where; never the keys."""
    return [StoredKey(provider, "file" if key else "keyring") for provider, key in sorted(_read(environment).items())]


def key_file(environment: Mapping[str, str] = os.environ) -> Path:
    return config_directory(environment) / "auth.json"


def keys_changed_at(environment: Mapping[str, str] = os.environ) -> int:
    """When a key was last stored or removed, in ns since the epoch; 0 while none ever was."""
    try:
        return key_file(environment).stat().st_mtime_ns
    except OSError:
        return 0


def _read(environment: Mapping[str, str]) -> dict[str, str]:
    file = key_file(environment)
    raw = read_private(file, "keys")
    return {} if raw is None else _entries(file, raw)


def _entries(file: Path, raw: bytes) -> dict[str, str]:
    damaged = ConfigError(f"{file}: damaged. Remove it and add your keys anew with `sessiond auth add`.")
    try:
        parsed: Any = json.loads(raw)
    except ValueError:
        raise damaged from None
    keys = cast(dict[str, Any], parsed).get("keys") if isinstance(parsed, dict) else None
    if not isinstance(keys, dict):
        raise damaged
    return {provider: str(key) for provider, key in cast(dict[str, Any], keys).items()}


def _write(entries: dict[str, str], environment: Mapping[str, str]) -> None:
    file = key_file(environment)
    try:
        write_private(file, json.dumps({"keys": entries}, indent=2))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written ({error.strerror}); the keys are as before.") from error
