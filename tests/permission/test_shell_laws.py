"""What holds for every line of shell: no way of writing the same thing makes it more allowed."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiond.permission.judge import Judge
from sessiond.permission.rules import Rule, Rulebook
from sessiond.permission.shell.analyse import analyse
from sessiond.permission.shell.commands.tables.programs import GIT_GLOBAL_FLAGS, GIT_RUNS, RUNS_PROGRAMS
from sessiond.permission.shell.line import ShellLine

LINES = [
    "cat .env", "truncate -s 0 README.md", "find . -exec touch pwn \\;", "find . -delete", "sort README.md -o src/a.py",
    "ls 2>/dev/null", "echo x >/dev/null/../../tmp/foo", "ls >&2", "git -C . rebase -x 'touch pwn'",
    "tar cIf 'x' a src", 'cat "a b" > ../x', "cat <<'E'\n$(touch a)\nE", "cat <<E\n$(touch a)\nE\nls", "echo `touch x`",
    "ls && touch x | cat",
    "sh -c 'touch x'", "ls # touch x", "x=1 env touch a", "echo $(touch x) ${y:-$(touch z)}", "echo a\\ b; touch c",
    "cat a b", "echo 'a b' \"c d\"", "git log --oneline -5", "grep -rn foo src | wc -l",
]  # fmt: skip


def allowed(line: ShellLine) -> bool:
    return bool(line.commands) and not line.doubts and all(c.read_only and not c.writes for c in line.commands)


def settled(line: ShellLine) -> bool:
    """Whether nothing but rules may stop it."""
    return bool(line.commands) and not line.doubts


@given(st.sampled_from(LINES), st.lists(st.integers(0, 60), min_size=1, max_size=3))
def test_a_line_broken_anywhere_is_the_same_line_or_a_doubt(line: str, places: list[int]):
    broken = line
    for place in sorted((place % (len(line) + 1) for place in places), reverse=True):
        broken = broken[:place] + "\\\n" + broken[place:]
    got = analyse(broken)
    assert not allowed(got) or allowed(analyse(line)), broken
    if settled(got) and not set("'\"#\\<$`") & set(line):  # in those, the line end may be a part of a text
        assert got == analyse(line), broken


@given(st.text(st.sampled_from(list("ab -./\\\n'\"\t")), max_size=20))
def test_words_that_are_certain_are_those_of_a_shell(text: str):
    line = analyse(f"echo {text}")
    if line.doubts or len(line.commands) != 1 or not line.commands[0].literal:
        return
    script = f"echo() {{ printf '%s\\0' \"$@\"; }}; echo {text}"
    shell = subprocess.run(["bash", "--norc", "-c", script], capture_output=True, timeout=20, check=True)
    assert tuple(shell.stdout.decode().split("\0")[:-1]) in (line.commands[0].words[1:], ("",))


CLUSTERED = [(name, letter, row) for name, row in RUNS_PROGRAMS.items() for letter in row.letters]


@given(st.sampled_from(CLUSTERED), st.text(st.sampled_from(list("qvnaz0")), max_size=3), st.sampled_from(["", "cmd"]))
def test_an_option_that_runs_a_program_does_so_in_any_cluster(case: tuple[str, str, object], flags: str, value: str):
    name, letter, row = case
    taken = getattr(row, "values", "")
    flags = "".join(flag for flag in flags if flag not in taken)
    assert analyse(f"{name} -{flags}{letter}{value} x y").doubts
    assert analyse(f"{name} a -{flags}{letter}{value} x y").doubts


GIT_DOES = st.sampled_from(
    [
        "rebase -x cmd",
        "grep -lOcmd x",
        "clone -qc a=b c",
        "submodule --quiet foreach cmd",
        "bisect run cmd",
        *sorted(GIT_RUNS),
    ]
)
BEFORE = st.lists(st.sampled_from(["-C .", "--namespace x", *sorted(GIT_GLOBAL_FLAGS)]), max_size=3)


@given(BEFORE, GIT_DOES)
def test_no_option_of_git_hides_its_subcommand(before: list[str], does: str):
    assert analyse(" ".join(["git", *before, does])).doubts


@given(
    BEFORE,
    st.sampled_from(["--bare", "--git-dir=x", "--git-dir x", "--work-tree=x", "--exec-path=x", "-c a=b", "-ca=b"]),
)
def test_git_with_other_settings_is_a_doubt(before: list[str], option: str):
    assert analyse(" ".join(["git", *before, option, "status"])).doubts


@given(st.integers(1, 4), st.sampled_from(["echo {}", 'echo "{}"', "x={}; ls", "cat <<E\n{}\nE", "echo ${{y:-{}}}"]))
def test_what_nested_backticks_run_is_found_or_doubted(depth: int, place: str):
    inner = "evil --now"
    for _ in range(depth):
        inner = "`echo " + inner.replace("\\", "\\\\").replace("`", "\\`") + "`"
    inner = inner.replace("echo evil", "evil", 1)
    line = analyse(place.format(inner))
    assert line.doubts or any(command.words[:1] == ("evil",) for command in line.commands)


READERS = ["cat {}", "head -n 3 {}", "grep x {}", "wc -l {}", "diff a {}", "sort {}", "git -C . diff -- {}"]
UNKNOWN = ["$x", '"$x"', "$(echo a)", "`echo a`", "{a,b}", "a{b,c}", "$'\\x2e'", "${x:-a}", '"$PWD/a"', "a$x"]


@given(st.sampled_from(READERS), st.sampled_from(UNKNOWN))
def test_a_file_that_is_not_known_is_not_read_without_a_question(reader: str, word: str):
    assert analyse(reader.format(word)).doubts
    assert analyse(f"for x in a b; do {reader.format(word)}; done").doubts


@pytest.mark.parametrize(
    "path",
    [
        "/dev/fd/../cwd/a", "/dev/fd/../environ", "/dev/fd/3/x", "/proc/self/cwd/a", "/proc/thread-self/cwd/a",
        "//proc/self/cwd/a", "/proc/./self/cwd/a", "/proc/1/cwd/a", "/dev/stdin/../cwd/a", "way/a", "/proc/s*/cwd/a",
    ],
)  # fmt: skip
def test_what_is_another_file_for_each_process_asks(path: str, tmp_path: Path):
    os.symlink("/proc/self/cwd", tmp_path / "way")
    everything = [Rule(permission, "*", "allow") for permission in ("bash", "edit", "read", "outside")]
    judge = Judge(Rulebook(everything), str(tmp_path), own=())
    for command in ("cat {}", "echo x > {}", "cd {}/.. && cat x", "cp x {}"):
        assert judge.command(command.format(path), str(tmp_path)).verdict == "ask"


NEVER_OFFERED = [
    "python3.11", "python3.12", "perl5.36", "ruby3.1", "lua5.4", "node18", "php8.2", "pypy3.10", "tclsh8.6", "Python3",
    "/usr/bin/python3.11", "bash-static", "zsh-5.9", "/lib64/ld-linux-x86-64.so.2", "gtimeout", "proxychains4", "view",
    "/usr/bin/docker run", "git merge-index", "git config", "docker-compose exec", "pixi run", "git-rebase",
]  # fmt: skip


@pytest.mark.parametrize("beginning", NEVER_OFFERED)
def test_no_rule_is_offered_for_what_runs_anything(beginning: str):
    assert [command.offer for command in analyse(f"{beginning} x y").commands if command.offer] == []


@pytest.mark.parametrize(
    ("command", "offered"),
    [
        ("git commit -m x", "git commit *"),
        ("git rebase main", "git rebase main"),
        ("git init x", "git init x"),
        ("npm test", "npm test *"),
        ("make x", "make x"),
        ("pytest -q", "pytest *"),
    ],
)
def test_what_is_offered_is_what_more_words_cannot_turn(command: str, offered: str):
    assert [each.offer for each in analyse(command).commands] == [offered]
