"""What an editor answers to `editor/diagnostics`, as tools read it. Pure; used by `client_editor.py`.

Editors pass on what language servers say, and those are many: one odd diagnostic costs itself alone.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec

from sessiond.server.editor.file_uri import path_of
from sessiond.tools.editor import Diagnostic

Severity: TypeAlias = Literal["error", "warning", "information", "hint"]
SEVERITIES: dict[float | str | None, Severity] = {1: "error", 2: "warning", 3: "information", 4: "hint"}
"""By LSP's number; a client may leave it out, and then it is for us to choose."""


class _Result(msgspec.Struct):
    files: list[Any]


class _File(msgspec.Struct):
    uri: str
    diagnostics: list[Any]


class _Position(msgspec.Struct):
    line: int
    character: int = 0


class _Range(msgspec.Struct):
    start: _Position


class _Markup(msgspec.Struct):
    value: str


class _Diagnostic(msgspec.Struct):
    range: _Range
    message: str | _Markup
    severity: float | str | None = None
    source: str | None = None


def diagnostics_of(result: msgspec.Raw) -> list[Diagnostic]:
    """Every diagnostic of a file of this machine that makes sense. Raises ValueError for what is no answer at all."""
    try:
        files = msgspec.json.decode(result, type=_Result).files
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return [found for file in files for found in _of_file(file)]


def _of_file(file: Any) -> Iterator[Diagnostic]:
    try:
        known = msgspec.convert(file, _File)
    except msgspec.ValidationError:
        return
    if (path := path_of(known.uri)) is None:
        return
    for given in known.diagnostics:
        try:
            yield _diagnostic(Path(path), msgspec.convert(given, _Diagnostic))
        except msgspec.ValidationError:
            continue


def _diagnostic(path: Path, given: _Diagnostic) -> Diagnostic:
    return Diagnostic(
        path=path,
        line=given.range.start.line + 1,
        column=given.range.start.character + 1,
        severity=SEVERITIES.get(given.severity, "error"),
        message=given.message if isinstance(given.message, str) else given.message.value,
        source=given.source,
    )
