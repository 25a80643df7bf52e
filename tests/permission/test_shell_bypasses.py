"""Lines of an attacker: none of them is allowed, whatever a user has allowed that is harmless by itself."""

import json
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sessiond.permission.shell.analyse import analyse
from sessiond.permission.shell.line import ShellLine

CASES = Path(__file__).parent.parent / "cases" / "shell_bypasses.jsonl"
BYPASSES: list[dict[str, Any]] = [json.loads(line) for line in CASES.read_text("utf-8").split("\n") if line]

USUAL_RULES = (
    "ls *",
    "cat *",
    "echo *",
    "git status *",
    "git log *",
    "git diff *",
    "npm test *",
    "grep *",
    "rg *",
    "find *",
    "sort *",
    "sed -n *",
    "cd *",
    "printf *",
    "true *",
    "tail *",
    "date *",
    "diff *",
    "xargs *",
    "env *",
    "timeout *",
)
"""What a user may have allowed; `env` and its like carelessly, but the judge asks for what they run."""


def allowed(line: ShellLine, rules: tuple[str, ...] = USUAL_RULES) -> bool:
    """A judge in small, without paths: as `judge.py` does, but nothing may be written."""
    return (
        bool(line.commands)
        and not line.doubts
        and all((c.read_only or covered(c.text, rules)) and not c.writes for c in line.commands)
        and not any(c.reads and c.directory is None for c in line.commands)
    )


def covered(text: str, rules: tuple[str, ...]) -> bool:
    return any(text == rule.removesuffix(" *") or fnmatchcase(text, rule) for rule in rules)


@pytest.mark.parametrize("row", BYPASSES, ids=lambda row: f"{row['class']}: {row['command']}")
def test_no_known_bypass_is_allowed(row: dict[str, Any]):
    rules = () if row["class"] == "flag" else tuple(row.get("rules", USUAL_RULES))
    line = analyse(row["command"])
    assert not allowed(line, rules), line


@pytest.mark.parametrize(
    "command",
    [
        "ls -la src",
        "git status --short && git log --oneline -5",
        "cat a.py | grep -n x | head -5",
        "cd src && ls",
        "rg -n foo src",
        "find . -name '*.py' -type f",
        "git diff HEAD~1 -- a.py",
        "wc -l *.py",
        "pwd; whoami",
        "ls 2>/dev/null",
        "sed -n '10,20p' a.py",
        "tail -n 20 log.txt 2>&1",
        "git -C sub status",
        "head -c 100 a",
        "echo 'use $(command)'",
        "git show HEAD:a.py",
        "du -sh .",
        "git branch --show-current",
        "LANG=C ls",
        "GIT_PAGER=cat git log",
        "which python3",
        "node --version",
        "sort a | uniq -c | sort -rn",
        "stat a",
        "test -f a && cat a",
        "git log --format='%h %s' HEAD^",
        "git --no-pager diff",
        "diff a b",
        "tree -L 2",
        "cat <<'E'\n$(x)\nE",
        "git stash list",
        "ls -1 # all",
        "date +%F",
    ],
)
def test_what_agents_read_all_day_needs_no_rule(command: str):
    line = analyse(command)
    assert allowed(line, ()), line


PLAIN = st.sampled_from(
    [
        "ls",
        "cat a",
        "git status",
        "echo 'a b'",
        "grep -n x y | wc -l",
        "cd a && ls",
        "for i in a; do ls; done",
        "x=1",
        "(ls)",
    ]
)
EVIL = "evil --now"
PLACES = st.sampled_from(
    [
        "{a}; {evil}",
        "{a} && {evil}",
        "{a} || {evil}",
        "{a} | {evil}",
        "{a} |& {evil}",
        "{a} & {evil}",
        "{a}\n{evil}",
        "{evil}; {a}",
        "{evil} | {a}",
        "{a} $({evil})",
        '{a}; echo "$({evil})"',
        "{a}; echo `{evil}`",
        "{a}; cat <({evil})",
        "{a}; env {evil}",
        "{a}; xargs {evil}",
        "{a}; sh -c '{evil}'",
        "{a}; eval {evil}",
        "{a}; find . -exec {evil} \\;",
        "if {a}; then {evil}; fi",
        "while {evil}; do {a}; done",
        "f() {{ {evil}; }}; {a}",
        "{{ {a}; {evil}; }}",
        "({a}; {evil})",
        "! {evil}; {a}",
        "{a}; cat <<E\n$({evil})\nE",
        "bash <<'E'\n{a}\n{evil}\nE",
        "{a}; echo ${{x:-$({evil})}}",
        "{a}; trap '{evil}' EXIT",
        "{a}; timeout 5 nice {evil}",
        "{a}; x=$({evil})",
        "{a} > $({evil})",
        "case a in a) {evil};; esac; {a}",
    ]
)


@given(PLAIN, PLACES, PLACES)
def test_an_unlisted_command_is_found_wherever_it_stands(plain: str, place: str, outer: str):
    line = place.format(a=plain, evil=EVIL)
    assert any(command.text.startswith(EVIL) for command in analyse(line).commands) or analyse(line).doubts
    assert not allowed(analyse(line))
    if "'" not in line and "\n" not in line and "\\" not in line:
        assert not allowed(analyse(outer.format(a="ls", evil=line)))


SHELL_TEXT = st.text(st.sampled_from(list("ab ls;|&<>()${}`'\"\\\n\t#=*?[]!~-/evil@^%:,.0\r")), max_size=60)


@given(
    st.one_of(st.text(max_size=200), SHELL_TEXT, st.binary(max_size=200).map(lambda raw: raw.decode(errors="replace")))
)
@example("ls" * 100_000)
@example("(" * 5000)
@example("$(" * 5000)
@example("{ " * 3000 + "ls" + "; }" * 3000)
@example("ls && " * 3000 + "ls")
@example("echo " + '"$(' * 2000)
@example("ls\ud800")
def test_no_text_raises_and_what_is_allowed_is_listed(text: str):
    line = analyse(text)
    if allowed(line, ()):
        assert all(command.literal or "*" in text or "?" in text or "[" in text for command in line.commands)
        assert all(not command.words or command.words[0].isprintable() for command in line.commands)


@given(SHELL_TEXT)
def test_nothing_that_follows_makes_an_unlisted_command_allowed(text: str):
    for separator in ("; ", " && ", " | ", "\n", " & "):
        assert not allowed(analyse(f"{EVIL}{separator}ls {text}"))
