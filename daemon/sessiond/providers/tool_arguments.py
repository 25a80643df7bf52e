"""The arguments of a tool call, from the text a model wrote. Every reader asks it once a call is whole."""

from typing import Any, cast

from sessiond.providers import lenient_json


def parse_arguments(text: str) -> tuple[dict[str, Any] | None, str | None]:
    """Returns (arguments, None), or (None, what is wrong in words for the model).

    No text means `{}`, and so does `null`; a JSON string that holds the object is unwrapped once.
    Text that was cut is never completed: running half a command is worse than asking again.
    """
    if not text.strip():
        return {}, None
    try:
        value = lenient_json.decode(text)
        if isinstance(value, str):
            value = lenient_json.decode(value.strip() or "null")
    except (ValueError, RecursionError) as error:
        return None, f"The arguments are not valid JSON: {error}. Send one complete JSON object."
    if value is None:
        return {}, None
    if not isinstance(value, dict):
        return None, "The arguments are JSON but not an object. Send one JSON object with the parameters by name."
    return cast(dict[str, Any], value), None
