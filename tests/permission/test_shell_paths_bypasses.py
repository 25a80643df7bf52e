"""Paths that a command hides: in options, behind other options, in what it copies, searches or is pointed at."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessiond.permission.file_kinds import is_obeyed, is_secret
from sessiond.permission.judge import Judge
from sessiond.permission.rules import Rulebook, rules_of
from sessiond.permission.shell.commands.tables.names import names
from sessiond.permission.shell.commands.tables.paths import NO_PATHS, PATHS, Row
from sessiond.permission.shell.commands.tables.read_only import GIT, READ_ONLY

CASES = Path(__file__).parent.parent / "cases" / "shell_paths_bypasses.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]

FILES = (
    ".env", ".npmrc", "credentials.json", "README.md", "src/a.py", "evil/HEAD", "evil/config", "evil/objects/x",
    "evil/refs/x", "evil2/AGENTS.md", ".ssh/config", "sub/.git/HEAD", "sub/.git/config", ".git/HEAD",
)  # fmt: skip

NO_FILES = frozenset(
    names("""
    : [ arch basename cal cd date dirname echo expr factor false find getconf groups id logname nproc numfmt printf pwd
    seq sleep test tr true tty type uname uptime which whoami
""")
)
"""Read-only commands that show nothing of a file they are given: `cd` only goes there, `find` says names."""
NO_GIT_FILES = frozenset({"version", "count-objects"})

READERS = sorted(set(READ_ONLY) - NO_FILES) + [f"git {name}" for name in sorted(set(GIT) - NO_GIT_FILES)]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("projects") / "p"
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x\n")
    return root


def verdict(root: Path, command: str, rule: str | None = None) -> str:
    rules = rules_of({"bash": {rule: "allow"}} if rule else {})
    return Judge(Rulebook(rules), str(root), own=()).command(command, str(root)).verdict


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["command"])
def test_a_path_is_seen_wherever_a_command_hides_it(root: Path, row: dict[str, Any]) -> None:
    assert verdict(root, row["command"], row.get("rule")) == row["expect"]


@pytest.mark.parametrize("rules", ["!.env", "!.e*", "!/**", "!.[a-f]nv", "!.{env,x}"])
def test_an_ignore_file_that_brings_secrets_back_makes_a_search_ask(tmp_path: Path, rules: str) -> None:
    (tmp_path / ".env").write_text("KEY=1")
    assert verdict(tmp_path, "rg KEY") == "allow"
    (tmp_path / ".gitignore").write_text(f"*.pyc\n!*.py\n!.env.example\n{rules}\n")
    assert verdict(tmp_path, "rg KEY") == "ask"


@pytest.mark.parametrize("rules", ["!.env.example", "!.gitkeep\n!*.py\n", "#!.env", "!docs/*.md"])
def test_an_ignore_file_that_brings_other_files_back_does_not(tmp_path: Path, rules: str) -> None:
    (tmp_path / ".env").write_text("KEY=1")
    (tmp_path / ".gitignore").write_text(rules)
    assert verdict(tmp_path, "rg KEY") == "allow"


@pytest.mark.parametrize(
    "name",
    [
        ".env~", ".env-prod", ".env_local", ".env2", ".env.local", ".env.bak", "..env.swp", "credentials.json~",
        ".npmrc.bak", "server.key.old", ".netrc.1", "id_rsa.bak", "prod.env",
    ],
)  # fmt: skip
def test_copies_of_secrets_are_secrets(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize("name", [".env.example", ".env-sample", "env.py", ".envoy.yaml", "a~", "environment.1", "~"])
def test_what_only_sounds_like_a_secret_is_none(name: str) -> None:
    assert not is_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        ".devcontainer.json", "mise.toml", ".junie/guidelines.md", ".goosehints", ".trae/x", "crush.json", ".rules",
        ".pnpmfile.cjs", ".cargo/config.toml", ".jj/config", ".hg/hgrc", "lib/x.pth", ".zshrc.local", ".Rprofile",
        ".irbrc", ".lvimrc", ".helix/config.toml",
    ],
)  # fmt: skip
def test_what_programs_obey_is_protected(root: Path, name: str) -> None:
    judge = Judge(Rulebook(rules_of({"edit": "allow"})), str(root), own=())
    assert judge.path("edit", root / name).verdict == "ask"


def test_ordinary_names_are_not_protected() -> None:
    assert not any(map(is_obeyed, ("rules", "cargo.toml", "local", "a.path", "package.json")))


@pytest.mark.parametrize("name", ["a/.kube/config", "a/.docker/config.json", ".aws/credentials"])
def test_credentials_of_known_programs_are_secret_anywhere(root: Path, name: str) -> None:
    assert verdict(root, f"cat {name}") == "ask"


@pytest.mark.parametrize("reader", READERS)
def test_a_secret_as_any_operand_of_any_read_only_command_asks(root: Path, reader: str) -> None:
    for words in (".env", "x .env", "x -- .env", "-- x .env", "x ./src/../.env", "x credentials.json"):
        if words == ".env" and _takes_a_pattern_first(reader):
            continue
        assert verdict(root, f"{reader} {words}", f"{reader} *") == "ask", words


FLAGS = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=4)
SECRETS = st.sampled_from([".env", "src/../.env", "/etc/passwd", "credentials.json", ".ssh/config", "~/.netrc", "../x"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(READERS), FLAGS, SECRETS)
def test_a_secret_behind_any_row_of_short_options_asks(root: Path, reader: str, flags: str, secret: str) -> None:
    row = PATHS.get(reader, Row("reads"))
    swallowing = row.values + "eSGLmABC" if reader.startswith("git ") else row.values
    if not set(flags) & set(swallowing):
        assert verdict(root, f"{reader} -{flags} x {secret}", f"{reader} *") == "ask"
        assert verdict(root, f"{reader} -{flags}{secret}", f"{reader} *") == "ask"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["grep", "egrep", "fgrep", "rg", "git grep"]), st.text("inHhlcovwxsqaIL", max_size=4), SECRETS)
def test_a_pattern_that_an_option_gives_leaves_every_operand_a_file(
    root: Path, grep: str, flags: str, secret: str
) -> None:
    for given_so in (f"-{flags}e KEY", f"-{flags}eKEY", f"-{flags}f p", f"-{flags}fp"):
        assert verdict(root, f"{grep} {given_so} {secret}", f"{grep} *") == "ask"


LONG = st.from_regex(r"[a-z][a-z0-9]{0,7}(-[a-z0-9]{1,7}){0,2}", fullmatch=True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(READERS), LONG, SECRETS)
def test_a_secret_glued_to_any_long_option_asks(root: Path, reader: str, option: str, secret: str) -> None:
    known = {*NO_PATHS, *PATHS.get(reader, Row("reads")).long_values.split()}
    if f"--{option}" not in known:
        assert verdict(root, f"{reader} --{option}={secret}", f"{reader} *") == "ask"


@pytest.mark.parametrize("reader", sorted(set(READ_ONLY) - NO_FILES - {"diff", "rg"}))
def test_what_is_no_path_is_not_asked_about(root: Path, reader: str) -> None:
    for words in ("-la README.md", "-n5 README.md", "--color=never README.md"):
        assert verdict(root, f"{reader} {words}", f"{reader} *") == "allow", words


def _takes_a_pattern_first(reader: str) -> bool:
    return reader == "git grep" or PATHS.get(reader, Row("reads")).skip > 0
