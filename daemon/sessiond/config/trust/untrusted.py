"""What a project's own file may say before the user has trusted it: choose models, tighten permissions.

Whatever could run code, send data elsewhere or loosen a permission waits and is reported. Pure; used by
`load.py` and `trust.py`.
"""

from collections.abc import Iterator
from typing import Any, cast

from sessiond.config.files.shown import SHOWN_CHARACTERS, shown_name, shown_value

MODEL_KEYS = ("model", "small_model")
USERS_OWN = ("engine",)
"""Sections that no project and no client has a say in, trusted or not."""
SERVER_CHARACTERS = 2000
"""Shown of what a server is started with: the end of a command counts as much as its beginning."""
DEEPEST = 8
"""Levels of tables that are told apart; settings have four."""


def allowed_of_project(
    source: str, values: dict[str, Any], *, changed: bool = False
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The values that count, and a warning for each key that does not. `changed`: something else was trusted once.

    `[permission]` is not among the values: its rules never join the user's, where a last match
    could loosen them. They are asked separately; rules that allow can then loosen nothing.
    """
    kept = {key: values[key] for key in MODEL_KEYS if key in values}
    refused = [key for key in values if key not in (*MODEL_KEYS, *USERS_OWN, "permission")]
    if "unattended" in values.get("permission", {}):
        refused.append("permission.unattended")
    why = "the file has changed since the project was trusted" if changed else "the project is not trusted"
    return kept, tuple(
        f"{source}: `{shown_name(key)}` is ignored: {why}, and may only choose models and tighten permissions. "
        f"`sessiond trust` shows what waits."
        for key in refused
    )


def waiting_of(values: dict[str, Any]) -> list[tuple[str, str]]:
    """Every setting that has no effect before the project is trusted: its key, and its value for a person to judge."""
    return [
        (key, shown_value(value, SERVER_CHARACTERS if key.startswith("mcp.") else SHOWN_CHARACTERS))
        for key, value in _leaves({key: value for key, value in values.items() if key not in USERS_OWN}, ())
        if key not in MODEL_KEYS and (not key.startswith("permission.") or _loosens(key, value))
    ]


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value and len(path) < DEEPEST:
        for key, inner in cast(dict[str, Any], value).items():
            yield from _leaves(inner, (*path, key))
    elif path:
        yield shown_name(".".join(path)), value


def _loosens(key: str, value: Any) -> bool:
    """Rules that ask or deny count at once; those that allow wait, and what happens to unattended questions."""
    return value == "allow" or key.startswith("permission.unattended")
