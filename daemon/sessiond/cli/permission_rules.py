"""The rules that always-answers have saved, for `sessiond permission rules` and `remove`: listed, and taken back.

By the engine, which would go on with a rule that was removed behind its back.
"""

import asyncio
import os

from sessiond.cli.client.client import Client
from sessiond.cli.client.reaching import engine_for
from sessiond.cli.table import table
from sessiond.config.errors import Failed
from sessiond.config.project import project_root
from sessiond.permission.rules import Rule
from sessiond_protocol.asking.permissions import RemoveRuleParams, RulesResult, SavedRule
from sessiond_protocol.models import DirectoryParams
from sessiond_protocol.wire import NoParams


def show(directory: str) -> int:
    """Those of the directory's project."""
    return asyncio.run(_show(project_root(os.path.realpath(directory))))


def remove(rule_id: str) -> int:
    """Raises Failed for an id that no rule has."""
    return asyncio.run(_remove(rule_id))


async def _show(root: str) -> int:
    async with engine_for("sessiond permission") as client:
        saved = await _rules(client, root)
    if not saved:
        print(f"No rules are saved for {root}.")
        return 0
    print(table([("ID", "RULE"), *((rule.id, _shown(rule)) for rule in saved)]))
    return 0


async def _remove(rule_id: str) -> int:
    async with engine_for("sessiond permission") as client:
        rule = next((rule for rule in await _rules(client, None) if rule.id == rule_id), None)
        if rule is None:
            raise Failed(f"There is no saved rule {rule_id}. `sessiond permission rules` lists them.")
        await client.call("permission/removeRule", RemoveRuleParams(rule_id), NoParams)
    print(f"Removed {_shown(rule)}.")
    return 0


async def _rules(client: Client, root: str | None) -> list[SavedRule]:
    return (await client.call("permission/rules", DirectoryParams(root), RulesResult)).rules


def _shown(rule: SavedRule) -> str:
    return str(Rule(rule.permission, rule.pattern, rule.verdict))
