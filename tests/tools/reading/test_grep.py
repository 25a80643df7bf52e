"""`grep`: which lines are found, how they are shown, and what is never searched."""

import os
from pathlib import Path

import pytest

from sessiond.tools.base import Ask, ToolScope
from sessiond.tools.failure import ToolFailed
from sessiond.tools.reading.grep import SECRETS_NOTE, Grep, GrepArguments
from support.tools.open_editor import OpenEditor
from support.tools.scope import run_tool, tool_scope


def write(directory: Path, files: dict[str, str | bytes]) -> None:
    """Files, each a second newer than the one before."""
    for age, (name, content) in enumerate(files.items()):
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(file, (1_700_000_000 + age,) * 2)


async def found(scope: ToolScope | Path, pattern: str, **arguments: str) -> str:
    """What is told, without the note that every search of a directory ends with."""
    scope = tool_scope(scope) if isinstance(scope, Path) else scope
    return (await run_tool(Grep(), scope, pattern=pattern, **arguments)).output.removesuffix("\n" + SECRETS_NOTE)


async def test_matches_are_grouped_by_file_with_the_newest_first(tmp_path: Path) -> None:
    write(tmp_path, {"old.py": "one\ntwo one\n", "src/new.py": "x\r\none\r\n", "other": "two"})
    result = await run_tool(Grep(), tool_scope(tmp_path), pattern="one$")
    assert result.output == f"src/new.py\n     2: one\nold.py\n     1: one\n     2: two one\n{SECRETS_NOTE}"
    assert (result.title, result.metadata) == ('Search "one$" in .', {"matches": 3, "matchedFiles": 2})


async def test_a_file_is_searched_by_its_name_even_when_ignored(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "ignored", "ignored": "word\n", "kept": "word\n"})
    assert await found(tmp_path, "word") == "kept\n     1: word"
    assert await found(tmp_path, "word", path="ignored") == "ignored\n     1: word"
    assert await found(tmp_path, "word", path="ignored", include="*.py") == "ignored\n     1: word"


@pytest.mark.parametrize(
    ("include", "files"),
    [
        ("*.ts", ["a.ts", "src/b.ts"]),
        ("*.{ts,tsx}", ["a.ts", "src/b.ts", "src/c.tsx"]),
        ("*.ts,*.tsx", ["a.ts", "src/b.ts", "src/c.tsx"]),
        ("src/**", ["src/b.ts", "src/c.tsx"]),
        ("src/*.ts", ["src/b.ts"]),
        ("**/*.log", []),
        ("--pre=cat", []),
    ],
)
async def test_include_narrows_and_never_widens(tmp_path: Path, include: str, files: list[str]) -> None:
    write(
        tmp_path,
        {".gitignore": "*.log", "a.ts": "word", "src/b.ts": "word", "src/c.tsx": "word", "x.log": "word", "y": "word"},
    )
    shown = await found(tmp_path, "word", include=include)
    assert sorted(line for line in shown.splitlines() if not line.startswith((" ", "("))) == files


@pytest.mark.parametrize("pattern", ["-foo", "--pre=touch hacked", "--files", "-e", "--", "--no-ignore"])
async def test_a_pattern_is_never_an_option(tmp_path: Path, pattern: str) -> None:
    write(tmp_path, {"a.txt": f"x {pattern} y\n", "b.txt": "other\n"})
    assert await found(tmp_path, pattern) == f"a.txt\n     1: x {pattern} y"
    assert sorted(os.listdir(tmp_path)) == ["a.txt", "b.txt"]


async def test_a_user_s_configuration_of_ripgrep_does_not_count(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": "Word\n", "config": "--ignore-case\n--glob=!a.txt\n"})
    scope = tool_scope(tmp_path, environment={**os.environ, "RIPGREP_CONFIG_PATH": str(tmp_path / "config")})
    assert await found(scope, "Word") == "a.txt\n     1: Word"
    assert await found(scope, "word") == "(no line in . matches word)"


async def test_look_around_works_and_a_bad_expression_is_told(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": "foobar\nfoobaz\n"})
    assert await found(tmp_path, "foo(?!bar)") == "a.txt\n     2: foobaz"
    with pytest.raises(ToolFailed, match=r"the pattern is a regular expression\.\n(.|\n)*unclosed group"):
        await found(tmp_path, "foo(")


async def test_binary_files_are_left_out_wherever_the_first_nul_stands(tmp_path: Path) -> None:
    late, later = b"word line\n" * 20_000 + b"\0", b"word\n" * 900 + b"x" * 90_000 + b"\n\0"
    write(tmp_path, {"early": b"word\0\nword\n", "late": late, "later": later, "text": "word\n"})
    assert await found(tmp_path, "word", include="early,later,text") == "text\n     1: word"
    assert "early" not in await found(tmp_path, "word")


async def test_text_in_odd_encodings_is_shown_with_replacement_characters(tmp_path: Path) -> None:
    write(tmp_path, {"latin": b"word \xfc\n", "wide": "word ü\n".encode("utf-16")})
    assert await found(tmp_path, "word") == "wide\n     1: word ü\nlatin\n     1: word \ufffd"


async def test_odd_names_are_told_apart(tmp_path: Path) -> None:
    try:
        write(tmp_path, {os.fsdecode(b"a\xff:1:2"): "word\n", "two\nlines": "word\nword\n", "-x": "word\n"})
    except OSError:
        pytest.skip("this file system takes no such names")
    assert await found(tmp_path, "word") == (
        "-x\n     1: word\ntwo\nlines\n     1: word\n     2: word\na\ufffd:1:2\n     1: word"
    )
    assert await found(tmp_path, "word", path="-x") == "-x\n     1: word"


async def test_a_long_line_is_cut_and_says_where_the_match_is(tmp_path: Path) -> None:
    write(tmp_path, {"a": "y" * 1_000_000 + "word" + "z" * 5_000_000 + "\n", "b": "word" + "z" * 1000 + "\n"})
    assert await found(tmp_path, "word") == (
        f"b\n     1: word{'z' * 296} (… line cut)\na\n     1: {'y' * 300} (… line cut, match at column 1000001)"
    )


async def test_many_matches_are_counted_and_the_newest_files_are_kept(tmp_path: Path) -> None:
    write(tmp_path, {f"{number:04}": "word\n" * 40 for number in range(200)})
    result = await run_tool(Grep(), tool_scope(tmp_path), pattern="word")
    lines = result.output.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == [
        "0199", "0198", "0197", "0196",
        "(196 more files with matches, older, are left out; narrow the pattern or the path)", SECRETS_NOTE,
    ]  # fmt: skip
    assert sum(line.endswith(": word") for line in lines) == 100
    assert "        (10 more in this file)" in lines
    assert result.metadata == {"matches": 8000, "matchedFiles": 200}


async def test_very_many_matches_in_one_file_are_not_all_counted(tmp_path: Path) -> None:
    write(tmp_path, {"a": "word\n" * 5000})
    assert (await found(tmp_path, "word")).endswith("        (at least 970 more in this file)")


async def test_files_that_need_leave_are_left_out_without_a_word_of_whether_they_match(tmp_path: Path) -> None:
    write(tmp_path, {".env": "KEY=secret\n", "a.txt": "KEY=public\n"})
    scope = tool_scope(tmp_path, may_read=lambda path: path.name != ".env")
    matching = await run_tool(Grep(), scope, pattern="KEY")
    assert matching.output == f"a.txt\n     1: KEY=public\n{SECRETS_NOTE}"
    assert matching.metadata == {"matches": 1, "matchedFiles": 1}
    right, wrong = [await run_tool(Grep(), scope, pattern=guess) for guess in ("KEY=secre.", "KEY=wrong.")]
    assert right.output.replace("secre", "wrong") == wrong.output
    assert right.metadata == wrong.metadata
    assert await found(scope, "KEY", path=".env") == ".env\n     1: KEY=secret"


async def test_links_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"project/a.txt": "word", "outside/b.txt": "word"})
    (tmp_path / "project/out").symlink_to(tmp_path / "outside")
    (tmp_path / "project/b.txt").symlink_to(tmp_path / "outside/b.txt")
    assert await found(tmp_path / "project", "word") == "a.txt\n     1: word"


async def test_unsaved_text_is_what_is_searched(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": "old word\n", "b.txt": "word\n", "sub/c.txt": "word\n", "x.py": "word\n"})
    editor = OpenEditor(
        {
            tmp_path / "a.txt": "first\nnew word",
            tmp_path / "b.txt": "word\n",
            tmp_path / "sub/c.txt": "gone\n",
            tmp_path / "new.txt": "word of a new file\n",
            tmp_path / "x.py": "word in Python",
            tmp_path.parent / "elsewhere.txt": "word",
        }
    )
    scope = tool_scope(tmp_path, editor=editor)
    assert await found(scope, "word", include="*.txt") == (
        "a.txt\n     2: new word\nnew.txt\n     1: word of a new file\nb.txt\n     1: word"
    )
    assert await found(scope, "word", path="a.txt") == "a.txt\n     2: new word"
    assert await found(scope, "old", path="a.txt") == "(no line in a.txt matches old)"
    assert await found(scope, "word", path="sub") == "(no line in sub matches word)"
    with pytest.raises(ToolFailed, match="unclosed group"):
        await found(scope, "(", path="a.txt")


async def test_ignored_files_and_secrets_stay_out_of_a_search_when_they_are_open(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "build/", "build/a.txt": "x", ".env": "x", "b.txt": "x"})
    texts = {tmp_path / name: "word\n" for name in ("build/a.txt", ".env", "b.txt", ".git/config")}
    scope = tool_scope(tmp_path, editor=OpenEditor(texts), may_read=lambda path: path.name != ".env")
    assert await found(scope, "word") == "b.txt\n     1: word"


def test_leave_is_asked_for_the_resolved_place(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc")
    asks = Grep().asks(GrepArguments(pattern="x", path="link", include="*.conf"), str(tmp_path), str(tmp_path))
    assert asks == [Ask(permission="read", title='Search "x" in /etc among *.conf', path=Path("/etc"))]


async def test_a_place_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ToolFailed, match="There is no nowhere"):
        await found(tmp_path, "x", path="nowhere")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ToolFailed, match="pipe is neither a file nor a directory"):
        await found(tmp_path, "x", path="pipe")
