"""Makes the schema files from the types: OpenRPC, JSON Schema, TypeScript and LuaCATS.

Run by hand as `python -m sessiond_protocol.generate`; a test compares its output with the files.
The daemon never imports it.
"""

from sessiond_protocol.generate.definitions import json_schema
from sessiond_protocol.generate.luacats import luacats
from sessiond_protocol.generate.openrpc import openrpc
from sessiond_protocol.generate.text import to_text
from sessiond_protocol.generate.typescript import typescript


def schema_files() -> dict[str, str]:
    """Each file of `sessiond_protocol/schema/` by name, as it should be."""
    return {
        "openrpc.json": to_text(openrpc()),
        "schema.json": to_text(json_schema()),
        "sessiond.d.ts": typescript(),
        "sessiond.lua": luacats(),
    }
