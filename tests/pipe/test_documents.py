"""Open documents as a pipe keeps them: little of each, and yet whatever another engine needs."""

import json
from typing import Any

from sessiond.pipe import envelope
from sessiond.pipe.remembered.documents import MOST_BYTES, MOST_CHANGES, Documents

URI = "file:///a"
OPEN = {"uri": URI, "languageId": "x", "version": 0, "text": "begin"}


def told(documents: Documents, method: str, **params: Any) -> dict[str, Any] | None:
    """One notification; gives the question that is to follow it."""
    frame = json.dumps({"jsonrpc": "2.0", "method": f"textDocument/{method}", "params": params}).encode()
    question = documents.noticed(envelope.read(frame), frame)
    return None if question is None else json.loads(question)


def change(documents: Documents, version: int, text: str = "x") -> dict[str, Any] | None:
    document = {"uri": URI, "version": version}
    return told(documents, "didChange", textDocument=document, contentChanges=[{"text": text}])


def answer(documents: Documents, question: dict[str, Any], **answer: Any) -> bool:
    return documents.answered(question["id"], json.dumps({"jsonrpc": "2.0", "id": question["id"], **answer}).encode())


def kept(documents: Documents) -> list[tuple[str, Any]]:
    """Method and version of all that another engine would hear."""
    frames = [json.loads(frame) for frame in documents.frames()]
    return [
        (frame["method"].removeprefix("textDocument/"), frame["params"]["textDocument"]["version"]) for frame in frames
    ]


def test_after_many_changes_the_text_is_asked_for_and_later_changes_stay() -> None:
    documents = Documents()
    assert told(documents, "didOpen", textDocument=OPEN) is None
    questions = [question for version in range(1, MOST_CHANGES + 6) if (question := change(documents, version))]
    assert questions == [{"jsonrpc": "2.0", "id": "sessiond-pipe:1", "method": "link/document", "params": {"uri": URI}}]
    text = {"version": MOST_CHANGES + 1, "languageId": "x", "text": "now"}
    assert answer(documents, questions[0], result=text)
    assert next(json.loads(frame)["params"]["textDocument"] for frame in documents.frames()) == {"uri": URI, **text}
    later = range(MOST_CHANGES + 2, MOST_CHANGES + 6)
    assert kept(documents) == [("didOpen", MOST_CHANGES + 1), *(("didChange", version) for version in later)]


def test_few_large_changes_are_many_too() -> None:
    documents = Documents()
    told(documents, "didOpen", textDocument=OPEN)
    assert change(documents, 1, "x" * MOST_BYTES) is not None
    assert change(documents, 2, "x" * MOST_BYTES) is None, "one question at a time"


def test_an_engine_that_does_not_know_the_document_costs_nothing_but_memory() -> None:
    documents = Documents()
    told(documents, "didOpen", textDocument=OPEN)
    question = change(documents, 1, "x" * MOST_BYTES)
    assert question and answer(documents, question, error={"code": -32601, "message": "no"})
    assert kept(documents) == [("didOpen", 0), ("didChange", 1)]
    assert change(documents, 2) is None


def test_an_answer_that_comes_for_what_was_closed_or_opened_anew_changes_nothing() -> None:
    documents = Documents()
    told(documents, "didOpen", textDocument=OPEN)
    question = change(documents, 1, "x" * MOST_BYTES)
    told(documents, "didClose", textDocument={"uri": URI})
    assert question and documents.frames() == []
    told(documents, "didOpen", textDocument=OPEN | {"version": 5})
    assert answer(documents, question, result={"version": 1, "languageId": "x", "text": "old"})
    assert kept(documents) == [("didOpen", 5)]


def test_a_question_to_an_engine_that_is_gone_has_no_answer() -> None:
    documents = Documents()
    told(documents, "didOpen", textDocument=OPEN)
    question = change(documents, 1, "x" * MOST_BYTES)
    assert kept(documents) == [("didOpen", 0), ("didChange", 1)]
    assert question and answer(documents, question, result={"version": 1, "languageId": "x", "text": "late"})
    assert kept(documents) == [("didOpen", 0), ("didChange", 1)]
    assert change(documents, 2, "x" * MOST_BYTES) is not None, "the next one is asked"


def test_what_names_no_document_is_none() -> None:
    documents = Documents()
    for params in ({}, {"textDocument": None}, {"textDocument": {"uri": 7}}, {"textDocument": [1]}):
        assert told(documents, "didOpen", **params) is None
    assert change(documents, 1) is None
    assert documents.frames() == []
    assert not documents.answered(1, b"") and not documents.answered("other", b"")
