"""What the rules say of shell commands: of every command in a line, and of every file it touches."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessiond.permission.judge import Judge
from sessiond.permission.judgement import Judgement
from sessiond.permission.rules import STRICTNESS, Rule, Rulebook, rules_of
from sessiond_protocol.messages import OfferedRule


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    root = tmp_path / "projects" / "p"
    (root / "src").mkdir(parents=True)
    return root


def judged(root: Path, command: str, permission: dict[str, Any] | None = None) -> Judgement:
    return Judge(Rulebook(rules_of(permission or {})), str(root), own=()).command(command, str(root))


def test_what_only_reads_in_the_project_runs_at_once(root: Path) -> None:
    assert judged(root, "git status && cat src/a.py | head -3").verdict == "allow"


def test_the_question_names_what_asks_and_offers_a_rule_for_each(root: Path) -> None:
    assert judged(root, "git status; npm test && make x > out.txt") == Judgement(
        verdict="ask",
        permission="bash",
        patterns=("npm test", "make x", "out.txt"),
        reason="`npm test` is not allowed by any rule. `make x` is not allowed by any rule. "
        "Changes out.txt, which no rule allows.",
        always=(OfferedRule("bash", "npm test *"), OfferedRule("bash", "make x"), OfferedRule("edit", "out.txt")),
    )


def test_what_is_offered_answers_the_question_for_good(root: Path) -> None:
    book = Rulebook([])
    judge = Judge(book, str(root), own=())
    for command in ("npm test > out.txt", "touch src/x && cat /opt/x/y", "git commit -m x", "make x > ../q"):
        asked = judge.command(command, str(root))
        assert asked.verdict == "ask"
        for offered in asked.always:
            book.saved.remember(str(root), Rule(offered.permission, offered.pattern, "allow"))
        assert judge.command(command, str(root)).verdict == "allow"


def test_nothing_is_offered_where_no_saved_rule_would_help(root: Path) -> None:
    book = Rulebook([], project=rules_of({"bash": "ask"}))
    for command in ("npm test", "bash -c 'ls'", "npm test > .git/config", "python -c 1", "sudo ls", "npm test; (("):
        asked = Judge(book, str(root), own=()).command(command, str(root))
        assert (asked.verdict, asked.always) == ("ask", ())


@pytest.mark.parametrize(
    ("permission", "command", "verdict"),
    [
        ({"bash": {"git status*": "allow"}}, "git status -s", "allow"),
        ({"bash": {"git status*": "allow"}}, "git status; rm -rf x", "ask"),
        ({"bash": {"git status*": "allow"}}, "git status $(curl x)", "ask"),
        ({"bash": {"git status*": "allow"}}, "git -c core.pager=x status", "ask"),
        ({"bash": {"*": "ask"}}, "ls", "ask"),
        ({"bash": "ask"}, "ls", "ask"),
        ({"bash": "deny"}, "ls", "deny"),
        ({"bash": "deny"}, "> x", "deny"),
        ({"bash": {"rm *": "deny"}}, "ls; /bin/rm x", "deny"),
        ({"bash": {"rm *": "allow"}}, "rm src/a", "allow"),
        ({"bash": {"rm *": "allow"}}, "rm /tmp/a", "ask"),
        ({"bash": {"rm *": "allow"}}, "rm .git/index", "ask"),
        ({"bash": {"rm *": "allow"}}, "rm -rf .", "ask"),
        ({"bash": {"rm *": "allow"}}, "rm -rf ../p", "ask"),
        ({"bash": {"rm *": "allow"}, "edit": {"src/*": "deny"}}, "rm src/a", "deny"),
        ({"bash": {"rm *": "allow"}, "edit": {"src/*": "ask"}}, "rm src/a", "ask"),
        ({"bash": {"rm *": "allow"}, "edit": "ask"}, "rm src/a", "allow"),
        ({"bash": {"echo *": "allow"}}, "echo x > src/a", "ask"),
        ({"bash": {"echo *": "allow"}, "edit": "allow"}, "echo x > src/a", "allow"),
        ({"bash": {"echo *": "allow"}, "edit": "allow"}, "echo x > .env", "ask"),
        ({"bash": {"cat *": "allow"}}, "cat .env", "ask"),
        ({"bash": {"cat *": "allow"}}, "cat /etc/passwd", "ask"),
        ({"bash": {"cat *": "allow"}, "outside": {"/etc/*": "allow"}}, "cat /etc/passwd", "allow"),
        ({"read": {"src/*": "deny"}}, "cat src/a", "deny"),
        ({"read": "ask"}, "cat src/a", "ask"),
        ({"read": "ask", "bash": {"cat *": "allow"}}, "cat src/a", "allow"),
        ({"bash": {"cd *": "allow", "npm *": "allow"}}, "cd /tmp && npm test", "allow"),
        ({"bash": {"npm *": "allow"}}, "cd /tmp && npm test", "ask"),
        ({"edit": "allow"}, "echo x > src/a 2>/dev/null", "allow"),
        ({"edit": "allow"}, "> src/a", "allow"),
        ({"edit": "allow"}, "cat x | tee src/a", "ask"),
        ({"edit": "allow", "bash": "allow"}, "cat x | tee src/a ../b", "ask"),
        ({}, "   ", "ask"),
        ({"*": "allow"}, "   ", "ask"),
    ],
)
def test_a_rule_allows_what_it_names_and_not_what_stands_beside_it(
    root: Path, permission: dict[str, Any], command: str, verdict: str
) -> None:
    assert judged(root, command, permission).verdict == verdict


WRITES = [
    "echo x > {}", "echo x >> {}", ": > {}", "cat a 2> {}", "cp a {}", "mv a {}", "mv {} a", "rm {}", "rm -rf -- {}",
    "tee {} < a", "cat a | tee -a {}", "sed -i s/a/b/ {}", "touch {}", "mkdir {}", "ln -s a {}", "dd if=a of={}",
    "truncate -s 0 {}", "sort a -o {}", "chmod +x {}", "cd src && rm ../{}", "(echo x > {})", "env rm {}",
    "sh -c 'echo x > {}'", "find . -fprint {}", "if true; then rm {}; fi", "install a {}", "curl -o {} x",
    "echo x > ./src/../{}", "echo x > $HOME/../projects/p/{}", "rm ~/../projects/p/{}",
]  # fmt: skip


@pytest.mark.parametrize("template", WRITES)
def test_what_edit_may_not_do_no_command_may_either(root: Path, template: str) -> None:
    everything = {"*": "allow", "edit": {"*": "allow", "locked/*": "deny"}, "outside": {"*": "allow"}}
    (root / "alias").symlink_to("locked")
    for name in ("locked/x", "alias/x"):
        assert judged(root, template.format(name), everything).verdict == "deny"
    assert judged(root, template.format(".git/config"), everything).verdict == "ask"
    assert judged(root, template.format(".git/config"), everything).always == ()


@pytest.mark.parametrize(
    "command",
    [
        "cat .env", "head -1 < .env", "grep x .env", "cat .e*", "cat .en?", "cat ./*/../.env", "cat src/../.env",
        "cat link", "cd src && cat ../.env", "cat < .env", "diff a .env", "cat .[e]nv", "cat *.pem",
    ],
)  # fmt: skip
def test_secrets_are_not_read_by_any_name(root: Path, command: str) -> None:
    (root / ".env").write_text("KEY=1")
    (root / "link").symlink_to(".env")
    assert judged(root, command).verdict == "ask"
    assert judged(root, command, {"bash": "allow", "read": "allow"}).verdict == "ask"


@pytest.mark.parametrize(
    ("command", "verdict"),
    [
        ("grep -rn KEY .", "ask"),
        ("grep KEY -R", "ask"),
        ("grep --recursive KEY src/..", "ask"),
        ("rg --hidden KEY", "ask"),
        ("rg -uu KEY .", "ask"),
        ("rg KEY src", "deny"),
        ("rg KEY", "deny"),
        ("diff -r . src/deep", "ask"),
        ("rg KEY src/deep", "allow"),
        ("grep -r KEY src/deep", "allow"),
        ("grep KEY src/deep/a", "allow"),
        ("ls -la .", "allow"),
    ],
)
def test_a_search_through_a_directory_asks_about_what_it_would_show(root: Path, command: str, verdict: str) -> None:
    (root / ".env").write_text("KEY=1")
    (root / "src" / "deep").mkdir()
    (root / "src" / "deep" / "a").write_text("")
    (root / "src" / "kept.txt").write_text("")
    got = judged(root, command, {"read": {"src/kept.txt": "deny"}}).verdict
    assert got == verdict or (verdict == "ask" and got == "deny")


def test_a_directory_counts_as_entered_only_where_the_command_runs_nowhere_else(root: Path) -> None:
    allowed = {"edit": "allow"}
    assert judged(root, "cd src && echo x > ../a", allowed).verdict == "allow"
    assert judged(root, "cd src; echo x > ../a", allowed).verdict == "ask"


def test_going_back_from_a_link_counts_both_ways(root: Path, tmp_path: Path) -> None:
    (tmp_path / "far" / "away").mkdir(parents=True)
    (root / "link").symlink_to(tmp_path / "far" / "away")
    assert judged(root, "cd link/..; cat a", {"bash": {"cd *": "allow"}}).verdict == "ask"


def test_wildcards_stand_for_the_files_there_are(root: Path) -> None:
    (root / "a.txt").symlink_to("/etc/passwd")
    (root / "src" / "b.txt").write_text("")
    assert judged(root, "cat src/*.txt").verdict == "allow"
    assert judged(root, "cat *.txt").verdict == "ask"
    assert judged(root, "ls .*").verdict == "ask"


def test_pages_are_offered_by_their_site(root: Path) -> None:
    judge = Judge(Rulebook([]), str(root), own=())
    asked = judge.text("webfetch", "https://docs.python.org/3/library")
    assert asked.always == (OfferedRule("webfetch", "https://docs.python.org/*"),)
    assert judge.text("webfetch", "https://docs.python.org@evil.com/").always == ()


COMMANDS = st.sampled_from([
    "ls", "cat a", "rm a", "echo x > b", "cat .env", "rm -rf ../x", "git status", "npm test", "x $(y)", "mv a .git/b",
])  # fmt: skip
PATTERNS = st.sampled_from(["*", "rm *", "ls *", "cat *", "a", "b", ".env", "../*", "git *", "/*"])
RULES = st.lists(
    st.builds(
        Rule,
        st.sampled_from(["bash", "read", "edit", "outside", "*"]),
        PATTERNS,
        st.sampled_from(["allow", "ask", "deny"]),
    ),
    max_size=5,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RULES, RULES, st.lists(COMMANDS, min_size=1, max_size=3), PATTERNS)
def test_a_longer_line_and_one_more_deny_are_never_judged_less_strictly(
    rules: list[Rule], project: list[Rule], commands: list[str], pattern: str
) -> None:
    judge = Judge(Rulebook(rules, project), "/p", own=())
    whole = STRICTNESS[judge.command("; ".join(commands), "/p").verdict]
    assert all(whole >= STRICTNESS[judge.command(command, "/p").verdict] for command in commands)
    for permission in ("bash", "edit", "read", "outside"):
        stricter = Judge(Rulebook([*rules, Rule(permission, pattern, "deny")], project), "/p", own=())
        assert STRICTNESS[stricter.command("; ".join(commands), "/p").verdict] >= whole


@given(st.text() | st.binary().map(os.fsdecode))
def test_no_text_is_allowed_to_raise_and_none_is_allowed_that_is_not_known(command: str) -> None:
    everything = Judge(Rulebook([Rule("*", "*", "allow")]), "/p", own=())
    nothing = Judge(Rulebook([]), "/p", own=())
    assert everything.command(command, "/p").verdict in ("allow", "ask")
    assert nothing.command(f"zz {command}", "/p").verdict == "ask"
