"""What is proposed in place of a name that means no model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiond.providers.models.catalog import Catalog
from sessiond.providers.models.suggestions import near, suggestions

CATALOG = Catalog()
KNOWN = {"anthropic": ["claude-opus-5-5"], "openai": ["gpt-5", "gpt-6"], "script": ["any"], "router": []}


@pytest.mark.parametrize(
    ("asked", "proposed"),
    [
        ("scrpt/any", ["script/any"]),
        ("script", ["script/any"]),
        ("gpt5", ["openai/gpt-5", "openai/gpt-6"]),
        ("claude-opus", ["anthropic/claude-opus-5-5"]),
        ("openai/claude-opus-5-5", ["anthropic/claude-opus-5-5"]),
        ("opneai/gpt-5", ["openai/gpt-5", "openai/gpt-6"]),
        ("antropic/sonnet", ["anthropic/claude-opus-5-5"]),
        ("antropic", ["anthropic/claude-opus-5-5"]),
        ("ruter/qwen/qwen3-coder", ["router/qwen/qwen3-coder"]),
        ("ruter", []),
        ("zzz/zzz", []),
    ],
)
def test_a_model_is_proposed_whichever_half_of_its_name_is_wrong_or_missing(asked: str, proposed: list[str]):
    assert suggestions(asked, KNOWN) == proposed


@pytest.mark.parametrize(
    ("meant", "first"),
    [("claude-sonet-5-5", "claude-sonnet-5-5"), ("haiku", "claude-haiku-5-5"), ("OPUS-4-8", "claude-opus-4-8")],
)
def test_the_likeliest_name_is_proposed_first(meant: str, first: str):
    assert near(meant, CATALOG.names("anthropic"))[0] == first


def test_nothing_is_proposed_for_nothing_like_it():
    assert near("zzz", CATALOG.names("anthropic")) == []


@given(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=20))
def test_only_known_names_are_proposed_and_each_once(name: str, names: list[str]):
    proposed = near(name, names)
    assert set(proposed) <= set(names) and len(set(proposed)) == len(proposed) <= 5
