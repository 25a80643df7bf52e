"""Answers to permission questions, and the rules that `allowAlways` and `rejectAlways` leave behind.

Held by the manager. Rules are bound to the project's root and kept in the store.
"""

from typing import Literal

from sessiond.config.project import project_root
from sessiond.engine.identifiers import new_id
from sessiond.permission.questions import Questions
from sessiond.permission.rules import Rule, Rulebook
from sessiond.session.library import Library
from sessiond.storage.base import SavedPermission, Store
from sessiond_protocol.messages import PermissionRequest
from sessiond_protocol.permissions import PermissionReplyParams, PermissionReplyResult


class Permissions:
    def __init__(self, store: Store, library: Library, questions: Questions, rulebook: Rulebook) -> None:
        self._store = store
        self._library = library
        self._questions = questions
        self._rulebook = rulebook
        self._loaded: set[str] = set()

    async def load(self, root: str) -> None:
        """Takes what earlier answers saved for this project into the rulebook."""
        if root in self._loaded:
            return
        for saved in await self._store.saved_permissions(root):
            self._rulebook.remember(root, Rule(saved.permission, saved.pattern, saved.verdict))
        self._loaded.add(root)

    def waiting(self, session_id: str | None) -> list[PermissionRequest]:
        return self._questions.waiting(session_id)

    async def reply(self, params: PermissionReplyParams, by: str) -> PermissionReplyResult:
        """Raises RpcError `alreadyAnswered {by}` or `permissionNotFound`."""
        request = self._questions.answer(params.request_id, params.decision, by, params.feedback)
        if params.decision in ("allowAlways", "rejectAlways"):
            await self._save(request, allowed=params.decision == "allowAlways")
        return PermissionReplyResult(request_id=request.id, decision=params.decision)

    async def _save(self, request: PermissionRequest, *, allowed: bool) -> None:
        root = project_root((await self._library.row(request.session_id)).directory)
        verdict: Literal["allow", "deny"] = "allow" if allowed else "deny"
        for offered in request.always:
            await self._store.save_permission(
                SavedPermission(new_id("rul"), root, offered.permission, offered.pattern, verdict)
            )
            self._rulebook.remember(root, Rule(offered.permission, offered.pattern, verdict))
