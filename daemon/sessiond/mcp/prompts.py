"""The prompts of MCP servers as commands: which there are, and what one becomes with its arguments.

Used by `mcp/requests.py` and by a session before a turn begins.
"""

import io
import shlex
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from sessiond.mcp.base import PromptArgument, PromptFacts, Server, ServerFailed
from sessiond.mcp.prompt_parts import PromptParts
from sessiond.mcp.tools.words import brief, one_line
from sessiond.tools.paths import quoted
from sessiond_protocol.errors import ErrorCode, RpcError
from sessiond_protocol.methods import CommandInput, PromptPart
from sessiond_protocol.tools import CommandArgument, CommandInfo

MAX_NAME = 200
MAX_DESCRIPTION = 500
SPEAKERS = {"user": "User:", "assistant": "Assistant:"}


def commands_of(servers: Sequence[Server], query: str | None = None) -> list[CommandInfo]:
    """Those with the text in their name or title; case does not matter."""
    wanted = (query or "").casefold()
    commands = [_command(server, facts) for server in servers for facts in _typable(server)]
    return [each for each in commands if wanted in each.name.casefold() or wanted in (each.title or "").casefold()]


async def prompt_of(command: CommandInput, servers: Sequence[Server]) -> list[PromptPart]:
    """What the command becomes. Raises RpcError `invalidRequest` for one that no server has, or gives."""
    for server in servers:
        for facts in _typable(server):
            if command.name == _name(server, facts):
                return await expanded(server, facts, parsed(command.arguments, facts))
    names = ", ".join(each.name for each in commands_of(servers)[:20]) or "none"
    raise _invalid(f"There is no command {quoted(command.name)}. There are: {names}.")


def parsed(arguments: str, facts: PromptFacts) -> dict[str, str]:
    """The values by name: of `name=value`, and of others in the order of the names; the last takes all that is left.

    Raises RpcError `invalidRequest` for what is missing, what is too much, and a quotation that does not end.
    """
    free = {argument.name: argument for argument in facts.arguments}
    values: dict[str, str] = {}
    words = _Words(arguments)
    while words.rest:
        name, value = words.next_named([argument.name for argument in facts.arguments])
        if name in values:
            raise _invalid(f"`{name}` is given twice.")
        if name is None:
            name = next(iter(free), None)
            if name is None:
                raise _invalid(f"The command takes no more than this: {quoted(words.rest)} is too much.")
            value = words.all() if len(free) == 1 else words.next()
        values[name] = value
        del free[name]
    if missing := [argument for argument in free.values() if argument.required]:
        raise _invalid(f"The command needs {', '.join(map(_explained, missing))}.")
    return values


async def expanded(server: Server, facts: PromptFacts, arguments: Mapping[str, str]) -> list[PromptPart]:
    """One message as it is; of several, one prompt that says who said what."""
    try:
        messages = await server.prompt(facts.name, arguments)
    except ServerFailed as failure:
        raise _invalid(f"{_name(server, facts)} cannot be had: {brief(str(failure), 1000)}") from None
    parts = PromptParts()
    for role, said in groupby(messages, lambda message: message.role):
        if any(message.role != "user" for message in messages):
            parts.say(SPEAKERS[role])
        parts.add(message.content for message in said)
    if not (whole := parts.whole()):
        raise _invalid(f"{_name(server, facts)} is empty: the server gives no text for it.")
    return whole


class _Words:
    """Reads words as a shell splits them, one by one."""

    def __init__(self, text: str) -> None:
        self.rest = text.strip()

    def next(self) -> str:
        try:
            word, self.rest = self._split()
        except ValueError:
            raise _invalid(f"A quotation does not end: {quoted(self.rest)}.") from None
        return word

    def next_named(self, names: Sequence[str]) -> tuple[str | None, str]:
        """The name and value where `name=value` comes next; else nothing is read."""
        try:
            word, rest = self._split()
        except ValueError:
            return None, ""
        name, equals, value = word.partition("=")
        if not equals or name not in names:
            return None, ""
        self.rest = rest
        return name, value

    def all(self) -> str:
        """What is left; without its quotes where it is one word, as it is where it is none of a shell's."""
        text, self.rest = self.rest, ""
        try:
            words = shlex.split(text)
        except ValueError:
            return text
        return words[0] if len(words) == 1 else text

    def _split(self) -> tuple[str, str]:
        """The next word, and what comes after it. Raises ValueError for a quotation that does not end."""
        reader = io.StringIO(self.rest)
        lexer = shlex.shlex(reader, posix=True)
        lexer.whitespace_split, lexer.commenters = True, ""
        return lexer.get_token() or "", reader.read().strip()


def _typable(server: Server) -> Iterator[PromptFacts]:
    """Prompts whose names a user can type."""
    return (facts for facts in server.listing.prompts if 0 < len(facts.name) <= MAX_NAME and facts.name.isprintable())


def _command(server: Server, facts: PromptFacts) -> CommandInfo:
    return CommandInfo(
        name=_name(server, facts),
        server=server.name,
        title=one_line(facts.title) if facts.title else None,
        description=brief(facts.description, MAX_DESCRIPTION) if facts.description else None,
        arguments=[
            CommandArgument(
                name=one_line(argument.name),
                description=one_line(argument.description) if argument.description else None,
                required=argument.required,
            )
            for argument in facts.arguments
        ],
    )


def _name(server: Server, facts: PromptFacts) -> str:
    return f"{server.name}:{facts.name}"


def _explained(argument: PromptArgument) -> str:
    described = f" ({one_line(argument.description)})" if argument.description else ""
    return f"`{one_line(argument.name)}`{described}"


def _invalid(message: str) -> RpcError:
    return RpcError(ErrorCode.INVALID_PARAMS, message, {"kind": "invalidRequest", "field": "command"})
