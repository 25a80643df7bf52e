"""Which words of well-known commands are paths, and what becomes of them. One row a command."""

from typing import NamedTuple

from sessiond.permission.shell.commands.tables.names import names


class Row(NamedTuple):
    """`reads`, `writes`: its operands. `copies`: the last is written, the others read. `moves`: all are written."""

    does: str
    values: str = ""
    """Letters of options that take the next word as their value, which is no path."""
    long_values: str = ""
    skip: int = 0
    """Operands before the paths: a pattern, a script, a mode."""
    instead: str = ""
    """Options that give what would be skipped: `grep -e pattern`."""
    reading: str = ""
    """Options whose value is a path that is read."""
    writing: str = ""
    """Options whose value is a path that is written."""
    target: str = ""
    """Options whose value is the directory that is written to, in place of the last operand."""


COUNTS = "--lines --bytes"

NO_PATHS = frozenset(
    names("""
    --color --colour --exclude --exclude-dir --include --ignore --hide --glob --iglob --format --pretty --grep
    --author --committer --date --since --until --after --before --message --sort --time-style --type --type-not
    --regexp --label --word-diff-regex --diff-filter --src-prefix --dst-prefix --branches --tags --remotes
    --delimiter --output-delimiter --separator --field-separator --replace --refs --block-size
""")
)
"""Long options whose value, after `=`, is a path for no command that has them."""

GREP = Row(
    "reads", "eABCmdD",
    "--regexp --max-count --include --exclude --exclude-dir --context --after-context --before-context",
    1, "-e -f --regexp --file", "-f --file",
)  # fmt: skip

PATHS: dict[str, Row] = {
    **dict.fromkeys(
        names("""
    cat tac nl wc md5sum sha1sum sha224sum sha256sum sha384sum sha512sum cksum sum od strings less more
    bat file stat du df ls tree rev realpath readlink column fold fmt expand unexpand join comm
    cmp hexdump base64 gzcat zcat source . cd pushd open vim vi nano emacs view code
"""),
        Row("reads"),
    ),
    **dict.fromkeys(names("bash sh zsh dash ksh node python python3 perl ruby php lua"), Row("reads", "cermpWX")),
    "ls": Row("reads", "IwT", "--ignore --width --tabsize"),
    "tree": Row("reads", "LPI", writing="-o --output"),
    "head": Row("reads", "nc", COUNTS),
    "tail": Row("reads", "nc", COUNTS),
    "cut": Row("reads", "bcdf", "--bytes --characters --delimiter --fields"),
    "fold": Row("reads", "w", "--width"),
    "column": Row("reads", "soc"),
    "paste": Row("reads", "d"),
    "xxd": Row("copies", "cglnos"),
    "uniq": Row("copies", "fsw"),
    "sort": Row("reads", "ktST", "--key --field-separator", writing="-o --output", reading="--files0-from"),
    "diff": Row("reads", "UCIxF", "--unified --context --exclude", writing="--output"),
    "find": Row("reads"),
    "grep": GREP,
    "egrep": GREP,
    "fgrep": GREP,
    "rg": Row("reads", "eABCmgtTjMdEr", "--regexp --glob --type --type-not --max-count --iglob --context "
              "--after-context --before-context --replace --max-depth --sort --sortr --threads --max-columns "
              "--type-add --type-clear --colors --encoding --engine --max-filesize --context-separator "
              "--field-match-separator --field-context-separator --path-separator --hyperlink-format "
              "--regex-size-limit --dfa-size-limit", 1,
              "-e -f --regexp --file --files", "-f --file --ignore-file"),
    "ag": Row("reads", "ABCmG", skip=1),
    "jq": Row("reads", "", "--arg --argjson --indent", 1, reading="-f --from-file"),
    "awk": Row("reads", "Fv", skip=1, instead="-f", reading="-f"),
    "gawk": Row("reads", "Fv", skip=1, instead="-f", reading="-f"),
    "sed": Row("reads", "eEl", "--expression --line-length", 1, "-e -f --expression --file", "-f --file"),
    **dict.fromkeys(names("""
    rm rmdir mkdir touch tee unlink shred mkfifo mknod mktemp gzip gunzip bzip2 bunzip2 xz unxz zstd
"""),
                    Row("writes", "m", "--mode")),
    "touch": Row("writes", "dt", "--date", reading="-r --reference"),
    "shred": Row("writes", "ns", "--iterations --size"),
    "truncate": Row("writes", "s", "--size", reading="-r --reference"),
    "chmod": Row("writes", skip=1, instead="--reference", reading="--reference"),
    "chown": Row("writes", skip=1, instead="--reference", reading="--reference"),
    "chgrp": Row("writes", skip=1, instead="--reference", reading="--reference"),
    "chattr": Row("writes", skip=1),
    "setfacl": Row("writes", "mx"),
    "mv": Row("moves", "S", "--suffix", target="-t --target-directory"),
    "rename": Row("moves", skip=1),
    "cp": Row("copies", "S", "--suffix", target="-t --target-directory"),
    "ln": Row("copies", "S", "--suffix", target="-t --target-directory"),
    "link": Row("copies"),
    "install": Row("copies", "mogS", "--mode --owner --group", target="-t --target-directory"),
    "rsync": Row("copies", "e", "--exclude --include --rsh", reading="--files-from",
                 writing="--log-file --backup-dir --partial-dir --temp-dir --write-batch"),
    "scp": Row("copies", "PilocFJS"),
    "split": Row("copies", "abln", "--lines --bytes"),
    "csplit": Row("reads", "bn", writing="-f --prefix"),
    "patch": Row("writes", "pFz", "--strip --fuzz", reading="-i --input",
                 writing="-o --output -r --reject-file -d --directory"),
    "tar": Row("reads", "", "--exclude", writing="-f --file -C --directory"),
    "unzip": Row("reads", "x", writing="-d"),
    "zip": Row("writes", "xi"),
    "ar": Row("writes", skip=1),
    "curl": Row("none", "XuAemr", "--request --user --user-agent --referer --max-time --range --retry",
                writing="-o --output -D --dump-header -c --cookie-jar --output-dir --trace --trace-ascii --stderr "
                        "--libcurl --etag-save --hsts --alt-svc",
                reading="-K --config -T --upload-file -E --cert --key --cacert --capath --crlfile --netrc-file -b "
                        "--cookie --etag-compare --unix-socket"),
    "wget": Row("none", "eUtTwQl", "--execute --user-agent --tries --timeout --wait --level --header",
                writing="-O --output-document -o --output-file -a --append-output -P --directory-prefix "
                        "--save-cookies --warc-file --rejected-log --hsts-file",
                reading="-i --input-file --post-file --body-file --load-cookies"),
    **dict.fromkeys(names("strace ltrace"), Row("none", "eEspPSuaI", writing="-o --output")),
    **dict.fromkeys(names("time gtime"), Row("none", "f", "--format", writing="-o --output")),
    "flock": Row("none", "wEc", "--timeout --wait --conflict-exit-code --command"),
    "script": Row("writes", "cEmo", "--command --echo --logging-format --output-limit",
                  writing="-I -O -B -T --log-in --log-out --log-io --log-timing"),
    "git": Row("reads"),
    "make": Row("none", reading="-C --directory -f --file --makefile"),
    "gcc": Row("reads", writing="-o"),
    "cc": Row("reads", writing="-o"),
    "clang": Row("reads", writing="-o"),
    "go": Row("none", writing="-o"),
    "npm": Row("none", reading="--prefix -C"),
    "openssl": Row("none", reading="-in", writing="-out"),
    "env": Row("none", reading="-C --chdir"),
}  # fmt: skip
