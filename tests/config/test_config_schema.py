"""The config file's JSON Schema is fresh and says the same as the settings do."""

import json
import tomllib

import jsonschema
import pytest

from sessiond.cli.commands.schema import config_schema
from support.tree import read


def test_the_committed_schema_is_what_the_settings_give() -> None:
    assert read("docs/config.schema.json") == config_schema(), (
        "run: python -m sessiond schema --config > docs/config.schema.json"
    )


def test_the_example_of_the_documentation_is_valid() -> None:
    examples = [block.partition("```")[0] for block in read("docs/config.md").split("```toml\n")[1:]]

    assert len(examples) >= 2
    for example in examples:
        jsonschema.validate(tomllib.loads(example), json.loads(config_schema()))


def test_an_unknown_key_is_not() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"modle": "x"}, json.loads(config_schema()))
