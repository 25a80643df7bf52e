"""Where hunks go: in the one way in which all fit, and nowhere when there are two."""

import pytest

from sessiond.tools.editing.envelope.apply import apply
from sessiond.tools.editing.envelope.parse import parse
from sessiond.tools.editing.envelope.sections import UpdateFile
from sessiond.tools.failure import ToolFailed

CLASSES = """class A(Base):
    def run(self):
        pass

class B(Base):
    def run(self):
        pass
"""


def patched(text: str, hunks: str) -> str:
    section = parse(f"*** Begin Patch\n*** Update File: f\n{hunks}\n*** End Patch")[0]
    assert isinstance(section, UpdateFile)
    return apply(text, section.hunks).text


def refusal(text: str, hunks: str) -> str:
    with pytest.raises(ToolFailed) as refused:
        patched(text, hunks)
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "hunks", "result"),
    [
        ("x\ny\nx\n", "@@\n-x\n+1\n@@\n-x\n+2", "1\ny\n2\n"),
        ("x\nm\nx\n", "@@\n-m\n+M\n@@\n-x\n+X", "x\nM\nX\n"),
        ("x\nm\nx\n", "@@\n-x\n+X\n@@\n-m\n+M", "X\nM\nx\n"),
        ("a\nb\nc\n", "@@\n-c\n+C\n@@\n-a\n+A", "A\nb\nC\n"),
        ("a\nb\nc\n", "@@\n-a\n+A\n b\n@@\n b\n-c\n+C", "A\nb\nC\n"),
        ("a\n", "@@\n+b\n@@\n-a\n+A", "A\nb\n"),
        ("", "@@\n+a", "a\n"),
        ("a", "@@\n+b", "a\nb"),
        ("a\nb", "@@\n a\n-b", "a"),
        ("a\n", "@@\n-a", ""),
        ("x\nend\nx\n", "@@\n-x\n+X\n*** End of File", "x\nend\nX\n"),
        ("x  \ny\n", "@@\n x\n-y\n+z", "x  \nz\n"),
        ("say “hi”\ny\n", '@@\n say "hi"\n-y\n+"z"', 'say “hi”\n"z"\n'),
        ("a\u2028b\nc\n", "@@\n-c\n+d", "a\u2028b\nd\n"),
        (CLASSES, "@@ class B\n@@ def run(self):\n-        pass\n+        return", CLASSES[:-5] + "return\n"),
        (CLASSES, "@@ class B(Base):\n+    x = 1", CLASSES.replace("B(Base):\n", "B(Base):\n    x = 1\n")),
        (CLASSES, "@@ class B\n class B(Base):\n+    x = 1", CLASSES.replace("B(Base):\n", "B(Base):\n    x = 1\n")),
    ],
    ids=[
        "one after the other", "below the one before", "above the one behind", "out of order", "context shown twice",
        "new lines only go to the end", "empty file", "no end of line", "last line without end", "all lines",
        "end of file", "blanks at the end", "typographic quotes", "separators of Unicode", "headers", "below a header",
        "header shown again",
    ],
)  # fmt: skip
def test_hunks_that_fit_in_one_way_are_applied(text: str, hunks: str, result: str) -> None:
    assert patched(text, hunks) == result


@pytest.mark.parametrize(
    ("text", "hunks", "says"),
    [
        ("x\ny\nx\n", "@@\n-x\n+X", "fits at several places: lines 1, 3 of the file"),
        ("x\nx\nx\n", "@@\n-x\n+1\n@@\n-x\n+2", "fits at several places: lines 1, 2 of the file"),
        (CLASSES, "@@ def run(self):\n-        pass\n+        return", "fits at several places: lines 3, 7"),
        ("a\nb\n", "@@ c\n-b\n+B", "looks below `@@ c`, but there is no such line"),
        ("b\na\n", "@@ a\n-b\n+B", "below `@@ a`, which do not stand there"),
        ("a\nb\n", "@@\n-b\n+B\n@@\n-b\n+C", "lines 3 and 6 of the patch change the same lines"),
        ("", "@@\n-b\n+B", "Nothing like it is there"),
    ],
)
def test_hunks_that_fit_nowhere_or_in_several_ways_are_refused(text: str, hunks: str, says: str) -> None:
    assert says in refusal(text, hunks)


BODY = "class A:\n    def f(self):\n        x = 1\n        return x\n"


@pytest.mark.parametrize(
    ("text", "hunks", "result"),
    [
        ("if a:\n    x = 1\n    z\n", "@@\n-x = 1\n+y = 1", "if a:\n    y = 1\n    z\n"),
        (BODY, "@@\n def f(self):\n-    x = 1\n+    x = 2", BODY.replace("1", "2")),
        (
            BODY,
            "@@\n-x = 1\n+if x:\n+    pass\n+\n+y",
            BODY.replace("        x = 1", "        if x:\n            pass\n\n        y"),
        ),
        ("if a:\n\tx\n\ty\n", "@@\n if a:\n-    x\n+    z", "if a:\n\tz\n\ty\n"),
        ("x\ny\n", "@@\n-    x\n+    if z:\n+        w", "if z:\n    w\ny\n"),
        ("    x\n    y\n", "@@\n   x\n-    y\n+    z", "    x\n    z\n"),
        ("    x\n\ty\n    z\n", "@@\n-x\n-y\n z", "    z\n"),
    ],
    ids=["deeper", "with context", "new levels", "tabs", "less deep", "a forgotten mark", "lines go only"],
)
def test_new_lines_are_indented_as_the_file_is(text: str, hunks: str, result: str) -> None:
    assert patched(text, hunks) == result


@pytest.mark.parametrize(
    ("text", "hunks"),
    [
        ("if a:\n    x = 1\n    z\n", "@@\n-x = 1\n+    y = 1"),
        ("    if a:\n    x\n", "@@\n if a:\n+    y\n x"),
        ("if a:\n    x\n        y\n", "@@\n-x\n-y\n+z"),
        ("    x\n    y\n", "@@\n    x\n+    z\n    y"),
        ("if a:\n\tx\n", "@@\n-    x\n+    if b:\n+        x"),
        ("x\ny\n", "@@\n-    x\n+    z\n+w"),
    ],
    ids=["right in the new line only", "a block's first line", "flattened", "forgotten marks", "tabs", "out of it"],
)
def test_new_lines_whose_indentation_is_not_certain_are_refused(text: str, hunks: str) -> None:
    assert "how its new lines should be indented is not certain" in refusal(text, hunks)


def test_lines_of_another_indentation_are_told_as_they_stand() -> None:
    assert refusal("if a:\n    x\n        y\n", "@@\n-x\n-y\n+z") == (
        "the hunk in line 3 of the patch fits only with another indentation, and how its new lines should be indented "
        "is not certain. Send its lines exactly as they stand there:\n2:     x\n3:         y\n"
    )


def test_lines_that_are_not_there_are_told_beside_the_nearest_ones() -> None:
    text = "def f():\n    total = 1\n    return total\n\ndef g():\n    pass\n"

    assert refusal(text, "@@\n def f():\n     total = 2\n-    return total") == (
        "the hunk in line 3 of the patch expects these lines, which do not stand there:\n"
        "def f():\n    total = 2\n    return total\n"
        "The nearest lines of the file are:\n1: def f():\n2:     total = 1\n3:     return total"
    )
    assert "2:     total = 1" in refusal(text, "@@\n-    totals = 1")


def test_the_message_about_a_huge_hunk_is_short() -> None:
    text = "".join(f"{number}" * 1000 + "\n" for number in range(100))
    hunk = "\n".join("-" + f"{number}" * 999 for number in range(100))

    assert len(refusal(text, hunk)) < 5000
