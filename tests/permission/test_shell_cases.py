"""What other projects expect of shell lines: nothing that asks there is allowed here."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from sessiond.permission.shell.analyse import analyse
from sessiond.permission.shell.line import ShellLine

CASES = Path(__file__).parent.parent / "cases"
ROWS: list[dict[str, Any]] = [
    json.loads(line)
    for file in sorted(CASES.glob("perm_*.jsonl"))
    for line in file.read_text("utf-8").split("\n")
    if line
]


def rows(*kinds: str) -> Any:
    """Rows of some kinds, of POSIX shells, as parameters."""
    chosen = [row for row in ROWS if row["kind"] in kinds and row.get("shell") != "pwsh"]
    return pytest.mark.parametrize("row", chosen, ids=lambda row: row["id"])


def line_of(row: dict[str, Any]) -> ShellLine:
    return analyse(row["command"] if "command" in row else shlex.join(row["argv"]))


def allowed(line: ShellLine) -> bool:
    """Without any rule: nothing doubtful, nothing written, and all of it only reads."""
    return bool(line.commands) and not line.doubts and all(c.read_only and not c.writes for c in line.commands)


@rows("readonly_auto_allow", "dangerous_even_in_full_access")
def test_only_what_is_known_to_read_is_allowed_without_a_rule(row: dict[str, Any]):
    assert allowed(line_of(row)) == (row["expect"]["decision"] == "allow")


@rows("dangerous_even_in_full_access")
def test_what_destroys_everything_asks_whatever_the_rules(row: dict[str, Any]):
    assert line_of(row).doubts


@rows("plain_command_sequence")
def test_lists_of_plain_words_are_read_as_they_are_and_nothing_else_is_allowed(row: dict[str, Any]):
    line = line_of(row)
    if row["expect"]["plain"]:
        assert [list(command.words) for command in line.commands] == row["expect"]["argvs"]
        assert not line.doubts
    else:
        assert not allowed(line)


@rows("subcommands")
def test_all_commands_of_a_line_are_found(row: dict[str, Any]):
    line = line_of(row)
    if row["expect"].get("parse_error"):
        assert line.doubts
        return
    expected = [words_of(text) for text in row["expect"]["subcommands"]]
    found = [command.words[0] for command in line.commands if command.words]
    assert found == [words[0] for words in expected]
    plain = {tuple(words) for words in expected if not set("$`<=") & set("".join(words))}
    assert plain <= {command.words for command in line.commands}


def words_of(text: str) -> list[str]:
    """Without assignments; enough for lines as simple as those of the cases."""
    words = shlex.split(text.replace("<(", "< ("))
    return [word for index, word in enumerate(words) if index or "=" not in word] or words


@rows("command_roots")
def test_the_name_of_every_command_is_found(row: dict[str, Any]):
    line = line_of(row)
    if row["expect"]["roots"]:
        assert [command.words[0] for command in line.commands] == row["expect"]["roots"]
    else:
        assert line.doubts


@rows("has_redirection")
def test_a_redirection_of_a_file_is_seen(row: dict[str, Any]):
    """Here-documents and copies of descriptors touch no file."""
    commands = line_of(row).commands
    paths = {path for command in commands for path in (*command.reads, *command.writes)}
    files = {"world", "input", "error.log"}
    assert paths & files == {name for name in files if name in row["command"].split()}


@rows("single_command_prefix_for_heredoc")
def test_a_here_document_belongs_to_one_command(row: dict[str, Any]):
    line = line_of(row)
    prefix = row["expect"]["prefix"]
    if prefix:
        assert [list(command.words) for command in line.commands] == [prefix]
    assert not allowed(line)


@rows("dangerous_substitution")
def test_what_hides_a_command_is_doubtful(row: dict[str, Any]):
    line = line_of(row)
    assert bool(line.doubts) == row["expect"]["dangerous"]


@rows("always_rule_suggestion")
def test_an_always_answer_saves_no_more_than_it_says(row: dict[str, Any]):
    offers = list(dict.fromkeys(command.offer for command in line_of(row).commands if command.offer))
    if "suggest_prefixes" in row["expect"]:
        prefixes = row["expect"]["suggest_prefixes"]
        inner = [offer for offer in offers if offer.removesuffix(" *") not in prefixes]
        assert [offer.removesuffix(" *") for offer in offers if offer not in inner] == prefixes
    else:
        assert not offers


@rows("file_write_boundary")
def test_every_file_that_is_written_is_seen(row: dict[str, Any]):
    """Where the file is decides the judge; what is to ask must have a file for it, or a doubt."""
    if row["expect"]["decision"] == "ask":
        assert not allowed(line_of(row))
