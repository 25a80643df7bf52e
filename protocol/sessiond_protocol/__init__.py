"""The words of sessiond: every type that crosses the wire or stands in the log.

Imported by the daemon, its tests and the schema generator. Types only, no logic;
imports nothing but msgspec. `protocol/README.md` says what the words mean.
"""

PROTOCOL_VERSION = 1

MAX_MESSAGE_BYTES = 32 * 1024 * 1024
"""The largest message a client may send."""
