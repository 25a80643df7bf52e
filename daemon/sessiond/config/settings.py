"""What can be configured, with its defaults; `docs/config.md` explains each key.

Validated by pydantic from what `load.py` has merged. Imported after the first answer is out.
"""

import re
from decimal import Decimal
from typing import Annotated, Any, Literal, Self, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

Api = Literal["openai-chat", "openai-responses", "anthropic", "scripted"]
Rule = Literal["allow", "ask", "deny"]
PARTIAL = "partial"
"""The context in which one file is validated by itself: it may say a part of what another says the rest of."""


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class TokenPrices(Section):
    """US dollars per million tokens."""

    input: Decimal = Field(ge=0)
    output: Decimal = Field(ge=0)
    cache_read: Decimal | None = Field(default=None, ge=0)
    cache_write: Decimal | None = Field(default=None, ge=0)


class PriceTierSettings(TokenPrices):
    """What all tokens of a call cost whose prompt is longer than `above`."""

    above: int = Field(gt=0)
    """Tokens of the prompt, cached ones included."""


class PriceSettings(TokenPrices):
    """US dollars per million tokens."""

    tiers: list[PriceTierSettings] = []
    """Prices for long prompts."""


class ModelSettings(Section):
    """What the catalogue does not know of a model, or what overrides it."""

    context: int | None = Field(default=None, gt=0)
    """Tokens that prompt and answer may take together."""
    output: int | None = Field(default=None, gt=0)
    """Tokens that one answer may take."""
    price: PriceSettings | None = None
    """US dollars per million tokens; left out, the cost is not known."""
    tools: bool | None = None
    """Whether the model can call tools."""
    images: bool | None = None
    """Whether the model takes images."""
    reasoning: bool | None = None
    """Whether the model reasons before it answers."""
    temperature: bool | None = None
    """Whether the model takes a temperature."""


class ProviderSettings(Section):
    """One place that serves models; its name is the first half of `provider/model`."""

    api: Api
    """How it is spoken to. `scripted` plays model steps from a file."""
    base_url: str | None = None
    """Where it is; left out, the official address of the API."""
    api_key_env: str | None = None
    """The environment variable that holds its key; a key stored by `sessiond auth add` is used as well."""
    script: str | None = None
    """For `api = "scripted"`: the file of model steps, one JSON object a line."""
    models: dict[str, ModelSettings] = {}
    """Its models, by their own names."""


class UnattendedSettings(Section):
    """What happens to a permission question while no client is attached."""

    decision: Literal["allow", "deny"] = "deny"
    """What is answered."""
    after: float = Field(default=60.0, ge=0)
    """Seconds until it is."""


class TimeoutSettings(Section):
    """When to give up."""

    idle: float = Field(default=300.0, gt=0)
    """Seconds without a byte from the model."""


class RetrySettings(Section):
    """How a failed model call is tried again, as long as nothing of its answer has come."""

    max_attempts: int = Field(default=5, ge=1)
    """How often a call is made at most."""
    max_wait: float = Field(default=300.0, ge=0)
    """Seconds; a provider that asks for a longer wait ends the turn with its reason."""


class CompactionSettings(Section):
    """When a conversation that outgrows its model is compacted: old tool output is left out, then a summary made."""

    auto: bool = True
    """Whether it is done by itself; `false`: never, only by `session/summarize`."""
    threshold: float = Field(default=0.9, gt=0, le=1)
    """How full the context may be, as a share of what the model takes beside its answer."""


class RetentionSettings(Section):
    """How long things are kept that can be had again."""

    blobs_days: float = Field(default=7.0, ge=0)
    """Days after which long output of tools, and what files were before they were changed, are removed."""
    archived_days: float | None = Field(default=None, ge=1)
    """Days after which a session that is archived, and was not changed since, is deleted; left out, never."""


class SnapshotSettings(Section):
    """What is remembered of files, so that a revert can put them back. What edits change always is."""

    commands: bool = True
    """Whether what shell commands change is looked at: by git, which is needed for it."""


class SandboxSettings(Section):
    """How shell commands are kept in: Linux, with bubblewrap."""

    bash: Literal["auto", "off", "required"] = "auto"
    """`auto`: in the sandbox wherever one works, else without; `required`: never without; `off`: never in it."""
    network: bool = False
    """Whether commands in the sandbox have the network."""
    writable: list[str] = []
    """Directories that they may write beside the project, such as `~/.cache`."""


class EnvironmentSettings(Section):
    """What child processes see of the environment."""

    keep: list[str] = []
    """Variables that they see although they look like secrets, such as `NPM_TOKEN`."""


class EngineSettings(Section):
    """The engine in the background, which all clients and projects share."""

    idle: float = Field(default=600.0, ge=0)
    """Seconds without a client and without a turn after which it ends; `0`: at once."""


class OAuthSettings(Section):
    """How to log in to a remote server that wants it; needed only where the server does not register clients itself."""

    client_id: str | None = None
    """The client that is registered with the server's provider."""
    client_secret_env: str | None = None
    """The environment variable that holds its secret."""
    scopes: list[str] | None = None
    """What to ask for; left out, what the server names."""


def _word(text: str) -> str:
    """What the system and a header take: JSON can say halves of characters, and a NUL would end it."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("must be Unicode text without NUL")
    return text


def _variable(name: str) -> str:
    if not name or "=" in name:
        raise ValueError("must be the name of a variable")
    return _word(name)


def _header(name: str) -> str:
    if not re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name, re.ASCII):
        raise ValueError("must be the name of a header")
    return name


def _address(url: str) -> str:
    """What a variable stands for is seen when it is filled in."""
    if not re.match(r"https?://.|\$\{", url):
        raise ValueError("must begin with http:// or https://")
    return _word(url)


def _server_name(name: str) -> str:
    """Ends up in names of tools, commands and resources, in files and on terminals."""
    if not 0 < len(name) <= 64 or ":" in name or not name.isprintable() or name != name.strip():
        raise ValueError("the name of a server has 1 to 64 printable characters and no colon")
    return name


Word = Annotated[str, AfterValidator(_word)]
ServerName = Annotated[str, AfterValidator(_server_name)]


class McpServerSettings(Section):
    """One MCP server: `command` starts it here, `url` says where it is. `${NAME}` stands for a variable."""

    command: list[Word] | None = Field(default=None, min_length=1)
    """The program and its arguments; spoken to over its stdin and stdout."""
    env: dict[Annotated[str, AfterValidator(_variable)], Word] = {}
    """Variables that it gets beside those that every child process sees."""
    cwd: Word | None = None
    """Where it runs; left out, the project's root, which a relative path counts from."""
    url: Annotated[str, AfterValidator(_address)] | None = None
    """The address of a remote server."""
    transport: Literal["http", "sse"] | None = None
    """How a remote server is spoken to; left out, streamable HTTP, or SSE where that is not understood."""
    headers: dict[Annotated[str, AfterValidator(_header)], Word] = {}
    """Sent with every request to a remote server."""
    oauth: OAuthSettings = OAuthSettings()
    enabled: bool = True
    """Whether it is used."""
    start_timeout: float = Field(default=30.0, gt=0)
    """Seconds until it must have answered and told what it offers."""
    call_timeout: float = Field(default=300.0, gt=0)
    """Seconds that a call may take without progress; a question to the user does not count."""
    call_timeouts: dict[str, Annotated[float, Field(gt=0)]] = {}
    """The same for single tools, by the server's own names."""
    sampling: bool = False
    """Whether it may have your model answer for it, at your cost."""

    @model_validator(mode="after")
    def _is_one_kind(self, info: ValidationInfo) -> Self:
        if self.command is not None and self.url is not None:
            raise ValueError("has `command` and `url`, which are two servers")
        if self.command is None and self.url is None and info.context != PARTIAL:
            raise ValueError("needs `command` or `url`")
        return self


PermissionValue = Annotated[Rule | dict[str, Rule] | UnattendedSettings, Field(union_mode="left_to_right")]


class Settings(Section):
    """Everything that can be configured."""

    model: str | None = None
    """The model to use, as `provider/model`; left out, the best one that is usable."""
    small_model: str | None = None
    """A cheaper model that names sessions; left out, the first line of the first prompt does."""
    max_steps: int = Field(default=1000, ge=1)
    """Model calls that one turn may take."""
    provider: dict[str, ProviderSettings] = {}
    """Places that serve models, by name."""
    permission: dict[str, PermissionValue] = {}
    """Per tool `allow`, `ask` or `deny`, or a table of patterns with these; the last match wins."""
    timeouts: TimeoutSettings = TimeoutSettings()
    compaction: CompactionSettings = CompactionSettings()
    retention: RetentionSettings = RetentionSettings()
    snapshots: SnapshotSettings = SnapshotSettings()
    retry: RetrySettings = RetrySettings()
    sandbox: SandboxSettings = SandboxSettings()
    environment: EnvironmentSettings = EnvironmentSettings()
    engine: EngineSettings = EngineSettings()
    mcp: dict[ServerName, McpServerSettings] = {}
    """Servers whose tools models get as `<server>_<tool>`, by name."""
    on_disconnect: Literal["abort", "finish"] = "abort"
    """What an engine that ends does with its running turns; one that all clients share outlives them."""

    @property
    def rules(self) -> dict[str, Rule | dict[str, Rule]]:
        """The `[permission]` section without what is no rule in it."""
        return {name: rule for name, rule in self.permission.items() if not isinstance(rule, UnattendedSettings)}

    @field_validator("permission", mode="before")
    @classmethod
    def _unattended_is_no_tool(cls, value: Any) -> Any:
        """Under `unattended` stands a section, under every other name a rule; a union alone can mix them up."""
        if not isinstance(value, dict) or "unattended" not in value:
            return cast(Any, value)
        table = cast(dict[str, Any], value)
        try:
            return table | {"unattended": UnattendedSettings.model_validate(table["unattended"])}
        except ValidationError as error:
            raise ValueError(f"unattended: {error.errors()[0]['msg']}") from None

    @field_validator("permission", mode="after")
    @classmethod
    def _tools_have_rules(cls, value: dict[str, PermissionValue]) -> dict[str, PermissionValue]:
        for name, rule in value.items():
            if isinstance(rule, UnattendedSettings) and name != "unattended":
                raise ValueError(f"{name}: must be allow, ask or deny, or a table of patterns with these")
        return value
