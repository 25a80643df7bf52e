"""Fills variables into what is said of a server, so that no file has to hold a secret. Pure.

Called when a server is about to be started, not when settings are read: a variable that is missing costs one server.
"""

import re
from collections.abc import Mapping

from sessiond.config.errors import ConfigError

_VARIABLE = re.compile(r"(?P<escape>\$)?\$\{(?P<name>[A-Za-z_]\w*)(?::-(?P<default>[^}]*))?\}", re.ASCII)


def expanded(text: str, environment: Mapping[str, str]) -> str:
    """The text with `${NAME}` and `${NAME:-default}` filled in; the default also stands for an empty variable.

    `$${NAME}` stands for the text `${NAME}`. What a variable holds is not looked through again.
    Raises ConfigError naming a variable that is not set.
    """

    def value(found: re.Match[str]) -> str:
        if found["escape"]:
            return found[0][1:]
        name, default = found["name"], found["default"]
        if default is not None:
            return environment.get(name) or default
        if name not in environment:
            raise ConfigError(f"The variable {name} is not set. Set it, or write ${{{name}:-default}}.")
        return environment[name]

    return _VARIABLE.sub(value, text)
