"""Which instructions files count, in which order, and how much of them."""

import os
from pathlib import Path

import pytest

from sessiond.engine.prompt.instructions import MAX_BYTES, Instructions, instructions


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "project" / "app" / "web").mkdir(parents=True)
    return tmp_path / "project"


def read(project: Path, below: str = "") -> list[Instructions]:
    return instructions(str(project / below), str(project), project.parent / "config")


def test_the_users_file_comes_first_and_the_nearest_to_the_working_directory_last(project: Path) -> None:
    own = project.parent / "config"
    own.mkdir()
    (own / "AGENTS.md").write_text("mine")
    (project / "AGENTS.md").write_text("all")
    (project / "app" / "CLAUDE.md").write_text("app")

    assert read(project, "app/web") == [
        Instructions("the user's AGENTS.md", "mine"),
        Instructions("the project's AGENTS.md", "all"),
        Instructions("the project's app/CLAUDE.md", "app"),
    ]


def test_in_each_directory_the_first_name_counts(project: Path) -> None:
    for name in ("AGENTS.md", "CLAUDE.md", "CONTEXT.md"):
        (project / name).write_text(name)

    assert read(project) == [Instructions("the project's AGENTS.md", "AGENTS.md")]


def test_what_lies_below_the_working_directory_or_beside_the_project_does_not_count(project: Path) -> None:
    (project.parent / "AGENTS.md").write_text("beside")
    (project / "app" / "AGENTS.md").write_text("below")

    assert read(project) == []


def test_a_link_that_leads_out_of_the_project_is_not_followed(project: Path) -> None:
    (project.parent / "key").write_text("secret")
    (project / "AGENTS.md").symlink_to(project.parent / "key")
    (project / "app" / "notes.md").write_text("inside")
    (project / "app" / "AGENTS.md").symlink_to("notes.md")

    assert read(project, "app") == [Instructions("the project's app/AGENTS.md", "inside")]


def test_a_pipe_or_a_directory_of_that_name_holds_nobody_up(project: Path) -> None:
    os.mkfifo(project / "AGENTS.md")
    (project / "app" / "AGENTS.md").mkdir()
    (project / "app" / "CLAUDE.md").write_text("app")

    assert read(project, "app") == [Instructions("the project's app/CLAUDE.md", "app")]


def test_a_long_file_is_cut_and_says_so(project: Path) -> None:
    (project / "AGENTS.md").write_bytes(b"a" * MAX_BYTES + b"bcd")

    [cut] = read(project)

    assert cut.text == "a" * MAX_BYTES + f"\n(cut here: the file is longer than {MAX_BYTES} bytes)"


def test_of_very_much_the_nearest_stays(project: Path) -> None:
    for below in ("", "app", "app/web"):
        (project / below / "AGENTS.md").write_text("a" * (MAX_BYTES - 100))

    assert [each.origin for each in read(project, "app/web")] == [
        "the project's app/AGENTS.md",
        "the project's app/web/AGENTS.md",
    ]


def test_bytes_that_are_no_text_cost_themselves_only(project: Path) -> None:
    (project / "AGENTS.md").write_bytes(b"caf\xe9 \xff")

    assert read(project) == [Instructions("the project's AGENTS.md", "caf\ufffd \ufffd")]
