"""The cases of other projects as questions to our judge: their rules in our words, and what they expect."""

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

CASES = Path(__file__).parent.parent / "cases"
KINDS = frozenset({
    "readonly_auto_allow", "dangerous_even_in_full_access", "rule_eval", "file_write_boundary", "external_directory",
    "tool_permission",
})  # fmt: skip
NOWHERE = "/workspace/project"


class Case(NamedTuple):
    id: str
    command: str
    rules: list[tuple[str, str]]
    """Pattern and decision, for shell commands; empty: none are given."""
    directory: str
    symlinks: dict[str, str]
    expected: str
    """`allow`, `ask`, `deny`, or `may_auto_allow`: inside the project, for whoever allows edits there."""


def shell_cases() -> list[Case]:
    """All that is a POSIX shell command with a decision, and whose rules can be said in ours."""
    return [case for row in rows() if (case := _case(row))]


def rows() -> Iterator[dict[str, Any]]:
    for file in sorted(CASES.glob("perm_*.jsonl")):
        yield from map(json.loads, filter(None, file.read_text("utf-8").split("\n")))


def _case(row: dict[str, Any]) -> Case | None:
    if row["kind"] not in KINDS or row.get("shell") == "pwsh" or row.get("tool", "bash") != "bash":
        return None
    if any(rule["match"] == "regex" for rule in row.get("rules") or ()):
        return None  # our rules have wildcards and no regular expressions
    context = row.get("context", {})
    return Case(
        row["id"],
        _command(row),
        [*_of_context(context), *_in_our_words(row)],
        context.get("cwd", NOWHERE),
        context.get("symlinks", {}),
        row["expect"]["decision"],
    )


def _command(row: dict[str, Any]) -> str:
    if "argvs" in row:
        return " && ".join(map(shlex.join, row["argvs"]))
    return shlex.join(row["argv"]) if "argv" in row else row.get("command") or row["args"]["command"]


def _of_context(context: dict[str, Any]) -> list[tuple[str, str]]:
    if context.get("mode") == "always":
        return [("*", "allow")]
    listed = [(f"{program} *", "allow") for program in context.get("allowlist", ())]
    return [("*", "allow")] if "external_directory" in context.get("config", "") else listed


def _in_our_words(row: dict[str, Any]) -> list[tuple[str, str]]:
    """In these products the strictest rule wins, in ours the last: so the strict ones stand last."""
    if not row.get("rules"):
        return []
    strictness = ["allow", "ask", "deny"]
    given = [(_pattern(rule), rule["action"].replace("deny_auto", "ask")) for rule in row["rules"]]
    return [("*", row["default"]), *sorted(given, key=lambda rule: strictness.index(rule[1]))]


def _pattern(rule: dict[str, Any]) -> str:
    pattern = rule["pattern"]
    match rule["match"]:
        case "prefix_tokens":
            return " ".join([*pattern, "*"])
        case "command_prefix" | "prefix" if pattern not in ("", "*"):
            return f"{pattern} *"
        case _:
            return pattern
