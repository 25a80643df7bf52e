"""Variables in what is said of servers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiond.config.errors import ConfigError
from sessiond.config.mcp_servers.expansion import expanded

HERE = {"KEY": "secret", "EMPTY": "", "ODD": "${KEY}$$"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("plain $KEY $ {KEY} ${} ${1} $", "plain $KEY $ {KEY} ${} ${1} $"),
        ("Bearer ${KEY}", "Bearer secret"),
        ("${KEY}${KEY}", "secretsecret"),
        ("${EMPTY}", ""),
        ("${NONE:-none}/${EMPTY:-empty}/${KEY:-x}/${NONE:-}", "none/empty/secret/"),
        ("${ODD}", "${KEY}$$"),
        ("$${KEY} $${NONE}", "${KEY} ${NONE}"),
    ],
)
def test_variables_are_filled_in_once(text: str, filled: str) -> None:
    assert expanded(text, HERE) == filled


def test_a_variable_that_is_missing_is_named_and_no_value_is() -> None:
    with pytest.raises(ConfigError, match=r"^The variable NONE is not set\. Set it, or write \$\{NONE:-default\}\.$"):
        expanded("${KEY} ${NONE}", HERE)


@given(st.text(alphabet="${}:-AB \n"))
def test_any_text_is_filled_in_or_refused_by_name(text: str) -> None:
    try:
        assert isinstance(expanded(text, {"A": "a"}), str)
    except ConfigError as error:
        assert error.message.startswith("The variable ")
