"""`glob`: which files a pattern finds, in which order, and what is left out."""

import os
from pathlib import Path

import pytest

from sessiond.tools.base import Ask
from sessiond.tools.failure import ToolFailed
from sessiond.tools.reading.glob import MAX_FILES, Glob, GlobArguments
from support.tools.scope import run_tool, tool_scope


def make(directory: Path, *names: str) -> None:
    """Files, each a second newer than the one before."""
    for age, name in enumerate(names):
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("text")
        os.utime(file, (1_700_000_000 + age,) * 2)


async def found(directory: Path, pattern: str, path: str | None = None) -> list[str]:
    return (await run_tool(Glob(), tool_scope(directory), pattern=pattern, path=path)).output.splitlines()


async def test_the_newest_files_come_first(tmp_path: Path) -> None:
    make(tmp_path, "old.py", "src/new.py", "other.txt", "src/newest.py")
    result = await run_tool(Glob(), tool_scope(tmp_path), pattern="*.py")
    assert result.output == "src/newest.py\nsrc/new.py\nold.py"
    assert (result.title, result.metadata) == ("Find *.py in .", {"count": 3, "leftOut": 0})


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("*.ts", ["a.ts", "src/b.ts", "src/deep/c.ts"]),
        ("**/*.ts", ["a.ts", "src/b.ts", "src/deep/c.ts"]),
        ("/*.ts", ["a.ts"]),
        ("./*.ts", ["a.ts"]),
        ("src/*.ts", ["src/b.ts"]),
        ("src/**", ["src/b.ts", "src/b.tsx", "src/deep/c.ts"]),
        ("src/", ["src/b.ts", "src/b.tsx", "src/deep/c.ts"]),
        ("src/**/*.{ts,tsx}", ["src/b.ts", "src/b.tsx", "src/deep/c.ts"]),
        ("{a,src/b}.ts", ["a.ts", "src/b.ts"]),
        ("[ab].ts", ["a.ts", "src/b.ts"]),
        ("[!a].ts", ["src/b.ts", "src/deep/c.ts"]),
        ("?.tsx", ["src/b.tsx"]),
        (".github/**/*.yml", [".github/workflows/ci.yml"]),
        ("*.yml", [".github/workflows/ci.yml"]),
        ("app/[[]id]/page.x", ["app/[id]/page.x"]),
        ("app/\\[id\\]/page.x", ["app/[id]/page.x"]),
        ("nothing", ["(no file in . fits nothing)"]),
    ],
)
async def test_a_pattern_finds_what_it_says(tmp_path: Path, pattern: str, names: list[str]) -> None:
    make(
        tmp_path, "a.ts", "src/b.ts", "src/b.tsx", "src/deep/c.ts", ".github/workflows/ci.yml", "app/[id]/page.x",
        ".git/hooks/x.ts", ".git/x.yml",
    )  # fmt: skip
    assert sorted(await found(tmp_path, pattern)) == names


async def test_ignore_files_count_in_a_repository_or_not(tmp_path: Path) -> None:
    make(tmp_path, "a.log", "keep.log", "node_modules/x/a.log", "src/a.log", "src/b.log", "src/b.txt")
    (tmp_path / ".gitignore").write_text("a.log\nnode_modules/\n!keep.log\n")
    (tmp_path / "src/.gitignore").write_text("b.log\n")
    assert await found(tmp_path, "*.log") == ["keep.log"]
    assert await found(tmp_path, "**/*.log", "src") == ["(no file in src fits **/*.log)"]
    assert await found(tmp_path, "node_modules/**") == ["(no file in . fits node_modules/**)"]


async def test_more_than_the_limit_is_counted_and_the_newest_are_kept(tmp_path: Path) -> None:
    make(tmp_path, *(f"{number:05}.txt" for number in range(10_000)))
    lines = await found(tmp_path, "*.txt")
    assert lines[:2] == ["09999.txt", "09998.txt"]
    assert lines[MAX_FILES:] == ["(9900 more, older, are left out; narrow the pattern)"]


async def test_links_are_not_followed(tmp_path: Path) -> None:
    make(tmp_path, "project/a.txt", "outside/secret.txt")
    (tmp_path / "project/out").symlink_to(tmp_path / "outside")
    (tmp_path / "project/b.txt").symlink_to(tmp_path / "outside/secret.txt")
    (tmp_path / "project/round").symlink_to(tmp_path / "project")
    assert await found(tmp_path / "project", "*.txt") == ["a.txt"]


async def test_names_that_are_no_utf_8_or_look_like_options_are_found(tmp_path: Path) -> None:
    try:
        make(tmp_path, os.fsdecode(b"od\xffd.txt"), "-x.txt", "--files", "a b.txt")
    except OSError:
        pytest.skip("this file system takes no such names")
    assert await found(tmp_path, "*.txt") == ["a b.txt", "-x.txt", "od\ufffdd.txt"]
    assert await found(tmp_path, "--files") == ["--files"]
    assert await found(tmp_path, "--pre=touch x") == ["(no file in . fits --pre=touch x)"]


def test_leave_is_asked_for_where_the_search_begins(tmp_path: Path) -> None:
    def asked(**arguments: str) -> list[Ask]:
        return Glob().asks(GlobArguments.model_validate(arguments), str(tmp_path), str(tmp_path))

    assert asked(pattern="*.py") == [Ask(permission="read", title="Find *.py in .", path=tmp_path)]
    assert [ask.path for ask in asked(pattern="*.py", path="src")] == [tmp_path / "src"]
    assert [ask.path for ask in asked(pattern="../*.py", path="src")] == [tmp_path]
    assert [ask.path for ask in asked(pattern="/etc/**/*.conf")] == [Path("/etc")]
    assert [ask.path for ask in asked(pattern="~/x*")] == [Path.home()]
    assert [ask.path for ask in asked(pattern=f"{tmp_path}/src/*.py")] == [tmp_path / "src"]


async def test_an_absolute_pattern_is_searched_from_its_folder(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "src/b.py", "src/deep/c.py")
    assert await found(tmp_path, f"{tmp_path}/src/*.py") == ["src/b.py"]
    assert await found(tmp_path / "src", "../*.py") == [f"{tmp_path}/a.py"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"pattern": "*", "path": "nowhere"}, "There is no nowhere"),
        ({"pattern": "*", "path": "a.py"}, "a.py is a file, not a directory"),
        ({"pattern": "*", "path": "a\0"}, "is not a path"),
        ({"pattern": "{a,b}" * 20}, "more than 200 alternatives"),
    ],
)
async def test_what_cannot_be_searched_says_why(tmp_path: Path, arguments: dict[str, str], words: str) -> None:
    make(tmp_path, "a.py")
    with pytest.raises(ToolFailed, match=words):
        await run_tool(Glob(), tool_scope(tmp_path), **arguments)
