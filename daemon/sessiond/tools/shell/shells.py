"""Which shell runs a command, and the environment in which nothing waits for a person. Decision 0084.

Commands are judged by bash's grammar before they run, so only shells of that grammar run them: a line means
something else to zsh or fish.
"""

import os
import shutil
from collections.abc import Mapping

from sessiond.tools.failure import ToolFailed

BASH = ("bash",)
PLAIN = ("sh", "dash", "ash", "ksh", "ksh93", "mksh")
"""Shells whose grammar is a part of bash's."""

UNATTENDED = {
    "TERM": "dumb",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "GH_PAGER": "cat",
    "MANPAGER": "cat",
    "SYSTEMD_PAGER": "cat",
    "GIT_EDITOR": "true",  # `git rebase --continue` takes the message as it is
    "GIT_TERMINAL_PROMPT": "0",
    "GCM_INTERACTIVE": "never",
    "SSH_ASKPASS_REQUIRE": "never",
    "DEBIAN_FRONTEND": "noninteractive",
    "PIP_NO_INPUT": "1",
    "NO_COLOR": "1",
    "PYTHONUNBUFFERED": "1",  # else its output comes at the end, after what it wrote as errors
}
DROPPED = ("BASH_ENV", "ENV", "PROMPT_COMMAND", "SHELLOPTS", "BASHOPTS", "FORCE_COLOR", "CLICOLOR_FORCE", "CDPATH")
"""Read or run by a shell at its start, or meant for a terminal."""
GIT_SETTING = ("safe.bareRepository", "explicit")
"""A folder that only looks like a git directory, as it can come with any clone, gives git no programs to run."""


def shell(environment: Mapping[str, str]) -> str:
    """`$SHELL` if it speaks bash's grammar, else bash, else sh: the path of it. Raises ToolFailed."""
    own = environment.get("SHELL", "")
    path = environment.get("PATH") or os.defpath
    candidates = [own if _name(own) in BASH else "", *BASH, own if _name(own) in PLAIN else "", "sh"]
    for candidate in candidates:
        found = shutil.which(candidate, path=path) if candidate else None
        if found and os.path.isabs(found):
            return found
    raise ToolFailed("There is neither bash nor sh on the PATH to run commands with.")


def unattended(environment: Mapping[str, str]) -> dict[str, str]:
    """Without functions and start-up files that would change what a command means, and with nothing that asks."""
    kept = {name: value for name, value in environment.items() if not name.startswith("BASH_FUNC_")}
    for name in DROPPED:
        kept.pop(name, None)
    return kept | UNATTENDED | _git_setting(kept)


def _git_setting(environment: Mapping[str, str]) -> dict[str, str]:
    """Behind the settings that the environment gives already, if it gives them all: git-config(1), GIT_CONFIG_COUNT."""
    count = environment.get("GIT_CONFIG_COUNT", "")
    given = int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 0
    if not all(f"GIT_CONFIG_{part}_{i}" in environment for i in range(given) for part in ("KEY", "VALUE")):
        given = 0
    name, value = GIT_SETTING
    return {
        "GIT_CONFIG_COUNT": str(given + 1),
        f"GIT_CONFIG_KEY_{given}": name,
        f"GIT_CONFIG_VALUE_{given}": value,
    }


def _name(path: str) -> str:
    return os.path.basename(path)
