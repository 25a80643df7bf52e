"""Words by which a command runs a program of choice, or loads code or settings that do. One row a command."""

from typing import NamedTuple

from sessiond.permission.shell.commands.tables.names import names


class Row(NamedTuple):
    letters: str = ""
    """Letters of options that do, anywhere in a word with one dash: `-x`, `-qx`, `-xcmd`."""
    options: str = ""
    """Words that do, at their beginning. A long one is recognised by every beginning of it as well."""
    values: str = ""
    """Letters whose option takes the rest of the word, in which no further letter is an option."""


RUNS_PROGRAMS: dict[str, Row] = {
    "rg": Row("", "--pre --hostname-bin"),
    "ag": Row("", "--pager"),
    "ack": Row("", "--pager --ackrc"),
    "bat": Row("", "--pager"),
    "delta": Row("", "--pager"),
    "tar": Row(
        "IF", "--to-command --checkpoint-action --use-compress-program --info-script --new-volume-script "
        "--rsh-command --rmt-command", "fC",
    ),
    "bsdtar": Row("", "--use-compress-program"),
    "cpio": Row("", "--rsh-command"),
    "sort": Row("", "--compress-program"),
    "rsync": Row("e", "--rsh --rsync-path --config --daemon", "fBTM"),
    "ssh": Row("oFI", "", "bcDEeiJLlmOpQRSWw"),
    "scp": Row("oSFD", "", "ciJlPX"),
    "sftp": Row("oSFDb", "", "BciJlPRsX"),
    "curl": Row("K", "--config", "HdouAeXFmwUErtyYzCQPbcT"),
    "wget": Row("e", "--use-askpass --execute --config", "OoaPtTUiBQwARDIXl"),
    "zip": Row("", "-TT --unzip-command"),
    "man": Row("PHC", "--pager --html --config-file", "SsLmMerERp"),
    "split": Row("", "--filter"),
    "gdb": Row("x", "-ex --eval-command --command --init-command"),
    "vim": Row("cS", "--cmd +"),
    "vi": Row("cS", "--cmd +"),
    "make": Row("", "--eval"),
    "fd": Row("xX", "--exec --exec-batch", "etdEcjSo"),
    "fdfind": Row("xX", "--exec --exec-batch", "etdEcjSo"),
    "fzf": Row("", "--preview --bind --execute --with-shell"),
    "diff": Row("l", "--paginate", "UCIxFSWDL"),
    "ctags": Row("", "--options"),
    "script": Row("c", "--command", "OIBTEmo"),
    "npm": Row("", "--script-shell --node-options"),
    "node": Row("r", "--require --import --loader --experimental-loader"),
    "docker": Row("H", "--host", "ceflptuw"),
    "tcpdump": Row("z", "--postrotate-command", "BcCDEFGijmMrsTVwWy"),
    "go": Row("", "-toolexec -exec -vettool -overlay --toolexec --exec --vettool --overlay"),
    "gcc": Row("", "-wrapper -specs -fplugin -B"),
    "cc": Row("", "-wrapper -specs -fplugin -B"),
    "cargo": Row("", "--config"),
    "apt": Row("oc", "--option --config-file", "at"),
    "apt-get": Row("oc", "--option --config-file", "at"),
    "git archive": Row("", "--exec --remote"),
    "git clone": Row("cu", "--config --upload-pack --template", "boj"),
    "git init": Row("", "--template"),
    "git fetch": Row("", "--upload-pack"),
    "git fetch-pack": Row("", "--upload-pack --exec"),
    "git pull": Row("", "--upload-pack"),
    "git ls-remote": Row("", "--upload-pack --exec"),
    "git push": Row("", "--receive-pack --exec"),
    "git send-pack": Row("", "--receive-pack --exec"),
    "git rebase": Row("x", "--exec", "XsCS"),
    "git grep": Row("O", "--open-files-in-pager --ext-grep", "efABCm"),
    "git send-email": Row("", "--sendmail-cmd --smtp-server --to-cmd --cc-cmd --header-cmd"),
    "git submodule": Row("", "--upload-pack"),
    **{f"git {word}": Row("", "--ext-diff") for word in names("diff format-patch log shortlog show stash whatchanged")},
}  # fmt: skip

GIT_RUNS = frozenset(
    names("""
    archimport citool credential credential-cache credential-store cvsexportcommit cvsimport cvsserver daemon
    difftool filter-branch for-each-repo fsmonitor--daemon gui hook http-backend instaweb merge-index
    merge-octopus merge-one-file mergetool p4 receive-pack remote-ext remote-fd sh-i18n shell submodule--helper
    svn upload-archive upload-pack web--browse
""")
)
"""Subcommands that run what their words or the settings of a repository name, or tell passwords."""

GIT_RUNS_BY_WORD = {"bisect": ("run", "visualize", "view"), "submodule": ("foreach",), "maintenance": ("start",)}
"""Subcommands that do with one of these words."""

GIT_GLOBAL_FLAGS = frozenset({
    "--no-pager", "-P", "-p", "--paginate", "--no-optional-locks", "--no-replace-objects", "--no-lazy-fetch",
    "--no-advice", "--literal-pathspecs", "--glob-pathspecs", "--noglob-pathspecs", "--icase-pathspecs",
    "--html-path", "--man-path", "--info-path", "--version", "-v", "--help", "-h",
})  # fmt: skip
"""Options before the subcommand that change nothing of what is run. With `-C dir` and `--namespace` all of them; any
other names another repository, other settings or other programs."""
