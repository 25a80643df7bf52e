"""The generated schema of the protocol, as files; `python -m sessiond_protocol.generate` writes them.

Read by `sessiond schema` and by tests. Nothing here is edited by hand.
"""

from importlib.resources import files


def read(name: str) -> str:
    """The text of one file: `openrpc.json`, `schema.json`, `sessiond.d.ts` or `sessiond.lua`.

    Raises FileNotFoundError for any other name.
    """
    return files(__name__).joinpath(name).read_text(encoding="utf-8")
