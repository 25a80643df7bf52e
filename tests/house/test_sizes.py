"""Rooms stay small. A limit that is met is a sign to look at the idea behind, not to cut a file in two."""

from collections import Counter

from support.tree import assert_none, functions, parse, python_files, read

FILE_LINES = 300
ADAPTER_LINES = 350
FUNCTION_LINES = 60
FOLDER_FILES = 12

LONGER: dict[str, tuple[int, str]] = {
    "protocol/sessiond_protocol/methods.py": (320, "the table of all methods, below their parameters"),
}
"""Files, or `file::function`, that may be longer: how long, and why."""


def limit_of(name: str) -> int:
    if name in LONGER:
        return LONGER[name][0]
    if "::" in name:
        return FUNCTION_LINES
    return ADAPTER_LINES if name.startswith("daemon/sessiond/providers/") else FILE_LINES


def too_long(lengths: dict[str, int]) -> list[str]:
    return [f"{name}: {lines} lines" for name, lines in lengths.items() if lines > limit_of(name)]


def test_files_are_short() -> None:
    assert_none(too_long({name: read(name).count("\n") for name in python_files()}), "files too long")


def test_functions_are_short() -> None:
    lengths = {
        f"{name}::{function}": (node.end_lineno or node.lineno) - node.lineno + 1
        for name in python_files()
        for function, node in functions(parse(name))
    }

    assert_none(too_long(lengths), "functions too long")


def test_folders_hold_a_dozen_files_at_most() -> None:
    files = [name for name in python_files() if not name.endswith("/__init__.py")]
    counted = Counter(name.rpartition("/")[0] for name in files)

    full = [f"{folder}: {count} files" for folder, count in counted.items() if count > FOLDER_FILES]
    assert_none(full, "folders too full")


def test_exceptions_to_the_limits_are_still_needed() -> None:
    present = set(python_files())

    assert_none((name for name in LONGER if name.partition("::")[0] not in present), "exceptions for nothing")
