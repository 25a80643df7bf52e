"""What a project's own file may say before the user has trusted it: choose models, tighten permissions.

Whatever could run code or send data elsewhere is left out and reported. Pure; used by `load.py`.
"""

from typing import Any

MODEL_KEYS = ("model", "small_model")


def allowed_of_project(source: str, values: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The values that count, and a warning for each that does not.

    `[permission]` is not among the values: its rules never join the user's, where a last match
    could loosen them. They are asked separately; rules that allow can then loosen nothing.
    """
    kept = {key: values[key] for key in MODEL_KEYS if key in values}
    refused = [key for key in values if key not in (*MODEL_KEYS, "permission")]
    permission = values.get("permission", {})
    if "unattended" in permission:
        refused.append("permission.unattended")
    return kept, tuple(
        f"{source}: `{key}` is ignored: a project may only choose models and tighten permissions. "
        f"Put it into your own config file if you want it."
        for key in refused
    )
