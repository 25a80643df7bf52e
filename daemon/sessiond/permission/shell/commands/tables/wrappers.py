"""Commands that run what their words say. One row a command."""

from typing import NamedTuple

from sessiond.permission.shell.commands.tables.names import names


class Wrapper(NamedTuple):
    """How to find the command in the words of another: `timeout -k 5 10 rm x` runs `rm x`."""

    flags: str = ""
    """Letters of options without a value."""
    values: str = ""
    """Letters of options with one, glued or as the next word."""
    long_flags: tuple[str, ...] = ()
    long_values: tuple[str, ...] = ()
    operands: int = 0
    """Words that come before the command."""
    assignments: bool = False
    """Whether `NAME=value` words come before it."""
    reading: str = ""
    """Of `values` and `long_values`, those that are files which it reads."""


WRAPPERS = {
    "command": Wrapper("p"),
    "builtin": Wrapper(),
    "exec": Wrapper("cl", "a"),
    "coproc": Wrapper(),
    "noglob": Wrapper(),
    "nocorrect": Wrapper(),
    "time": Wrapper("pvaq", "fo", ("portability", "verbose", "append", "quiet"), ("format", "output")),
    "env": Wrapper(
        "iv0", "uC", ("ignore-environment", "null", "debug"), ("unset", "chdir", "argv0"), assignments=True
    ),
    "sudo": Wrapper("AbEHnPkKSisB", "CDghpRrTtUu", ("preserve-env", "non-interactive", "set-home", "stdin", "login"),
                    ("user", "group", "chdir", "host", "prompt"), assignments=True),
    "doas": Wrapper("ns", "uC"),
    "nice": Wrapper("", "n", (), ("adjustment",)),
    "ionice": Wrapper("t", "cn", ("ignore",), ("class", "classdata")),
    "nohup": Wrapper(),
    "setsid": Wrapper("cfw", "", ("ctty", "fork", "wait")),
    "stdbuf": Wrapper("", "ioe", (), ("input", "output", "error")),
    "timeout": Wrapper("vfp", "ks", ("verbose", "foreground", "preserve-status"), ("kill-after", "signal"), operands=1),
    "chroot": Wrapper("", "", (), ("userspec", "groups"), operands=1),
    "chrt": Wrapper("bfior", "TPD", operands=1),
    "taskset": Wrapper("ac", "", operands=1),
    "flock": Wrapper("sxnuo", "wE", ("shared", "exclusive", "nonblock"), ("timeout", "wait"), operands=1),
    "unbuffer": Wrapper("p"),
    "fakeroot": Wrapper(),
    "caffeinate": Wrapper("dimsu", "tw"),
    "strace": Wrapper("fqvcCtTrix", "eopsSaEuP"),
    "ltrace": Wrapper("fqcCtTrSi", "eopsauP"),
    "xvfb-run": Wrapper("a", "efnpsw", ("auto-servernum",), ("server-args",)),
    "dbus-run-session": Wrapper(),
    "torsocks": Wrapper(),
    "proxychains": Wrapper("q", "f"),
    "systemd-inhibit": Wrapper("", "", (), ("what", "who", "why", "mode")),
    "rlwrap": Wrapper(),
    "busybox": Wrapper(),
    "toybox": Wrapper(),
    "xargs": Wrapper(
        "0rtxpo", "nPLIsadE", ("null", "no-run-if-empty", "verbose", "exit", "interactive", "open-tty"),
        ("max-args", "max-procs", "max-lines", "max-chars", "replace", "arg-file", "delimiter", "eof"),
        reading="a arg-file",
    ),
}  # fmt: skip

SHELLS = frozenset(names("sh bash zsh dash ksh mksh ash rbash fish yash"))
"""With `-c` they run a script that is a word; without, one that they read."""

JOINED = {"eval": Wrapper(), "watch": Wrapper("bcdegpqtrwxC", "n", ("color", "differences", "no-title"), ("interval",))}
"""Their words, joined by blanks, are a script."""

MORE_RIGHTS = frozenset(names("sudo doas su pkexec run0 sudoedit"))
