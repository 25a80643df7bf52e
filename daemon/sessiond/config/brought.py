"""What a client brings to the engine: where it is, what its programs are to see, and the settings that it sends.

Two clients that bring the same share what is built from it: MCP servers, connections to providers.
"""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

PASSING = frozenset(
    [
        "PWD",
        "OLDPWD",
        "SHLVL",
        "_",
        "COLUMNS",
        "LINES",
        "WINDOWID",
        "TERM",
        "TERM_PROGRAM",
        "TERM_PROGRAM_VERSION",
        "TERM_SESSION_ID",
        "COLORTERM",
        "COLORFGBG",
        "TMUX",
        "TMUX_PANE",
        "STY",
        "WINDOW",
        "TTY",
        "GPG_TTY",
        "SSH_TTY",
        "SSH_CLIENT",
        "SSH_CONNECTION",
        "XDG_SESSION_ID",
        "XDG_VTNR",
        "XDG_SEAT",
        "XDG_ACTIVATION_TOKEN",
        "DESKTOP_STARTUP_ID",
        "INVOCATION_ID",
        "JOURNAL_STREAM",
        "SYSTEMD_EXEC_PID",
        "MANAGERPID",
        "VTE_VERSION",
        "NVIM",
        "NVIM_LISTEN_ADDRESS",
        "NVIM_LOG_FILE",
        "VIM",
        "VIMRUNTIME",
        "MYVIMRC",
        "INSIDE_EMACS",
        "ELECTRON_RUN_AS_NODE",
        "CHROME_DESKTOP",
    ]
)
"""Variables that say from which terminal or window a program was started, and mean nothing else to it."""
PASSING_PREFIXES = ("KITTY_", "WEZTERM_", "ITERM_", "ALACRITTY_", "GHOSTTY_", "KONSOLE_", "VSCODE_", "BYOBU_", "ZELLIJ")


class Brought:
    """Never changed. `settings` stand in for those of the user's and the project's files."""

    def __init__(
        self, directory: str, environment: Mapping[str, str], settings: Mapping[str, Any] | None = None
    ) -> None:
        self.directory = directory
        self.environment = dict(environment)
        self.settings = None if settings is None else dict(settings)

    @cached_property
    def key(self) -> tuple[frozenset[tuple[str, str]], str]:
        """Equal for clients that bring the same, wherever they are."""
        lasting = frozenset((name, value) for name, value in self.environment.items() if not _is_passing(name))
        return lasting, json.dumps(self.settings, sort_keys=True)


def _is_passing(name: str) -> bool:
    return name in PASSING or name.startswith(PASSING_PREFIXES)
