"""A real model server for tests: weights fetched once, a process that ends with the test run.

`SESSIOND_TEST_CACHE` names the folder of the weights; else they stand where `sessiond local` keeps them.
"""

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sessiond.local.models import QWEN, LocalModel
from sessiond.local.server import spawn, wait_until_ready
from sessiond.local.state import LocalServer, read_state
from sessiond.local.weights import pull

MODEL = "smollm2-135m"
"""What SMOLLM2 is called in settings."""
KEY_VARIABLE = "LLAMA_KEY"
_PROVIDER = """\
[provider.{name}]
api = "{api}"
base_url = "{base_url}"
api_key_env = "{variable}"
[provider.{name}.models."{model}"]
context = {context}
output = {output}
price = {{ input = 1.0, output = 2.0 }}
"""


def as_provider(
    server: LocalServer,
    name: str = "llama",
    api: str = "openai-chat",
    *,
    model: str = MODEL,
    output: int = 48,
    variable: str = KEY_VARIABLE,
) -> str:
    """The server for a user's settings, by one of the APIs that it speaks; `variable` has the key."""
    return _PROVIDER.format(
        name=name,
        api=api,
        base_url=server.base_url,
        variable=variable,
        model=model,
        context=server.context,
        output=output,
    )


def weights_folder() -> Path | None:
    named = os.environ.get("SESSIOND_TEST_CACHE")
    return Path(named) if named else None


@contextmanager
def model_server(model: LocalModel = QWEN) -> Generator[LocalServer]:
    """Serves a model on loopback: `/v1/chat/completions`, `/v1/responses` and `/v1/messages`."""
    pull(model, lambda _what, _done, _total: None, weights_folder())
    with tempfile.TemporaryDirectory() as place:
        state, log = Path(place) / "server.json", Path(place) / "server.log"
        with log.open("w") as stream:
            child = spawn(model, state, log=stream.fileno(), until_eof=True, folder=weights_folder())
        try:
            wait_until_ready(child, str(log))
            server = read_state(state)
            assert server, "a ready server has a state"
            yield server
        finally:
            assert child.stdin
            child.stdin.close()
            child.wait(30)
