"""What every module must have and what none may do."""

import ast
from collections.abc import Iterator

from support.tree import assert_none, functions, parse, python_files, read

DOCSTRING_LINES = 5
LONGER_DOCSTRINGS = {"protocol/sessiond_protocol/events.py": "a table of what starts and ends"}

BROAD_GUARDS: dict[str, tuple[int, str]] = {
    "daemon/sessiond/engine/tool_calls.py": (
        3,
        "around what a tool asks, shows and does: its defect is a value the model reads",
    ),
    "daemon/sessiond/engine/turn.py": (1, "around one turn: whatever fails, the turn ends on record"),
    "daemon/sessiond/server/dispatch.py": (1, "around one request: a defect costs it, not the connection"),
    "daemon/sessiond/server/editor/mirror.py": (1, "pygls raises whatever an odd message makes it raise"),
    "daemon/sessiond/storage/writer.py": (1, "an error belongs to the one who wrote; all share the thread"),
    "daemon/sessiond/mcp/connection/client.py": (1, "the SDK lets through whatever an odd answer makes it raise"),
    "daemon/sessiond/providers/event_stream.py": (1, "SDKs let their transport's errors through"),
    "daemon/sessiond/providers/openai_chat/adapter.py": (1, "SDKs let their transport's errors through"),
}
"""The files that may catch everything and end it there: how often, and why."""

TERMINAL = ("daemon/sessiond/cli/", "daemon/sessiond/__main__.py", "protocol/sessiond_protocol/generate/")
"""Who may print: nothing but protocol reaches the stdout of a daemon."""

VAGUE_NAMES = {"util", "utils", "helper", "helpers", "misc", "common", "ctx", "stuff"}

EXEMPTIONS = ("# noqa", "# type: ignore", "# pyright: ignore")


def test_every_module_opens_with_a_docstring() -> None:
    assert_none((name for name in python_files() if not ast.get_docstring(parse(name))), "without docstring")


def test_docstrings_of_modules_have_five_lines_at_most() -> None:
    lengths = {name: len((ast.get_docstring(parse(name)) or "").splitlines()) for name in python_files()}
    long = {name: n for name, n in lengths.items() if n > DOCSTRING_LINES and name not in LONGER_DOCSTRINGS}

    assert_none((f"{name}: {lines} lines" for name, lines in long.items()), "docstrings longer than five lines")


def test_only_commands_print() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name in python_files("daemon", "protocol", "prompts")
        if not name.startswith(TERMINAL)
        for node in ast.walk(parse(name))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]

    assert_none(found, "print outside of a command")


def test_everything_is_caught_at_the_named_guards_only() -> None:
    found = {name: [handler.lineno for handler in ending_handlers(name)] for name in python_files("daemon", "protocol")}

    assert_none(
        (f"{name}:{lines}" for name, lines in found.items() if lines and name not in BROAD_GUARDS),
        "catches everything and goes on; name what can be raised, or give the file a reason in BROAD_GUARDS",
    )
    changed = [name for name, (count, _) in BROAD_GUARDS.items() if len(found.get(name, ())) != count]
    assert_none(changed, "guards that have come or gone; bring BROAD_GUARDS up to date")


def ending_handlers(name: str) -> Iterator[ast.ExceptHandler]:
    """Handlers of everything (bare, `Exception`, `BaseException`) that do not raise the same again at their end."""
    for node in ast.walk(parse(name)):
        if isinstance(node, ast.ExceptHandler) and not raises_again(node.body[-1]):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(kind is None or getattr(kind, "id", "") in ("Exception", "BaseException") for kind in caught):
                yield node


def raises_again(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Raise) and statement.exc is None


def test_names_say_what_a_thing_is() -> None:
    modules = [name for name in python_files() if VAGUE_NAMES & set(name.removesuffix(".py").split("/"))]
    named = [
        f"{name}::{function}"
        for name in python_files("daemon", "protocol")
        for function, _ in functions(parse(name))
        if VAGUE_NAMES & set(function.lower().replace(".", "_").split("_"))
    ]

    assert_none(modules + named, "names that explain nothing")


def test_no_test_sleeps_to_win_a_race() -> None:
    """A sleep of 0 only gives way, and one of an hour never ends by itself; neither wins a race."""
    found = [
        f"{name}:{node.lineno}"
        for name in python_files("tests")
        for node in ast.walk(parse(name))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "sleep"
        if not (node.args and isinstance(node.args[0], ast.Constant) and is_no_wait(node.args[0].value))
    ]

    assert_none(found, "wait for what you want to see, not for time")


def is_no_wait(seconds: object) -> bool:
    return seconds == 0 or (isinstance(seconds, int | float) and seconds >= 3600)


def test_exemptions_from_checks_have_a_reason() -> None:
    found = [
        f"{name}:{number}: {line.strip()}"
        for name in python_files()
        if not name.startswith("tests/house/")
        for number, line in enumerate(read(name).splitlines(), 1)
        if any(mark in line for mark in EXEMPTIONS) and not has_reason(line)
    ]

    assert_none(found, "exemptions without a reason beside them")


def has_reason(line: str) -> bool:
    """Words after the exemption's own: `# noqa: X  why`, or a comment behind it."""
    mark = next(mark for mark in EXEMPTIONS if mark in line)
    behind = line.partition(mark)[2].split()
    return len(behind) > 1
