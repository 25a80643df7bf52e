"""Arguments are mended where only one thing can be meant; otherwise the model is told what is wrong."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from sessiond.engine.calls.arguments import repaired, validated
from sessiond.tools.failure import ToolFailed

EDIT = {"filePath": "a.py", "oldString": "x", "newString": "y"}


class EditArguments(BaseModel):
    filePath: str = Field(description="The file to change.")
    oldString: str
    newString: str
    replaceAll: bool = False
    note: str | None = None


class SearchArguments(BaseModel):
    pattern: str
    path: str | None = None
    limit: int = 100


class Item(BaseModel):
    content: str
    activeForm: str | None = None


class ItemsArguments(BaseModel):
    todos: list[Item]
    tags: list[str] | None = None


class Scripted:
    """As much of a tool as validation needs."""

    name = "edit"
    description = ""
    concurrent = False

    def __init__(self, parameters: type[BaseModel]) -> None:
        self.parameters = parameters

    def asks(self, arguments: Any, cwd: str, root: str) -> Any: ...

    async def run(self, arguments: Any, scope: Any) -> Any: ...


@pytest.mark.parametrize(
    ("parameters", "given", "mended"),
    [
        (EditArguments, {"file_path": "a.py", "old_string": "x", "new_string": "y"}, EDIT),
        (EditArguments, {"path": "a.py", "old_str": "x", "new_str": "y"}, EDIT),
        (EditArguments, {"FilePath": "a.py", "old-string": "x", "new string": "y"}, EDIT),
        (EditArguments, {"filePath": None, "path": "a.py", "oldString": "x", "newString": "y"}, EDIT),
        (EditArguments, {"filePath": "a.py", "file_path": "a.py", "oldString": "x", "newString": "y"}, EDIT),
        (EditArguments, {"arguments": EDIT}, EDIT),
        (EditArguments, {"input": '{"filePath": "a.py", "oldString": "x", "newString": "y"}'}, EDIT),
        (EditArguments, {**EDIT, "replace_all": "true"}, {**EDIT, "replaceAll": True}),
        (EditArguments, {**EDIT, "replaceAll": None, "note": None}, {**EDIT, "note": None}),
        (SearchArguments, {"pattern": "x", "limit": "5"}, {"pattern": "x", "limit": 5}),
        (EditArguments, {**EDIT, "oldString": 5}, {**EDIT, "oldString": "5"}),
        (EditArguments, {**EDIT, "newString": '{"a": 1}'}, {**EDIT, "newString": '{"a": 1}'}),
        (SearchArguments, {"regex": "x", "file_path": "src"}, {"pattern": "x", "path": "src"}),
        (SearchArguments, {"pattern": "x", "directory": "src"}, {"pattern": "x", "path": "src"}),
        (ItemsArguments, {"todos": '[{"content": "a"}]'}, {"todos": [{"content": "a"}]}),
        (
            ItemsArguments,
            {"todos": ['{"content": "a"}'], "tags": '["b"]'},
            {"todos": [{"content": "a"}], "tags": ["b"]},
        ),
        (
            ItemsArguments,
            {"todo_list": [{"content": "a", "active_form": "b"}]},
            {"todos": [{"content": "a", "activeForm": "b"}]},
        ),
    ],
)
def test_what_can_mean_one_thing_only_is_mended(
    parameters: type[BaseModel], given: dict[str, Any], mended: dict[str, Any]
) -> None:
    assert repaired(parameters, given) == mended
    parameters.model_validate(mended)


@pytest.mark.parametrize(
    ("parameters", "given", "said"),
    [
        (EditArguments, {"oldString": "x", "newString": "y"}, "filePath: it is missing (The file to change.)"),
        (EditArguments, {**EDIT, "file_path": "b.py"}, "`file_path` and `filePath` mean the same argument and differ"),
        (EditArguments, {**EDIT, "oldString": ["x"]}, "oldString: Input should be a valid string"),
        (EditArguments, {**EDIT, "oldString": None}, "oldString: Input should be a valid string"),
        (EditArguments, {"arguments": '{"filePath": "a.py", "oldString": "x", "newStr'}, "filePath: it is missing"),
        (SearchArguments, {"pattern": "x", "limit": "many"}, "limit: Input should be a valid integer"),
        (ItemsArguments, {"todos": "not JSON"}, "todos: Input should be a valid list"),
        (ItemsArguments, {"todos": '[{"content": "a"'}, "todos: Input should be a valid list"),
        (ItemsArguments, {"todos": [{"text": "a"}]}, "todos.0.content: it is missing"),
    ],
)
def test_what_is_not_certain_is_told_by_name(parameters: type[BaseModel], given: dict[str, Any], said: str) -> None:
    with pytest.raises(ToolFailed) as failure:
        validated(Scripted(parameters), given)
    assert said in str(failure.value)


def test_numbers_and_truth_values_written_as_text_are_read_and_what_is_unknown_is_left_out() -> None:
    search = validated(Scripted(SearchArguments), {"pattern": "x", "limit": "5", "explanation": "to find x"})
    assert search == SearchArguments(pattern="x", limit=5)
    edit = validated(Scripted(EditArguments), {**EDIT, "replace_all": "true"})
    assert edit == EditArguments(**EDIT, replaceAll=True)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
NAMES = st.sampled_from(["todos", "content", "file_path", "filePath", "path", "input", "arguments", "tags"]) | st.text()


@given(st.text(), st.text(), st.booleans(), st.none() | st.text())
def test_arguments_that_are_right_stay_as_they_are(old: str, new: str, everywhere: bool, note: str | None) -> None:
    right = EditArguments(filePath="a", oldString=old, newString=new, replaceAll=everywhere, note=note)
    assert validated(Scripted(EditArguments), right.model_dump()) == right


@given(st.dictionaries(NAMES, JSON, max_size=5))
def test_whatever_comes_is_taken_or_refused_in_words(arguments: dict[str, Any]) -> None:
    for parameters in (EditArguments, SearchArguments, ItemsArguments):
        try:
            validated(Scripted(parameters), arguments)
        except ToolFailed as failure:
            assert str(failure)
