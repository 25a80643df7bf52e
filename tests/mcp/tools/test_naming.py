"""Names of remote tools: what every provider takes, never another's, the same whatever comes first."""

import re
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from sessiond.mcp.tools.naming import Source, tool_names
from sessiond.tools.registry import ToolRegistry

VALID = re.compile(r"[a-zA-Z_][a-zA-Z0-9_-]{0,63}")
words = (
    st.text(alphabet="aA_-.1é ", max_size=4) | st.text(max_size=80) | st.from_regex(r"a_[0-9a-f]{8}", fullmatch=True)
)
sources = st.lists(st.tuples(words, words), max_size=12)


def names_of(*given_sources: Source) -> dict[Source, str]:
    return tool_names([(server, [tool]) for server, tool in given_sources])


def test_a_name_is_that_of_the_server_and_that_of_the_tool() -> None:
    servers = [("files", ["read_file", "write-file"]), ("time", ["get.now", "convert"])]
    assert tool_names(servers) == {
        ("files", "read_file"): "files_read_file",
        ("files", "write-file"): "files_write-file",
        ("time", "get.now"): "time_get_now",
        ("time", "convert"): "time_convert",
    }


def test_names_begin_with_a_letter_or_an_underscore() -> None:
    assert list(names_of(("21st", "search"), ("-x", "y"), ("", "z")).values()) == ["_21st_search", "_-x_y", "_z"]


def test_of_two_tools_that_would_share_a_name_neither_has_it() -> None:
    one, other = ("a", "b_c"), ("a_b", "c")
    assert names_of(one) == {one: "a_b_c"}
    assert names_of(one, other) == {one: "a_b_c_662f0bbb", other: "a_b_c_0c1d18f5"}


def test_a_tool_cannot_take_the_name_that_another_got_with_its_hash() -> None:
    one, other = ("a", "b_c"), ("a_b", "c")
    taken = names_of(one, other)[one]
    thief = ("a", taken.removeprefix("a_"))
    names = names_of(one, other, thief)
    assert (names[one], names[thief]) != (taken, taken)
    assert names[one] == taken


def test_long_names_are_cut_and_stay_apart() -> None:
    one, other = ("server", "x" * 100 + "1"), ("server", "x" * 100 + "2")
    names = names_of(one, other)
    assert names == names_of(one) | names_of(other)
    assert {len(name) for name in names.values()} == {64}
    assert len(set(names.values())) == 2


@given(sources)
def test_every_name_is_valid_unique_and_no_built_in_tool(given_sources: list[Source]) -> None:
    names = names_of(*given_sources)
    assert list(names) == list(dict.fromkeys(given_sources))
    assert all(map(VALID.fullmatch, names.values()))
    assert len({name.lower() for name in names.values()}) == len(names)
    assert not set(names.values()) & {tool.name for tool in ToolRegistry().all()}
    assert all("_" in name for name in names.values())


@given(st.lists(st.tuples(words, words), max_size=4))
def test_names_do_not_depend_on_what_comes_first(given_sources: list[Source]) -> None:
    names = names_of(*given_sources)
    assert all(names_of(*order) == names for order in permutations(given_sources))
