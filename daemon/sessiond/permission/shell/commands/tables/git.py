"""Which words of git's subcommands are paths, and what becomes of them. One row a subcommand; `git.py` reads it."""

from sessiond.permission.shell.commands.tables.names import names
from sessiond.permission.shell.commands.tables.paths import Row

OUTPUT = "--output --export-marks --index-output"
"""Options of several subcommands whose value is a file that is written."""
MESSAGES = "--message --author --date --trailer --reuse-message --reedit-message --fixup --squash --cleanup"
MESSAGE_FILES = "-F --file -t --template --pathspec-from-file"

GIT_ROWS: dict[str, Row] = {
    **dict.fromkeys(
        names("log show diff diff-tree diff-index diff-files whatchanged shortlog rev-list"),
        Row("reads", "SG", reading="-L -O"),
    ),
    "format-patch": Row("reads", "SG", reading="-O", writing="-o --output-directory"),
    "grep": Row("reads", "eABCm", "", 1, "-e -f", "-f"),
    "blame": Row("reads", "L", reading="-S --contents --ignore-revs-file"),
    "archive": Row("reads", writing="-o"),
    **dict.fromkeys(names("commit notes"), Row("reads", "mcC", MESSAGES, reading=MESSAGE_FILES)),
    "tag": Row("reads", "mu", MESSAGES, reading=MESSAGE_FILES),
    "merge": Row("reads", "msX", MESSAGES, reading=MESSAGE_FILES),
    "stash": Row("reads", "m", MESSAGES),
    "checkout": Row("writes", "bB", "--orphan --conflict"),
    "restore": Row("writes", "s", "--source --conflict"),
    **dict.fromkeys(names("rm mv"), Row("writes")),
    "clean": Row("writes", "e"),
    "clone": Row("copies", "bocj", "--branch --origin --config --depth --jobs", writing="--separate-git-dir"),
    "init": Row("writes", "b", "--initial-branch --object-format", writing="--separate-git-dir"),
    **dict.fromkeys(names("apply am"), Row("reads", "pC", writing="--directory")),
    "checkout-index": Row("reads", writing="--prefix"),
    "config": Row("none", "ft", "--type --default", writing="-f --file"),
}  # fmt: skip
"""Others: their operands, and the values of options nobody knows, count as read."""

OTHER = Row("reads")

FIRST_WRITTEN = {("worktree", "add"): 1, ("worktree", "move"): 1, ("bundle", "create"): 1, ("submodule", "add"): 2}
"""The first of the words from the subcommand on that are written."""

CONFIG_READS = "--get --get-all --get-regexp --get-urlmatch --get-color --get-colorbool --list -l get list"
CONFIG_SCOPES = (
    "--global --system --local --worktree --show-origin --show-scope --includes --null -z --bool --int --path"
)
