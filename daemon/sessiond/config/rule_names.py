"""Finds rules of `[permission]` that will hardly do what was meant. Used by `load.py`; it only warns."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, cast

KNOWN = (
    "read", "edit", "outside", "bash", "unsandboxed", "webfetch", "private", "task", "todoWrite", "todoRead",
    "diagnostics", "readResource", "repeat", "unattended",
)  # fmt: skip
ASKED_AS = {
    "write": "edit",
    "patch": "edit",
    "list": "read",
    "glob": "read",
    "grep": "read",
    "shell": "bash",
    "external_directory": "outside",
    "doom_loop": "repeat",
}
SEVERAL = ("&&", "||", ";", "|", "\n")


def odd_rules(permission: Mapping[str, Any]) -> tuple[str, ...]:
    """A warning for each; names of tools that are not known here (those of MCP servers) are left alone."""
    return tuple(warning for name, rule in permission.items() for warning in _of_one(name, rule))


def _of_one(name: str, rule: Any) -> Iterator[str]:
    if name not in KNOWN and not {"*", "?"} & set(name):
        if meant := ASKED_AS.get(name):
            yield f"The permission `{name}` is never asked for: write `{meant}`, which covers it."
        elif near := difflib.get_close_matches(name.lower(), [known.lower() for known in KNOWN], n=1, cutoff=0.75):
            close = next(known for known in KNOWN if known.lower() == near[0])
            yield f"The permission `{name}` is not known. Did you mean `{close}`?"
    if name == "bash" and isinstance(rule, dict):
        for pattern in cast(dict[str, Any], rule):
            if any(sign in pattern for sign in SEVERAL):
                yield f"The rule `bash: {pattern}` matches nothing: each command of a line is judged alone."
