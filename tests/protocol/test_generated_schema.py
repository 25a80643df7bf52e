"""The committed schema is what the generator makes of the types, and its parts hold together."""

import json
import re
from typing import Any

import pytest

from sessiond_protocol import schema
from sessiond_protocol.errors import ERROR_KINDS
from sessiond_protocol.events import Event, event_names
from sessiond_protocol.generate import schema_files
from sessiond_protocol.methods import METHODS
from sessiond_protocol.notifications import NOTIFICATIONS
from sessiond_protocol.requests import CLIENT_REQUESTS

FILES = schema_files()


@pytest.mark.parametrize("name", FILES)
def test_the_committed_file_is_fresh(name: str) -> None:
    assert schema.read(name) == FILES[name], "run `python -m sessiond_protocol.generate` and commit what it writes"


@pytest.mark.parametrize("name", ["openrpc.json", "schema.json"])
def test_every_reference_leads_somewhere(name: str) -> None:
    document = json.loads(FILES[name])
    references = set(re.findall(r'"\$ref": "#/([^"]+)"', FILES[name]))

    assert references
    for reference in references:
        place: Any = document
        for step in reference.split("/"):
            place = place[step]


def test_openrpc_has_every_method_client_request_and_notification() -> None:
    described = {method["name"]: method for method in json.loads(FILES["openrpc.json"])["methods"]}

    assert described.keys() == METHODS.keys() | CLIENT_REQUESTS.keys() | NOTIFICATIONS.keys()
    assert {name for name, method in described.items() if method["x-messageDirection"] == "serverToClient"} > set(
        CLIENT_REQUESTS
    )
    assert {name for name, method in described.items() if "result" not in method} == NOTIFICATIONS.keys()


def test_openrpc_has_every_error_by_its_kind() -> None:
    errors = json.loads(FILES["openrpc.json"])["components"]["errors"]

    assert {kind: error["code"] for kind, error in errors.items()} == ERROR_KINDS
    assert {kind: error["data"] for kind, error in errors.items()} == {kind: {"kind": kind} for kind in ERROR_KINDS}


def test_money_is_a_number_in_every_schema() -> None:
    assert json.loads(FILES["schema.json"])["$defs"]["Money"]["type"] == "number"
    assert "decimal" not in FILES["schema.json"] + FILES["openrpc.json"]


def test_field_docstrings_become_descriptions() -> None:
    session = json.loads(FILES["schema.json"])["$defs"]["Session"]

    assert session["properties"]["turnId"]["description"] == "The turn that runs now."


def test_each_event_is_told_apart_by_its_type() -> None:
    mapping = json.loads(FILES["schema.json"])["$defs"]["Event"]["discriminator"]["mapping"]

    assert list(mapping) == event_names(Event)


def test_every_lua_type_that_is_used_is_declared() -> None:
    text = FILES["sessiond.lua"]
    declared = set(re.findall(r"^---@(?:class|alias) (sessiond\.\w+)", text, re.MULTILINE))
    used = {
        name for line in text.splitlines() if line.startswith("---@") for name in re.findall(r"sessiond\.\w+", line)
    }

    assert used == declared


def test_lua_annotations_are_comments_only() -> None:
    assert [line for line in FILES["sessiond.lua"].splitlines() if line and not line.startswith("--")] == []
