"""Plays model steps from a file; see docs/scripted-provider.md."""

from sessiond.providers.scripted.provider import Scripted

__all__ = ["Scripted"]
