"""Whose environment a model call goes by: its client's, and never that of the process that makes it."""

from collections.abc import Callable, Mapping

import pytest
from openai import omit as openai_omit

from sessiond.config.errors import ConfigError
from sessiond.config.network import Way, network_variables, options, way_to
from sessiond.providers.anthropic import Anthropic
from sessiond.providers.base import ModelRequest, Provider, ProviderError
from sessiond.providers.openai_chat import OpenAIChat
from sessiond.providers.openai_chat.client import build_client, custom_headers
from sessiond.providers.openai_responses import OpenAIResponses
from support.fake_model_server import Answer, fake_model_server

ADDRESS = "http://model.invalid/v1"
ADAPTERS: list[Callable[[Mapping[str, str]], Provider]] = [
    lambda environment: Anthropic("a", base_url=ADDRESS, api_key="k", environment=environment),
    lambda environment: OpenAIChat("c", base_url=ADDRESS, api_key="k", environment=environment),
    lambda environment: OpenAIResponses("r", base_url=ADDRESS, api_key="k", environment=environment),
]


async def asked(provider: Provider) -> ProviderError:
    with pytest.raises(ProviderError) as failure:
        async for _ in provider.stream(ModelRequest(model="m", system=(), messages=())):
            pass
    await provider.close()
    return failure.value


@pytest.mark.parametrize("adapter", ADAPTERS)
async def test_a_call_goes_through_the_clients_proxy(
    adapter: Callable[[Mapping[str, str]], Provider], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "model.invalid")
    with fake_model_server(Answer([b"{}"], status=401)) as proxy:
        assert (await asked(adapter({"http_proxy": proxy.url}))).kind == "authRequired"
        assert [request.path.startswith(ADDRESS) for request in proxy.requests] == [True]


@pytest.mark.parametrize("adapter", ADAPTERS)
async def test_certificates_that_are_not_there_are_named(adapter: Callable[[Mapping[str, str]], Provider]) -> None:
    failure = await asked(adapter({"SSL_CERT_FILE": "/does/not/exist"}))
    assert (failure.kind, "/does/not/exist" in failure.message) == ("providerUnavailable", True)


def test_headers_of_the_process_are_left_out_and_those_of_the_client_sent_to_openai_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "x-team: others\nx-secret: others")
    monkeypatch.setenv("OPENAI_ORG_ID", "others")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "others")
    environment = {"OPENAI_CUSTOM_HEADERS": "x-team: mine", "OPENAI_ORG_ID": "mine"}
    assert custom_headers(None, "k", environment) == {"x-team": "mine", "x-secret": openai_omit}
    assert custom_headers(ADDRESS, "k", environment) == {"x-team": openai_omit, "x-secret": openai_omit}
    client = build_client(None, "k", environment)
    assert (client.organization, client.project) == ("mine", None)


def test_a_way_is_what_the_environment_says_of_the_address() -> None:
    environment = {
        "HTTPS_PROXY": "proxy:3128",
        "https_proxy": "http://lower:1",
        "no_proxy": "localhost,.example.org",
        "SSL_CERT_FILE": "/certificates",
        "PATH": "/bin",
    }
    assert way_to("https://api.example.com/v1", environment) == Way("http://lower:1", "/certificates", None)
    assert way_to("https://api.example.org/v1", environment) == Way(None, "/certificates", None)
    assert way_to("http://api.example.com/v1", environment) == Way(None, "/certificates", None)
    assert way_to("http://a.b", {"ALL_PROXY": "proxy:3128"}) == Way("http://proxy:3128", None, None)
    assert network_variables(environment) == {name: environment[name] for name in environment if name != "PATH"}
    with pytest.raises(ConfigError, match="SSL_CERT_FILE or SSL_CERT_DIR names /certificates"):
        options(way_to("https://a.b", environment))
