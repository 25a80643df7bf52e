"""One turn with a real model, served by llama.cpp, in a real workbench; shape and effect, never wording."""

from pathlib import Path

import pytest

from sessiond.local.models import SMOLLM2
from support.model_server import KEY_VARIABLE, MODEL, as_provider, model_server
from support.vscode.browser import drive
from support.vscode.server import CodeServer

pytest.importorskip("xllamacpp")
pytestmark = [pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(600)]

SCRIPT = Path(__file__).with_name("real_model.mjs")


def test_a_real_model_answers_in_the_panel(server: CodeServer, pictures: Path) -> None:
    with model_server(SMOLLM2) as model:
        server.home.configure(as_provider(model), model=f"llama/{MODEL}")
        server.configure(sessiond__environment={KEY_VARIABLE: model.api_key})

        seen = drive(server, SCRIPT, "talks", pictures, seconds=300)

    assert (seen["answer"], seen["errors"]) == (True, 0)
    assert "tokens" in seen["spent"]
    assert seen["meter"]
