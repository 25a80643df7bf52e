"""Where a path leads, and what may be done there, whatever it is called."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiond.permission.judge import Judge
from sessiond.permission.judgement import Judgement
from sessiond.permission.paths import PathGuard
from sessiond.permission.rules import Rule, Rulebook, rules_of
from sessiond_protocol.messages import OfferedRule

EDITS_ALLOWED = rules_of({"edit": "allow", "outside": "allow"})


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    root = tmp_path / "projects" / "p"
    (root / "src").mkdir(parents=True)
    return root


def judge(root: Path, *rules: Rule, own: tuple[Path, ...] = ()) -> Judge:
    return Judge(Rulebook(rules), str(root), own=own)


def test_a_file_inside_is_read_at_once_and_changed_when_the_user_agrees(root: Path) -> None:
    assert judge(root).path("read", root / "src/a.py") == Judgement(
        verdict="allow", permission="read", patterns=("src/a.py",)
    )
    assert judge(root).path("edit", root / "src/a.py") == Judgement(
        verdict="ask",
        permission="edit",
        patterns=("src/a.py",),
        reason="Changes src/a.py, which no rule allows.",
        always=(OfferedRule("edit", "src/a.py"),),
    )


def test_a_file_outside_asks_and_offers_its_folder_unless_that_holds_home_or_project(root: Path) -> None:
    other = root.parent.parent / "other"
    assert judge(root).path("read", other / "a") == Judgement(
        verdict="ask",
        permission="read",
        patterns=(f"{other}/a",),
        reason=f"Reads {other}/a, which is outside the project.",
        always=(OfferedRule("outside", f"{other}/*"),),
    )
    offers = [judge(root).path("read", place).always for place in (root.parent / "a", Path.home() / "a", Path("/a"))]
    assert offers == [
        (OfferedRule("outside", f"{root.parent}/a"),),
        (OfferedRule("outside", f"{Path.home()}/a"),),
        (OfferedRule("outside", "/a"),),
    ]


@pytest.mark.parametrize(
    "name",
    [
        ".git/config", ".git/hooks/pre-commit", ".git", ".GIT/config", ".git./x", "git~1/x", "vendor/lib/.git/config",
        ".sessiond/config.toml", ".bashrc", "a/.zshrc", ".profile", ".envrc", ".vscode/tasks.json", ".idea/x.xml",
        "p.code-workspace", ".mcp.json", ".claude/settings.json", ".devcontainer/devcontainer.json", "AGENTS.md",
        "sub/CLAUDE.md", ".npmrc", ".gitmodules", "sub/HEAD", "src/../.git/config", ".roo\\config.json",
    ],
)  # fmt: skip
def test_what_other_programs_obey_asks_every_time_even_where_edits_are_allowed(root: Path, name: str) -> None:
    judged = judge(root, *EDITS_ALLOWED).path("edit", root / name)
    assert (judged.verdict, judged.always) == ("ask", ())
    assert judged.reason and "protected" in judged.reason


def test_a_deny_still_denies_what_is_protected(root: Path) -> None:
    judged = judge(root, Rule("edit", ".git/*", "deny")).path("edit", root / ".git/config")
    assert (judged.verdict, judged.rule) == ("deny", "edit: .git/* = deny")


@pytest.mark.parametrize("name", ["Makefile", "package.json", ".github/workflows/ci.yml", "src/git.py", "gitconfig"])
def test_what_only_runs_when_somebody_runs_it_is_no_more_than_a_file(root: Path, name: str) -> None:
    assert judge(root, *EDITS_ALLOWED).path("edit", root / name).verdict == "allow"


def test_the_git_directory_of_a_worktree_is_protected_wherever_it_is(root: Path, tmp_path: Path) -> None:
    main = tmp_path / "main" / ".git"
    worktree = main / "worktrees" / "p"
    worktree.mkdir(parents=True)
    (worktree / "commondir").write_text("../..\n")
    (root / ".git").write_text(f"gitdir: {worktree}\n")
    (tmp_path / "gitdir").symlink_to(main)

    for file in (worktree / "index", main / "config", tmp_path / "gitdir" / "config"):
        assert judge(root, *EDITS_ALLOWED).path("edit", file).verdict == "ask"
    submodule = tmp_path / "main" / "modules"
    (root / ".git").write_text("gitdir: ../../main/modules\n")
    assert judge(root, *EDITS_ALLOWED).path("edit", submodule / "config").verdict == "ask"


def test_sessionds_own_files_are_protected_but_not_a_project_that_lies_among_them(root: Path, tmp_path: Path) -> None:
    own = (tmp_path / "data", tmp_path)
    judged = judge(root, *EDITS_ALLOWED, own=own)
    assert judged.path("edit", tmp_path / "data" / "sessions.db").verdict == "ask"
    assert judged.path("edit", root / "a").verdict == "allow"


@pytest.mark.parametrize(
    "name",
    [
        ".env", "a/.ENV", ".env.local", "prod.env", "prod.env.old", ".envrc", "server.pem", "id_rsa", "a/id_ed25519",
        ".netrc", "credentials.json", "client_secret_1.json", ".ssh/config", "a.key", ".git-credentials",
    ],
)  # fmt: skip
def test_what_may_hold_secrets_asks_to_be_read_and_changed_until_a_pattern_names_it(root: Path, name: str) -> None:
    for permission in ("read", "edit"):
        assert judge(root, *rules_of({permission: "allow"})).path(permission, root / name).verdict == "ask"
    named = judge(root).path("read", root / name)
    assert named.always == (OfferedRule("read", name),)
    assert judge(root, Rule("read", name, "allow")).path("read", root / name).verdict == "allow"


@pytest.mark.parametrize("name", [".env.example", ".env.sample", "a/.environment/x", "id_rsa.pub", "env.py", "keys.py"])
def test_what_only_looks_like_a_secret_is_read_at_once(root: Path, name: str) -> None:
    assert judge(root).path("read", root / name).verdict == "allow"


def test_links_and_dots_lead_where_they_lead(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "out").symlink_to(outside)
    (root / "in").symlink_to(root / "src")
    (root / "dangling").symlink_to(tmp_path / "nowhere" / "x")
    (root / "notes").symlink_to(root / ".env")
    (root / "loop").symlink_to("loop")
    allowed = rules_of({"edit": "allow"})
    verdicts = {
        name: judge(root, *allowed).path("edit", root / name).verdict
        for name in ("out/a", "out/../p/src/a", "in/a", "dangling", "src/../../x", "src/../a", "notes", "loop")
    }
    assert verdicts == {
        "out/a": "ask",
        "out/../p/src/a": "ask",
        "in/a": "allow",
        "dangling": "ask",
        "src/../../x": "ask",
        "src/../a": "allow",
        "notes": "ask",
        "loop": "allow",
    }


def test_outputs_of_tools_are_read_without_leave_and_not_changed(root: Path, tmp_path: Path) -> None:
    outputs = tmp_path / "outputs"
    judged = Judge(Rulebook([]), str(root), outputs=outputs, own=())
    assert judged.may_read(outputs / "x.txt")
    assert not judged.may_read(outputs / "../other")
    assert judged.path("edit", outputs / "x.txt").verdict == "ask"


def test_a_rule_may_name_a_file_from_the_root_or_absolutely(root: Path) -> None:
    for pattern in ("src/*", "./src/*", f"{root}/src/*"):
        judged = judge(root, *rules_of({"edit": {pattern: "deny"}})).path("edit", root / "src/a")
        assert judged.verdict == "deny"


def test_what_can_be_no_path_asks(root: Path) -> None:
    assert judge(root, *EDITS_ALLOWED).path("edit", Path("a\0b")).verdict == "ask"


PARTS = st.sampled_from(["src", "in", "out", ".git", ".env", "a", "..", ".", ".GIT", "AGENTS.md"])


@given(st.lists(PARTS, min_size=1, max_size=6), st.sampled_from(["read", "edit"]))
def test_every_alias_of_a_path_gets_the_same_answer(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str], permission: str
) -> None:
    root = tmp_path_factory.getbasetemp() / "aliases"
    if not root.exists():
        (root / "p" / "src").mkdir(parents=True)
        (root / "p" / "in").symlink_to("src")
        (root / "p" / "out").symlink_to("..")
        (root / "other").symlink_to(root / "p")
    judged = judge(root / "p", Rule("edit", "*", "allow", bare=True))
    path = root / "p" / "/".join(parts)
    aliases = [path.resolve(), root / "other" / "/".join(parts), root / "p" / "src" / ".." / "/".join(parts)]
    answers = [judged.path(permission, alias) for alias in aliases]
    assert answers == [judged.path(permission, path)] * 3


@given(st.text())
def test_any_name_has_a_place(name: str) -> None:
    guard = PathGuard("/p", own=())
    if "\0" not in name:
        assert guard.place(Path("/p") / name).name.encode()
