"""Answers to permission questions, and the rules that `allowAlways` and `rejectAlways` leave behind.

Held by the keeper. Rules are bound to the project's root and kept in the store.
"""

from typing import Literal

from sessiond.config.project import project_root
from sessiond.engine.identifiers import new_id
from sessiond.permission.rules import Rule, SavedRules
from sessiond.session.asking.permissions import Decided, WaitingPermissions
from sessiond.session.library import Library
from sessiond.storage.base import SavedPermission, Store
from sessiond.uncancelled import uncancelled
from sessiond_protocol.asking.permissions import PermissionReplyParams, PermissionReplyResult, RulesResult, SavedRule
from sessiond_protocol.errors import ErrorCode, RpcError
from sessiond_protocol.messages import Decision, OfferedRule, PermissionRequest


class Permissions:
    def __init__(self, store: Store, library: Library, waiting: WaitingPermissions, saved: SavedRules) -> None:
        self._store = store
        self._library = library
        self._waiting = waiting
        self._saved = saved
        self._loaded: set[str] = set()

    async def load(self, root: str) -> None:
        """Takes what earlier answers saved for this project into the rules."""
        if root in self._loaded:
            return
        kept = await self._store.saved_permissions(root)
        if root not in self._loaded:  # by another session meanwhile
            self._loaded.add(root)
            for each in kept:
                self._saved.remember(root, _rule(each))

    def waiting(self, session_id: str | None) -> list[PermissionRequest]:
        """The questions that wait, of all sessions or of one and those below it."""
        return self._library.of_family(session_id, self._waiting.requests())

    async def reply(self, params: PermissionReplyParams, by: str) -> PermissionReplyResult:
        """Answers a question and all others that the rules it leaves have made needless.

        An `allowAlways` where it is not on offer counts as `allowOnce`, and the result says so. Raises RpcError
        `alreadyAnswered {by}` or `permissionNotFound`, or `storageFailed` when a rule could not be saved: the
        answer then counts once.
        """
        session_id = self._waiting.find(params.request_id).session_id
        root = project_root((await self._library.row(session_id)).directory)
        request = self._waiting.find(params.request_id)
        decision = decision_on(params.decision, request)
        verdict: Literal["allow", "deny"] = "allow" if decision == "allowAlways" else "deny"
        rules = [
            SavedPermission(new_id("rul"), root, rule.permission, rule.pattern, verdict)
            for rule in rules_left(decision, request)
        ]
        # From here to the answer nothing is awaited: the first one wins, and its rules hold before the turn goes on.
        for rule in rules:
            self._saved.remember(root, _rule(rule))
        self._waiting.answer(request.id, Decided(decision, by, params.feedback))
        if rules:
            await uncancelled(self._keep(rules))
        return PermissionReplyResult(request_id=request.id, decision=decision)

    async def rules(self, directory: str | None) -> RulesResult:
        """What was saved for the project that the directory belongs to; without one, for all."""
        root = None if directory is None else project_root(directory)
        saved = await self._store.saved_permissions(root)
        return RulesResult(
            rules=[
                SavedRule(
                    id=rule.id,
                    directory=rule.directory,
                    permission=rule.permission,
                    pattern=rule.pattern,
                    verdict=rule.verdict,
                )
                for rule in saved
            ]
        )

    async def remove_rule(self, rule_id: str) -> None:
        """Raises RpcError `invalidRequest` for an id that no rule has."""
        removed = await self._store.remove_permission(rule_id)
        if removed is None:
            raise RpcError(
                ErrorCode.INVALID_PARAMS,
                f"There is no saved rule {rule_id!r}. `permission/rules` gives those there are.",
                {"kind": "invalidRequest", "field": "id"},
            )
        self._saved.forget(removed.directory, _rule(removed))

    async def _keep(self, rules: list[SavedPermission]) -> None:
        saved = 0
        try:
            for rule in rules:
                await self._store.save_permission(rule)
                saved += 1
        finally:
            for rule in rules[saved:]:
                self._saved.forget(rule.directory, _rule(rule))
        await self._waiting.rules_changed()


def decision_on(wanted: Decision, request: PermissionRequest) -> Decision:
    """What an answer counts as: `allowAlways` needs a rule that is on offer."""
    return "allowOnce" if wanted == "allowAlways" and not request.always else wanted


def rules_left(decision: Decision, request: PermissionRequest) -> list[OfferedRule]:
    """The rules that an answer saves; a refusal where none is on offer is saved for exactly what was asked."""
    if decision not in ("allowAlways", "rejectAlways"):
        return []
    return request.always or [OfferedRule(request.permission, pattern) for pattern in request.patterns]


def _rule(saved: SavedPermission) -> Rule:
    return Rule(saved.permission, saved.pattern, saved.verdict)
