"""What a session has seen of files, rebuilt from what its log says."""

from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sessiond.tools.editing.edit import Edit
from sessiond.tools.editing.write import Write
from sessiond.tools.files.files import Files
from sessiond.tools.files.seen import seen_in
from sessiond_protocol.messages import Message, TextPart, ToolPart, ToolState, ToolStatus
from support.tools.scope import run_tool, tool_scope


def message(metadata: dict[str, Any] | None, status: ToolStatus = "completed") -> Message:
    part = ToolPart("p", "c", "edit", ToolState(status=status, metadata=metadata))
    return Message("m", "s", "t", "assistant", [TextPart("x", "words"), part], 0)


async def test_a_session_that_comes_back_goes_on_editing_what_it_has_written(tmp_path: Path) -> None:
    directory = tmp_path.resolve()
    written = await run_tool(Write(), tool_scope(directory), filePath="f", content="one\n")

    again = tool_scope(directory, files=Files(seen=seen_in([message(written.metadata)])))
    await run_tool(Edit(), again, filePath="f", oldString="one", newString="two")

    assert (directory / "f").read_text() == "two\n"


def test_the_last_word_on_a_file_counts_and_calls_that_failed_say_none() -> None:
    def told(version: str | None) -> dict[str, Any]:
        return {"files": [{"path": "/f", "version": version}, {"path": "/g", "version": "same"}]}

    assert seen_in([message(told("1")), message(told("2"))]).version(Path("/f")) == "2"
    assert seen_in([message(told("1")), message(told("2"), "failed")]).version(Path("/f")) == "1"
    gone = seen_in([message(told("1")), message(told(None))])
    assert (gone.version(Path("/f")), gone.version(Path("/g"))) == (None, "same")


JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["path", "version", "x"]), inner),
)


@given(JSON)
def test_metadata_of_other_tools_is_passed_over(files: object) -> None:
    seen_in([message({"files": files}), message(None)])
