"""Servers on this machine: where they are looked for, and what is made of their answers."""

import json
from typing import Any

import pytest

from sessiond.providers.models.discovery import ServedModel, addresses, served_models
from support.fake_model_server import Answer, fake_model_server


def listing(*models: dict[str, Any], status: int = 200) -> Answer:
    body = json.dumps({"object": "list", "data": models}).encode()
    return Answer([body], status=status, headers={"content-type": "application/json"})


async def ask(answer: Answer, server: str = "ollama") -> list[ServedModel] | None:
    with fake_model_server(answer) as fake:
        return await served_models(server, f"{fake.url}/v1", timeout=2)


async def test_the_models_of_a_server_come_with_the_context_it_tells():
    answer = listing({"id": "a", "owned_by": "llamacpp", "meta": {"n_ctx": 4096, "n_ctx_train": 32768}}, {"id": "b"})
    assert await ask(answer, "llamacpp") == [ServedModel("a", 4096), ServedModel("b")]


async def test_models_for_embeddings_are_left_out():
    assert await ask(listing({"id": "nomic-embed-text"}, {"id": "qwen3"})) == [ServedModel("qwen3")]


async def test_a_server_without_models_runs_all_the_same():
    assert await ask(listing()) == []


@pytest.mark.parametrize(
    "answer",
    [
        Answer([b"<html>Hello</html>"]),
        Answer([b'{"models": []}']),
        listing({"id": "a"}, status=404),
        Answer([b'{"data": ['], then="hang"),
        Answer([], then="drop"),
    ],
)
async def test_whatever_else_answers_there_is_no_model_server(answer: Answer):
    with fake_model_server(answer) as fake:
        assert await served_models("ollama", f"{fake.url}/v1") is None


async def test_on_everybodys_port_only_llama_cpp_itself_is_taken_for_it():
    assert await ask(listing({"id": "a", "owned_by": "somebody"}), "llamacpp") is None


async def test_where_nothing_listens_there_is_no_server():
    with fake_model_server(Answer()) as fake:
        gone = fake.url
    assert await served_models("ollama", f"{gone}/v1") is None


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("", "http://127.0.0.1:11434/v1"),
        ("0.0.0.0", "http://127.0.0.1:11434/v1"),
        ("0.0.0.0:8000", "http://127.0.0.1:8000/v1"),
        (":8000", "http://127.0.0.1:8000/v1"),
        ("box", "http://box:11434/v1"),
        ("http://box:80", "http://box:80/v1"),
        ("https://box", "https://box:443/v1"),
        ("[::1]:9", "http://[::1]:9/v1"),
        ("box:nonsense", "http://127.0.0.1:11434/v1"),
    ],
)
def test_ollama_is_looked_for_where_its_variable_says(host: str, address: str):
    assert addresses({"OLLAMA_HOST": host})["ollama"] == address
