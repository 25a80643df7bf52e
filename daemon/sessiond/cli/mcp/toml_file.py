"""Takes one `[mcp.NAME]` into the text of a config.toml and out again; every other byte stays as it is. Pure.

Text is cut and appended; tomlkit changes what stands inline. Only what parses as it should is given out.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import tomlkit
from tomlkit.exceptions import TOMLKitError

from sessiond.config.errors import Failed
from sessiond.config.files.toml import key_path, parsed

_HEADER = re.compile(r"^[ \t]*\[[^\r\n]*", re.MULTILINE)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_AT_END = re.compile(r"\r?\n\Z")


def names(file: Path, text: str) -> set[str]:
    """Raises ConfigError for what is no TOML, as the others do."""
    return set(_servers(parsed(file, text)))


def with_server(file: Path, text: str, name: str, section: Mapping[str, Any]) -> str:
    """The section stands at the end of the file. `name` is not in it yet. Raises Failed for a text that is too odd."""
    values = parsed(file, text)
    expected = values | {"mcp": _servers(values) | {name: section}}
    block = _block(name, section)
    for candidate in (_appended(text, block), _inlined(text, name, section)):
        if _read_again(candidate) == expected:
            return candidate
    raise Failed(f"{file} cannot be changed safely; nothing was written. Add this to it yourself:\n{block}")


def without_server(file: Path, text: str, name: str) -> str:
    """The text as it was before `with_server`. `name` is in it. Raises Failed for a text that is too odd."""
    values = parsed(file, text)
    rest = {key: value for key, value in _servers(values).items() if key != name}
    expected = _without_empty(values | {"mcp": rest})
    for candidate in (*_cut(text, name), _taken_out(text, name)):
        again = _read_again(candidate)
        if again is not None and _without_empty(again) == expected:
            return candidate
    raise Failed(f"{file} cannot be changed safely; nothing was written. Take `mcp.{name}` out of it yourself.")


def _servers(values: Mapping[str, Any]) -> dict[str, Any]:
    servers = values.get("mcp", {})
    return cast(dict[str, Any], servers) if isinstance(servers, dict) else {}


def _without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != "mcp" or value}


def _read_again(text: str) -> dict[str, Any] | None:
    """None for what is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _block(name: str, section: Mapping[str, Any]) -> str:
    servers = tomlkit.table(is_super_table=True)
    servers[name] = _toml(section, tomlkit.table())
    document = tomlkit.document()
    document["mcp"] = servers
    return document.as_string()


def _toml(values: Mapping[str, Any], into: Any) -> Any:
    for key, value in values.items():
        into[key] = _toml(cast(Mapping[str, Any], value), tomlkit.inline_table()) if isinstance(value, dict) else value
    return into


def _appended(text: str, block: str) -> str:
    line_break = "\r\n" if "\r\n" in text else "\n"
    return text + (line_break if text else "") + block.replace("\n", line_break)


def _inlined(text: str, name: str, section: Mapping[str, Any]) -> str:
    """For files that say `mcp = {…}` or `mcp.x.command = …`, after which no section can follow."""
    try:
        document: Any = tomlkit.parse(text)
        document["mcp"][name] = _toml(section, tomlkit.inline_table())
        return document.as_string()
    except (TOMLKitError, KeyError, TypeError, ValueError):
        return ""


def _cut(text: str, name: str) -> Iterator[str]:
    """Without the lines of the section, and without the line break that `_appended` has put before it or with that."""
    for start, end in _sections(text, name):
        before, after = text[:start], text[end:]
        tight = _AT_END.sub("", before)
        if after[:1] in ("", "\r", "\n") or tight.endswith("\n"):
            yield tight + after
        yield before + after


def _sections(text: str, name: str) -> Iterator[tuple[int, int]]:
    """From a header of the section up to another's, without the comments and blank lines before that; last one first.

    What looks like a header may stand in a string.
    """
    headers = [(found.start(), key_path(found[0].strip())) for found in _HEADER.finditer(text)]
    for index, (start, path) in reversed(list(enumerate(headers))):
        if path[:2] == ["mcp", name]:
            others = (at for at, other in headers[index:] if other and other[:2] != path[:2])
            lines: list[str] = _LINE.findall(text[start : next(others, len(text))])
            while not lines[-1].strip() or lines[-1].lstrip().startswith("#"):
                lines.pop()
            yield start, start + sum(map(len, lines))


def _taken_out(text: str, name: str) -> str:
    try:
        document: Any = tomlkit.parse(text)
        del document["mcp"][name]
        return document.as_string()
    except (TOMLKitError, KeyError, TypeError, ValueError):
        return ""
