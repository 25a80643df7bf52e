"""Gives logs that are brought in other ids, another parent or another directory, wherever they say so. Pure."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

import msgspec

from sessiond_protocol.messages import Origin, Session

Value = TypeVar("Value")


class Renaming:
    def __init__(self, ids: Mapping[str, str], parentless: str | None, directory: str | None) -> None:
        """`ids`: the new one of each session that gets one. `parentless`: the session that loses its parent."""
        self._ids = ids
        self._parentless = parentless
        self._directory = directory

    def needed(self) -> bool:
        return bool(self._ids or self._parentless or self._directory)

    def of(self, value: Value) -> Value:
        """The same with new names; what has none of them is the same object."""
        return cast(Value, self._renamed(value, ""))

    def _renamed(self, value: Any, field: str) -> Any:
        match value:
            case str() if field in ("session_id", "path"):
                return self._ids.get(value, value)
            case Session():
                return self._session(value)
            case msgspec.Struct():
                fields = {name: getattr(value, name) for name in value.__struct_fields__}
                new = {name: self._renamed(old, name) for name, old in fields.items()}
                changed = {name: item for name, item in new.items() if item is not fields[name]}
                return msgspec.structs.replace(value, **changed) if changed else value
            case list():
                items = cast(list[Any], value)
                new = [self._renamed(item, field) for item in items]
                return new if any(a is not b for a, b in zip(new, items, strict=True)) else items
            case dict() if field == "metadata":
                return self._metadata(cast(dict[str, Any], value))
            case _:
                return value

    def _session(self, session: Session) -> Session:
        parent = None if session.id == self._parentless else session.parent_id
        new_id = self._ids.get(session.id)
        return msgspec.structs.replace(
            session,
            id=new_id or session.id,
            parent_id=self._ids.get(parent, parent) if parent else None,
            directory=self._directory or session.directory,
            origin=Origin(session_id=session.id) if new_id else session.origin,
        )

    def _metadata(self, metadata: dict[str, Any]) -> dict[str, Any]:
        """A task's call names the session that did it."""
        new = self._ids.get(metadata.get("sessionId", ""))
        return {**metadata, "sessionId": new} if new else metadata
