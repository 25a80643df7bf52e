"""Ids of sessions, turns, messages, parts and questions: opaque, never compared, never parsed."""

import os
import time


def new_id(prefix: str) -> str:
    """A fresh id such as `msg_3f9c…`: 96 random bits. Order comes from `seq`, never from an id."""
    return f"{prefix}_{os.urandom(12).hex()}"


def now() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000
