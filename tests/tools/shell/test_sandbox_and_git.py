"""Git in the sandbox: commits work, and nothing can be left behind for git to run."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from sessiond.tools.shell.bash import Bash
from support.tools.confined import code
from support.tools.scope import run_tool, tool_scope

Confining = Callable[..., Bash]


@pytest.fixture
def repository(project: Path) -> Path:
    git(project, "init", "-q")
    git(project, "commit", "-q", "--allow-empty", "-m", "first")
    return project


def git(directory: Path, *words: str) -> None:
    own = ["-c", "user.name=Me", "-c", "user.email=me@example.com"]
    subprocess.run(["git", *own, *words], cwd=directory, check=True, capture_output=True)


async def test_git_works_but_nothing_can_be_left_for_it_to_run(confining: Confining, repository: Path) -> None:
    bash = confining()
    config = (repository / ".git/config").read_text()

    commit = "git -c user.name=Me -c user.email=me@example.com commit -q --allow-empty -m second"
    assert await code(bash, repository, f"echo text > a && git add a && {commit} && git gc -q") == 0
    for attempt in (
        "git config core.pager evil",
        "echo x >> .git/config",
        "rm .git/config",
        "mv .git old && mkdir .git",
        "rm -rf .git/hooks",
        "echo x > .git/hooks/post-commit",
        "ln -sf /tmp/evil .git/hooks",
        "mv .git/hooks .git/old",
    ):
        await code(bash, repository, attempt)
    assert (repository / ".git/config").read_text() == config
    assert not (repository / ".git/hooks/post-commit").exists()
    assert not (repository / ".git/hooks/evil").exists()
    git(repository, "fsck")


async def test_what_would_lead_git_to_another_config_is_removed_again(confining: Confining, repository: Path) -> None:
    bash = confining()
    command = "mkdir -p evil && cp .git/config evil/ && echo ../evil > .git/commondir"

    result = await run_tool(bash, tool_scope(repository), command=command)

    assert "(Removed again, since git would run what it names: " in result.output
    assert not (repository / ".git/commondir").exists()


async def test_a_worktree_can_commit_to_its_repository_elsewhere(
    confining: Confining, repository: Path, tmp_path: Path
) -> None:
    bash = confining()
    tree = tmp_path / "tree"
    git(repository, "worktree", "add", "-q", str(tree))
    commit = "git -c user.name=Me -c user.email=me@example.com commit -q --allow-empty -m second"

    assert await code(bash, tree, commit) == 0
    assert await code(bash, tree, f"echo x > {repository}/.git/hooks/pre-commit") != 0
    assert await code(bash, tree, f"git -C {repository} config a.b c; echo x > .git") != 0
    await code(bash, tree, f"echo x > {repository}/new")
    assert not (repository / "new").exists()


async def test_a_git_file_that_only_claims_a_repository_opens_nothing(
    confining: Confining, project: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (project / ".git").write_text(f"gitdir: {elsewhere}\n")

    await code(confining(), project, f"echo x > {elsewhere}/new")
    assert not list(elsewhere.iterdir())
