"""What holds for every type of the protocol: it survives the wire, and the schema describes it."""

import json

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sessiond_protocol.generate.definitions import definitions, struct_types
from sessiond_protocol.wire import to_json
from support.wire_values import values_of

STRUCTS = struct_types()
DEFINITIONS = definitions()
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", STRUCTS)
@FEW
@given(data=st.data())
def test_what_was_encoded_is_decoded_as_the_same_value(name: str, data: st.DataObject) -> None:
    value = data.draw(values_of(STRUCTS[name]))

    decoded = msgspec.json.decode(to_json(value), type=STRUCTS[name])

    assert decoded == value


@pytest.mark.parametrize("name", STRUCTS)
@FEW
@given(data=st.data())
def test_what_is_sent_fits_the_json_schema(name: str, data: st.DataObject) -> None:
    validator = Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": DEFINITIONS})
    value = data.draw(values_of(STRUCTS[name]))

    problems = [error.message for error in validator.iter_errors(json.loads(to_json(value)))]

    assert problems == []


@pytest.mark.parametrize("name", STRUCTS)
@FEW
@given(data=st.data())
def test_unknown_fields_and_meta_are_ignored(name: str, data: st.DataObject) -> None:
    value = data.draw(values_of(STRUCTS[name]))
    extended = json.loads(to_json(value)) | {"_meta": {"trace": 1}, "notYetInvented": [1, 2]}

    decoded = msgspec.json.decode(json.dumps(extended), type=STRUCTS[name], strict=True)

    assert to_json(decoded) == to_json(msgspec.json.decode(json.dumps(json.loads(to_json(value))), type=STRUCTS[name]))


def test_the_json_schema_is_a_json_schema() -> None:
    for definition in DEFINITIONS.values():
        Draft202012Validator.check_schema(definition)
