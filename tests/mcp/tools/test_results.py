"""What a server answers, as the result of a tool: everything is carried, within bounds, or said to be missing."""

import json
from base64 import b64encode
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiond.mcp.base import Blob, CallResult, Content, Link, ResourceBlob, ResourceText, Text
from sessiond.mcp.tools import results
from sessiond.mcp.tools.results import tool_result
from sessiond.tools.base import ToolResult
from sessiond.tools.failure import ToolFailed
from sessiond.tools.outputs import MAX_BYTES, Outputs
from sessiond.tools.reading import attachments
from sessiond_protocol.messages import Attachment
from sessiond_protocol.wire import to_json

PNG = b"\x89PNG\r\n\x1a\n and so on"
WAV = b"RIFF....WAVE"


def base64(content: bytes) -> str:
    return b64encode(content).decode()


def carried(tmp_path: Path, *content: Content, structured: Any = None) -> ToolResult:
    return tool_result(CallResult(content, structured), Outputs(tmp_path), "files: Read")


def test_texts_stand_below_each_other(tmp_path: Path) -> None:
    assert carried(tmp_path, Text("one"), Text("two")) == ToolResult("one\ntwo", "files: Read")


def test_an_answer_without_content_says_so(tmp_path: Path) -> None:
    for empty in ((), (Text(" \n"),)):
        assert carried(tmp_path, *empty).output == "(it has answered without any content)"


def test_images_and_pdfs_are_attached_by_what_they_are(tmp_path: Path) -> None:
    found = carried(
        tmp_path, Blob("audio/wav", base64(PNG)), ResourceBlob("file:///a.pdf", None, base64(b"%PDF-1.7")), Text("ok")
    )
    assert found == ToolResult(
        "(A file is image/png, 18 bytes; it is attached)\n"
        "(file:///a.pdf is application/pdf, 8 bytes; it is attached)\nok",
        "files: Read",
        attachments=(
            Attachment(media_type="image/png", uri=f"data:image/png;base64,{base64(PNG)}", name="A file"),
            Attachment("application/pdf", f"data:application/pdf;base64,{base64(b'%PDF-1.7')}", "file:///a.pdf"),
        ),
    )


def test_other_files_are_kept_and_the_model_is_told_where(tmp_path: Path) -> None:
    (result, path) = (carried(tmp_path, Blob("audio/wav", base64(WAV), "beep")), next(tmp_path.iterdir()))
    assert result == ToolResult(f"(beep is audio/wav, 12 bytes; it is in {path})", "files: Read")
    assert (path.suffix, path.read_bytes(), path.stat().st_mode & 0o777) == (".wav", WAV, 0o600)


def test_images_that_are_too_many_or_too_large_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "MAX_ATTACHED", 30)
    found = carried(tmp_path, Blob("image/png", base64(PNG)), Blob("image/png", base64(PNG + b"!")))
    assert len(found.attachments) == 1
    assert found.output.endswith(f"(A file is image/png, 19 bytes; it is in {next(tmp_path.iterdir())})")
    large = carried(tmp_path, Blob("image/png", base64(PNG + b" " * attachments.MAX_BYTES)))
    assert large.attachments == ()


def test_a_file_that_cannot_be_decoded_or_kept_is_said_to_be_missing(tmp_path: Path) -> None:
    assert carried(tmp_path, Blob("text/plain", base64(b"\xff"))).output.startswith(
        "(A file is text/plain, 1 bytes; it is in"
    )
    blocked = tmp_path / "file"
    blocked.write_text("")
    outputs = Outputs(blocked / "below")
    result = tool_result(CallResult((Blob("audio/wav", "é"), Blob("audio/wav", base64(WAV), "beep"))), outputs, "x")
    assert result.output == (
        "(A file cannot be decoded: it is not base64. The server calls it audio/wav.)\n"
        "(beep is audio/wav, 12 bytes; it could not be kept: Not a directory)"
    )


def test_resources_stand_under_their_uri_and_links_say_how_to_read_them(tmp_path: Path) -> None:
    found = carried(
        tmp_path,
        ResourceText("file:///a.txt", "text/plain", "content"),
        ResourceBlob("file:///b.txt", "text/plain", base64("ä".encode())),
        Link("db://users", "users", "All the users.", "application/json"),
        Link("db://plain\x1b[2J", "plain", None, None),
    )
    assert found.output == (
        "file:///a.txt:\ncontent\n"
        "file:///b.txt:\nä\n"
        "- users (application/json): All the users.; read it with `readResource`, uri `db://users`\n"
        "- plain; read it with `readResource`, uri `db://plain\ufffd[2J`"
    )


@pytest.mark.parametrize(
    ("texts", "structured"),
    [
        (['{"b": 2, "a": 1}'], {"a": 1, "b": 2}),
        (["5"], {"result": 5}),
        (["five"], {"result": "five"}),
        (["1", "2"], {"result": [1, 2]}),
        (["a", "b"], {"result": ["a", "b"]}),
    ],
)
def test_structured_content_that_the_text_says_already_is_not_said_twice(
    tmp_path: Path, texts: list[str], structured: Any
) -> None:
    found = carried(tmp_path, *map(Text, texts), structured=structured)
    assert found == ToolResult("\n".join(texts), "files: Read", {"structuredContent": structured})


def test_structured_content_that_the_text_does_not_say_is_told_as_json(tmp_path: Path) -> None:
    found = carried(tmp_path, Text("It is warm."), structured={"degrees": 21})
    assert found == ToolResult(
        'It is warm.\n{\n "degrees": 21\n}', "files: Read", {"structuredContent": {"degrees": 21}}
    )


def test_large_structured_content_stands_in_the_text_only(tmp_path: Path) -> None:
    found = carried(tmp_path, structured={"a": "x" * results.MAX_STRUCTURED})
    assert found.metadata is None
    assert len(found.output) > results.MAX_STRUCTURED


def test_an_error_is_what_the_server_says_and_its_images_are_kept(tmp_path: Path) -> None:
    failing = CallResult((Text("No such file."), Blob("image/png", base64(PNG), "hint")), is_error=True)
    with pytest.raises(ToolFailed) as failure:
        tool_result(failing, Outputs(tmp_path), "x")
    (path,) = tmp_path.iterdir()
    assert str(failure.value) == f"No such file.\n(hint is image/png, 18 bytes; it is in {path})"

    with pytest.raises(ToolFailed, match="its server does not say why"):
        tool_result(CallResult((), is_error=True), Outputs(tmp_path), "x")


def test_a_long_error_is_cut_and_kept_as_a_file(tmp_path: Path) -> None:
    with pytest.raises(ToolFailed) as failure:
        tool_result(CallResult((Text("no\n" * 100_000),), is_error=True), Outputs(tmp_path), "x")
    assert len(str(failure.value)) < MAX_BYTES + 400
    (path,) = tmp_path.iterdir()
    assert path.read_text() == "no\n" * 100_000
    assert str(path) in str(failure.value)


texts = st.text(st.characters(), max_size=8)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
contents = st.one_of(
    st.builds(Text, texts),
    st.builds(Blob, texts, texts | st.binary(max_size=40).map(base64), st.none() | texts),
    st.builds(ResourceText, texts, st.none() | texts, texts),
    st.builds(ResourceBlob, texts, st.none() | texts, texts | st.just(base64(PNG))),
    st.builds(Link, texts, texts, st.none() | texts, st.none() | texts),
)
answers = st.builds(CallResult, st.lists(contents, max_size=4).map(tuple), st.none() | json_values, st.booleans())


@settings(deadline=None)
@given(answers)
def test_whatever_a_server_answers_can_be_recorded(answer: CallResult) -> None:
    with TemporaryDirectory() as directory:
        try:
            result = tool_result(answer, Outputs(Path(directory)), "x")
        except ToolFailed as failure:
            assert answer.is_error
            assert str(failure)
        else:
            assert result.output
            to_json({"output": result.output, "metadata": result.metadata, "attachments": list(result.attachments)})
            json.dumps(result.metadata, allow_nan=False)
