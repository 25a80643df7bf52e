"""Reads a TOML file of settings, and finds the line on which a key stands.

Used by `load.py`.
"""

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from sessiond.config.errors import ConfigError
from sessiond.config.files.text import read_text


def read_toml(file: Path) -> tuple[str, dict[str, Any]]:
    """The file's text and its table; both empty when there is no such file. Raises ConfigError."""
    text = read_text(file)
    return text, parsed(file, text)


def parsed(file: Path, text: str) -> dict[str, Any]:
    """The table that the file's text gives. Raises ConfigError."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: not valid TOML: {error}.") from error
    except RecursionError as error:
        raise ConfigError(f"{file}: nested too deeply.") from error


def line_of(text: str, path: Sequence[object]) -> int | None:
    """The line, from 1, of the key that shares the longest beginning with `path`."""
    wanted = [str(step) for step in path]
    best, best_length = None, 0
    for number, keys in _keys(text):
        if len(keys) > best_length and keys == wanted[: len(keys)]:
            best, best_length = number, len(keys)
    return best


def _keys(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each line's key path. `tomllib` itself reads the one line, so quoting needs no rules here."""
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("["):
            table = key_path(stripped) or table
            yield number, table
        elif "=" in stripped and (keys := key_path(stripped.split("=", 1)[0] + "= 0")):
            yield number, [*table, *keys]


def key_path(source: str) -> list[str]:
    """Of a header or a key with a value; empty for a line that is neither."""
    try:
        value: Any = cast(Any, tomllib.loads(source))
    except tomllib.TOMLDecodeError:
        return []
    keys: list[str] = []
    while isinstance(value, dict) and value:
        table = cast(dict[str, Any], value)
        key = next(iter(table))
        keys.append(key)
        value = table[key]
    return keys
