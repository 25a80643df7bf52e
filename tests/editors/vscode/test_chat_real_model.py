"""One turn with a real model, served by llama.cpp, in a real workbench; shape and effect, never wording."""

from pathlib import Path

import pytest

from sessiond.local.models import SMOLLM2
from support.model_server import model_server
from support.vscode.browser import drive
from support.vscode.server import CodeServer

pytest.importorskip("xllamacpp")
pytestmark = [pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(600)]

SCRIPT = Path(__file__).with_name("real_model.mjs")
NAME = "smollm2-135m"
PROVIDER = """\
[provider.llama]
api = "openai-chat"
base_url = "{base_url}"
api_key_env = "LLAMA_KEY"
[provider.llama.models."{model}"]
context = {context}
output = 48
price = {{ input = 1.0, output = 2.0 }}
"""


def test_a_real_model_answers_in_the_panel(server: CodeServer, pictures: Path) -> None:
    with model_server(SMOLLM2) as model:
        server.home.configure(
            PROVIDER.format(base_url=model.base_url, model=NAME, context=model.context), model=f"llama/{NAME}"
        )
        server.configure(sessiond__environment={"LLAMA_KEY": model.api_key})

        seen = drive(server, SCRIPT, "talks", pictures, seconds=300)

    assert (seen["answer"], seen["errors"]) == (True, 0)
    assert "tokens" in seen["spent"]
    assert seen["meter"]
