"""What a patch says: what is read leniently, what is refused, and with which words."""

import pytest

from sessiond.tools.editing.envelope.parse import parse
from sessiond.tools.editing.envelope.sections import AddFile, DeleteFile, Hunk, HunkLine, Section, UpdateFile
from sessiond.tools.failure import ToolFailed

PATCH = "*** Begin Patch\n*** Add File: new.txt\n+text\n*** End Patch"
ADDED = [AddFile(2, "new.txt", "text\n")]


def body(*lines: str) -> str:
    return "\n".join(("*** Begin Patch", *lines, "*** End Patch"))


def refusal(patch: str) -> str:
    with pytest.raises(ToolFailed) as refused:
        parse(patch)
    return str(refused.value)


def test_every_kind_of_section_is_read() -> None:
    patch = body(
        "*** Add File: a b.txt",
        "+one",
        "",
        "+ two",
        "*** Delete File: /tmp/old.txt",
        "",
        "*** Update File: src/app.py",
        "*** Move to: src/main.py",
        "@@ class A:",
        "@@   def f(self):",
        " stays",
        "-goes",
        "+new",
        "",
        "@@",
        "",
        "-last",
        "*** End of File",
    )

    assert parse(patch) == [
        AddFile(2, "a b.txt", "one\n\n two\n"),
        DeleteFile(6, "/tmp/old.txt"),
        UpdateFile(
            8,
            "src/app.py",
            "src/main.py",
            (
                Hunk(
                    number=10,
                    headers=("class A:", "  def f(self):"),
                    lines=(HunkLine(" ", "stays"), HunkLine("-", "goes"), HunkLine("+", "new")),
                    at_end=False,
                ),
                Hunk(number=16, headers=(), lines=(HunkLine(" ", ""), HunkLine("-", "last")), at_end=True),
            ),
        ),
    ]


@pytest.mark.parametrize(
    "patch",
    [
        PATCH.replace("\n", "\r\n"),
        f"\n\n{PATCH}\n\n",
        f"\ufeff{PATCH}",
        f"```\n{PATCH}\n```",
        f"~~~diff\n{PATCH}\n~~~\n",
        f"<<'EOF'\n{PATCH}\nEOF\n",
        f'apply_patch <<-"PATCH"\n{PATCH}\nPATCH',
        f"```bash\napply_patch <<'EOF'\n{PATCH}\nEOF\n```",
        PATCH.replace("*** Begin Patch", "  *** Begin Patch  "),
        PATCH.replace("*** Add", " *** Add"),
    ],
    ids=["CRLF", "blank lines", "BOM", "fence", "tildes", "here-document", "command", "both", "padded", "padded file"],
)
def test_what_models_wrap_a_patch_in_is_taken_off(patch: str) -> None:
    sections = parse(patch)

    assert [(section.path, section.content) for section in sections if isinstance(section, AddFile)] == [
        ("new.txt", "text\n")
    ]


def test_an_empty_file_and_a_move_alone_need_no_lines() -> None:
    sections: list[Section] = parse(body("*** Add File: empty", "*** Update File: a", "*** Move to: b"))

    assert sections == [AddFile(2, "empty", ""), UpdateFile(3, "a", "b", ())]


def test_lines_of_a_file_that_look_like_the_envelope_are_content_behind_their_mark() -> None:
    section = parse(body("*** Update File: doc.md", " *** End Patch", "-@@ a", "+*** Begin Patch"))[0]

    assert isinstance(section, UpdateFile)
    assert section.hunks[0].lines == (
        HunkLine(" ", "*** End Patch"),
        HunkLine("-", "@@ a"),
        HunkLine("+", "*** Begin Patch"),
    )


def test_line_numbers_of_a_diff_are_passed_over_and_never_say_a_place() -> None:
    section = parse(body("*** Update File: a", "@@ -1,2 +1,2 @@ def f():", " x", "+y"))[0]

    assert isinstance(section, UpdateFile)
    assert section.hunks[0].headers == ()
    assert "line numbers only" in refusal(body("*** Update File: a", "@@ -1,0 +1,1 @@", "+y"))


@pytest.mark.parametrize(
    ("patch", "says"),
    [
        ("", "patchText is empty"),
        ("  \n", "patchText is empty"),
        ("*** Begin Patch", "may have been cut short"),
        ("Here it is:\n" + PATCH, "Line 1 of the patch must be `*** Begin Patch`, it is 'Here it is:'"),
        (PATCH.removesuffix("\n*** End Patch"), "line 3 is '+text'. It may have been cut short"),
        (f"<<'EOF\"\n{PATCH}\nEOF", "Line 1 of the patch must be"),
        (f"<<EOF\n{PATCH}", "Line 1 of the patch must be"),
        (body(), "has no section"),
        (body("*** Frobnicate File: a"), "Line 2 of the patch is '*** Frobnicate File: a'"),
        (body("*** Add File:"), "Line 2 of the patch names no path"),
        (body("*** Add File: a", "+x", "y"), "Line 4 of the patch is 'y': each line of a new file begins with `+`"),
        (body("*** Delete File: a", "-x"), "Line 3 of the patch is '-x'"),
        (body("*** Update File: a"), "`*** Update File: a` in line 2 of the patch has no change below it"),
        (body("*** Update File: a", "@@"), "The hunk in line 3 of the patch has no lines"),
        (body("*** Update File: a", "@@", "x = 1"), "Line 4 of the patch is 'x = 1': a line of a hunk begins with"),
        (body("*** Update File: a", " x", "*** Begin Patch"), "Line 4 of the patch is '*** Begin Patch'"),
    ],
)  # fmt: skip
def test_a_patch_that_cannot_be_read_is_refused_with_the_line_and_what_is_wrong_with_it(patch: str, says: str) -> None:
    assert says in refusal(patch)
