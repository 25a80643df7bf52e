"""`sessiond permission`: what the rules decide, and the rules that always-answers have saved.

`check` imports little: pydantic only where the configured rules are asked for.
"""

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from sessiond.cli.permission_check import Checker, CheckFailed
from sessiond.config.errors import Failed
from sessiond.tools.paths import printable, quoted

EPILOG = """\
examples:
  sessiond permission check "git status; rm -rf x"
  sessiond permission check --rule 'git *=allow' --rule 'git push*=deny' "git push"
  sessiond permission check --path .env --permission read
  printf '%s\\n' '{"command": "ls"}' | sessiond permission check --lines
  sessiond permission rules
  sessiond permission remove ID

`check` prints {decision, rule, reason, commands} as JSON. Rules given with it stand in place of those that are
configured and of the shipped list of harmless commands; they speak of shell commands, and the last match wins.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    check = actions.add_parser("check", help="what the rules decide for a shell command or a path")
    what = check.add_mutually_exclusive_group(required=True)
    what.add_argument("command", nargs="?", metavar="COMMAND", help="the shell command")
    what.add_argument("--path", help="a file or directory, instead of a command")
    what.add_argument("--lines", action="store_true", help="{command, rules?, directory?} from stdin, one a line")
    check.add_argument("--permission", choices=("read", "edit"), default="edit", help="of the path (edit)")
    check.add_argument("--rule", action="append", metavar="PATTERN=DECISION", help="allow, ask or deny; repeatable")
    for action in (check, actions.add_parser("rules", help="those that always-answers have saved for this project")):
        action.add_argument("-C", "--directory", default=".", help="where (default: here)")
    actions.add_parser("remove", help="one of the saved rules").add_argument("id", metavar="ID")


def main(options: argparse.Namespace) -> int:
    if options.action != "check":
        return _saved(options)
    checker = Checker()
    rules = None if options.rule is None else [_rule(text) for text in options.rule]
    if options.lines:
        return _lines(checker, rules, options.directory)
    if options.path is not None:
        return _once(lambda: checker.path(options.permission, options.path, rules, options.directory))
    return _once(lambda: checker.command(options.command, rules, options.directory))


def _saved(options: argparse.Namespace) -> int:
    from sessiond.cli import permission_rules  # noqa: PLC0415 - `check` shall not wait for asyncio and the protocol

    return (
        permission_rules.remove(options.id) if options.action == "remove" else permission_rules.show(options.directory)
    )


def _rule(text: str) -> list[str]:
    pattern, equals, decision = text.rpartition("=")
    if not equals:
        raise Failed(f"--rule {quoted(text)}: write it as PATTERN=DECISION, such as 'git status*=allow'.")
    return [pattern, decision]


def _once(check: Callable[[], dict[str, Any]]) -> int:
    try:
        _print(check())
    except CheckFailed as error:
        raise Failed(str(error)) from None
    return 0


def _lines(checker: Checker, rules: list[list[str]] | None, directory: str) -> int:
    """One result for each line, so that both sides count alike; a bad line costs itself only."""
    well = True
    for line in sys.stdin.buffer:
        try:
            _print(checker.line(line, rules, directory))
        except (CheckFailed, Failed) as error:
            well = False
            _print({"error": str(error)})
    return 0 if well else 1


def _print(result: dict[str, Any]) -> None:
    sys.stdout.buffer.write(printable(json.dumps(result, ensure_ascii=False)).encode() + b"\n")
    sys.stdout.buffer.flush()
