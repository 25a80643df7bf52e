"""What `edit` overlooks because only one thing can be meant, and what it refuses because it is not certain."""

from pathlib import Path

import pytest

from sessiond.tools.base import ToolResult, ToolScope
from sessiond.tools.editing.edit import Edit
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.files import Files
from support.tools.scope import run_tool, tool_scope

FUNCTION = "class A:\n    def f(self):\n        if self.x:\n            return 1\n        return 2\n"


@pytest.fixture
def scope(tmp_path: Path) -> ToolScope:
    return tool_scope(tmp_path.resolve(), files=Files(must_have_read=False))


async def edit(scope: ToolScope, old: str, new: str) -> ToolResult:
    return await run_tool(Edit(), scope, filePath="f", oldString=old, newString=new)


async def refusal(scope: ToolScope, text: str, old: str, new: str) -> str:
    """What is said; the file has not changed."""
    file = Path(scope.cwd) / "f"
    file.write_text(text)
    with pytest.raises(ToolFailed) as refused:
        await edit(scope, old, new)
    assert file.read_text() == text
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "old", "new", "after"),
    [
        ("    2\tx\n", "    2\tx", "y", "y\n"),
        ("a\nb\nc\n", "     2\tb\n     3\tc\n", "     2\tB\n     3\tC\n", "a\nB\nC\n"),
        ("a\nb\n", "2 | b", "B", "a\nB\n"),
        ("a  \nb\n", "a\nb", "A\nb", "A\nb\n"),
        (
            FUNCTION,
            "if self.x:\n    return 1",
            "if self.y:\n    return 3",
            FUNCTION.replace("x", "y").replace("1", "3"),
        ),
        ("x  =   1\n", "x = 1", "x = 2", "x = 2\n"),
        ('say("hi")\n', 'say(\\"hi\\")', 'say(\\"ho\\")', 'say("ho")\n'),
        ("a “test” of one\n", 'a "test" of one', 'a "test" of two', "a “test” of two\n"),
    ],
    ids=["that is the text", "numbers", "one number", "line ends", "indented", "blanks", "escapes", "typography"],
)
async def test_what_a_model_gets_wrong_without_doubt_is_overlooked(
    scope: ToolScope, text: str, old: str, new: str, after: str
) -> None:
    file = Path(scope.cwd) / "f"
    file.write_text(text)

    told = (await edit(scope, old, new)).output

    assert file.read_text() == after
    assert ("oldString did not match exactly" in told) == (old not in text)


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (
            "def f():\n    a\n    b\n    c\n    return 1\n",
            "def f():\n    # ...\n    return 1",
            "def f():\n    return 2",
        ),
        ("say('a  b')\n", "say('a b')", "say('c')"),
        ("a = 10\nb\nc\nd\n", "a = 11\nb\nc\nd", "a = 12\nb\nc\nd"),
        ("\tx\n", "    x", "    y"),
        ("x  = 1\nx =  1\n", "x = 1", "x = 2"),
        ("a\nb\n", "     7\tb", "     7\tc"),
        ("a\nb\nc\n", "     7\ta\n     8\tb", "     7\tA\n     8\tb"),
        ("x ==  1\n", "= 1", "= 2"),
        ("x =  --y\n", "x = -", "x = +"),
        ("x +=  y++\n", "= y+", "= y-"),
        ("total  = 1\n", "al = 1", "al = 2"),
        ('"""\nselect  *  from t\n"""\n', "select * from t", "select 1"),
        ("q = `\nselect  *  from t\n`\n", "select * from t\n`", "select 1\n`"),
        ('echo "\na  b\nc"\n', 'a b\nc"', 'd"'),
        ("x = '''\na  b\n'''\n", "a b", "c"),
    ],
    ids=[
        "left out middle",
        "blanks in quotes",
        "another figure",
        "tab or spaces",
        "two places",
        "another line's number",
        "other lines' numbers",
        "an operator's end",
        "half of an operator",
        "an operator's end on both sides",
        "a word's end",
        "blanks in triple quotes",
        "blanks in a template",
        "blanks in quotes over lines",
        "blanks in triple apostrophes",
    ],
)
async def test_what_is_not_certain_is_refused(scope: ToolScope, text: str, old: str, new: str) -> None:
    assert "oldString does not stand in the file" in await refusal(scope, text, old, new)


BLOCK = "start(now)\n    check({})\n    finish(now)\n    return left\n"


@pytest.mark.parametrize(
    ("there", "named"),
    [
        ('response.data["right_margin_width"]', 'response.data["left_margin_width"]'),
        ("amount == limit_of_account", "amount != limit_of_account"),
        ("not self.user_is_administrator", "self.user_is_administrator"),
        ("!user.is_administrator()", "user.is_administrator()"),
        ("first_of(everything, here)", "first_of(everything, there)"),
    ],
)
async def test_a_block_that_differs_in_one_line_is_shown_and_not_changed(
    scope: ToolScope, there: str, named: str
) -> None:
    told = await refusal(scope, BLOCK.format(there), BLOCK.format(named), "pass\n")

    assert f"The nearest lines are:\n     1\tstart(now)\n     2\t    check({there})\n" in told
