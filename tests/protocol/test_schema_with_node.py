"""The generated schema under the eyes of others: the TypeScript compiler and OpenRPC's own meta-schema.

Slow, and needs Node.js with npm; skipped where there is none, except on CI.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from sessiond_protocol import schema

pytestmark = pytest.mark.slow

NODE_PROJECT = Path(__file__).parent / "node"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=NODE_PROJECT, capture_output=True, text=True, timeout=100, check=False)


@pytest.fixture(scope="module")
def node_modules() -> Path:
    """The checks' npm packages, as the lock file pins them."""
    if not shutil.which("npm") and not os.environ.get("CI"):
        pytest.skip("npm is not installed")
    installed = run("npm", "ci", "--ignore-scripts")
    assert installed.returncode == 0, installed.stderr
    return NODE_PROJECT / "node_modules"


def meta_schema(node_modules: Path) -> dict[str, Any]:
    """OpenRPC's meta-schema; what it says of JSON Schema itself is left to `DIALECT`."""
    script = 'import { openrpcDocument } from "@open-rpc/meta-schema"; console.log(JSON.stringify(openrpcDocument))'
    document = json.loads(run("node", "--input-type=module", "--eval", script).stdout)
    return {**document, "$schema": DIALECT}


def json_schema_tools() -> Resource[Any]:
    """Stands in for the one other document that the meta-schema refers to."""
    reference = {"properties": {"$ref": {"type": "string"}}}
    return Resource.from_contents(
        {"$schema": DIALECT, "allOf": [{"$ref": DIALECT}], "definitions": {"JSONSchemaObject": reference}}
    )


def test_the_declarations_narrow_in_a_strict_typescript_client(node_modules: Path) -> None:
    checked = run(str(node_modules / ".bin" / "tsc"), "--project", ".")

    assert (checked.returncode, checked.stdout) == (0, "")


def test_the_openrpc_document_is_valid(node_modules: Path) -> None:
    registry: Registry[Any] = Registry().with_resource("https://meta.json-schema.tools", json_schema_tools())
    registry = registry.with_resource("https://meta.json-schema.tools/", json_schema_tools())
    validator = Draft202012Validator(meta_schema(node_modules), registry=registry)

    problems = [
        f"{'/'.join(map(str, error.path))}: {error.message[:200]}"
        for error in validator.iter_errors(json.loads(schema.read("openrpc.json")))
    ]

    assert problems == []
