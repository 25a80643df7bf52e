"""The shipped list of commands that only read, with the options that make one of them write or run something.

One row a command. Whatever is not in it asks. `read_only.py` reads it; paths are judged apart from it.
"""

from typing import NamedTuple

from sessiond.permission.shell.commands.tables.names import names

ANY_NUMBER = 1000


class Row(NamedTuple):
    """Harmless unless one of these is among the words."""

    letters: str = ""
    """Letters that no word with one `-` may contain: `-o`, `-no`, `-ofile`."""
    options: str = ""
    """Words that may not be there; a long option is recognised by each beginning of it too (`--out` for `--output`)."""
    operands: int = ANY_NUMBER
    """How many words without `-` it may have: the second operand of `uniq` is written."""


READ_ONLY: dict[str, Row] = {
    **dict.fromkeys(
        names("""
    : [ arch basename cal cat cd cksum cmp comm cut df dirname du echo egrep expand expr factor false
    fgrep fmt fold getconf grep groups head id join logname ls md5sum nl nproc od paste pwd readlink
    realpath rev seq sha1sum sha224sum sha256sum sha384sum sha512sum sleep stat strings sum tac tail
    test tr true tty type uname unexpand uptime wc which whoami
"""),
        Row(),
    ),
    "base64": Row("oD", "--output"),
    "column": Row(),
    "date": Row("sfr", "--set --file --reference"),
    "diff": Row("l", "--paginate"),
    "file": Row("CzZmf", "--compile --uncompress --uncompress-noreport --magic-file --files-from"),
    "find": Row("", "-exec -execdir -ok -okdir -delete -fls -fprint -fprint0 -fprintf -files0-from"),
    "numfmt": Row(),
    "printf": Row("v"),
    "rg": Row("z", "--pre --pre-glob --hostname-bin --search-zip"),
    "sort": Row("oTS", "--output --compress-program --temporary-directory --files0-from"),
    "tree": Row("oR", "--output"),
    "uniq": Row(operands=1),
    "xxd": Row("r", "-r --revert", operands=1),
}  # fmt: skip

GIT_GLOBAL = ("--no-pager", "--no-optional-locks", "--literal-pathspecs", "--no-replace-objects")
"""Options before the subcommand that change nothing; `-C <dir>` too, which counts as read. All others ask."""

GIT_DIFFS = "--output --ext-diff --textconv --no-index --show-signature"

GIT: dict[str, Row] = {
    **dict.fromkeys(names("log show diff diff-tree diff-index diff-files whatchanged shortlog"), Row("", GIT_DIFFS)),
    "status": Row(),
    "blame": Row("", "--textconv --contents"),
    "cat-file": Row("", "--textconv --filters --batch --batch-check --batch-command"),
    "check-ignore": Row(),
    "count-objects": Row(),
    "describe": Row(),
    "for-each-ref": Row(),
    "grep": Row("O", "--open-files-in-pager --no-index --textconv --ext-grep"),
    "ls-files": Row(),
    "ls-tree": Row(),
    "merge-base": Row(),
    "name-rev": Row(),
    "rev-list": Row("", "--show-signature"),
    "rev-parse": Row(),
    "show-ref": Row("", "--exclude-existing"),
    "version": Row(),
}
"""Subcommands of git, as above."""

GIT_LISTING: dict[str, str] = {
    "branch": "-a -r -v -vv -l --all --remotes --verbose --list --show-current --no-color --color --no-column "
    "--ignore-case --no-abbrev",
    "tag": "-l --list -n --no-color",
    "stash": "list",
    "remote": "-v --verbose",
    "worktree": "list --porcelain -v --verbose",
    "reflog": "show",
}
"""Subcommands of git that list with no more than these words, and change something with others."""

VERSIONS = frozenset(
    names("""
    bash bun cargo clang cmake composer deno docker dotnet gcc git go java kubectl make node npm php pip
    pip3 pnpm poetry python python3 ruby ruff rustc rustup tsc uv yarn
""")
)
"""Programs that may be asked for their `--version`, and nothing else with it."""

VERSION_WORDS = ("--version", "-version", "version")

LINES_OF_A_FILE = r"(\d+(,(\d+|\$))?|\$)p"
"""The only script for `sed -n` that is harmless for sure: it prints lines by their numbers."""
