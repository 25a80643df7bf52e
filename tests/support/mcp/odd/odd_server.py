"""An MCP server with one bad habit: `odd_server.py [HABIT [NUMBER]]`; HABITS has their names, docstrings what they do.

A script of its own, started by `launch.odd`. What it does otherwise, and its tools, are in `plain_server.py`.
"""

import json
import os
import signal
import sys

from plain_server import OUTPUT, Json, Server, pause, write

ERRORS = 2
JUNK = b"Starting up...\n\n\x1b[31mWarning:\x1b[0m {not json}\n[1, 2]\n42\n{}\n\xff\xfe\n"
NOTE = {"jsonrpc": "2.0", "method": "notifications/message", "params": {"level": "info", "data": "x" * 40}}
NOTES = json.dumps(NOTE).encode() + b"\n"


class HangsInInitialize(Server):
    """Reads everything and answers nothing."""

    def receive(self, message: Json) -> None:
        return


class SlowInInitialize(Server):
    """Answers `initialize` after NUMBER seconds (1), and everything else at once."""

    def receive(self, message: Json) -> None:
        if message.get("method") == "initialize":
            return self.later(self.number or 1.0, message["id"], lambda: Server.receive(self, message))
        super().receive(message)


class DiesInInitialize(Server):
    """Says why on stderr and ends with code NUMBER (1) instead of answering."""

    def receive(self, message: Json) -> None:
        write(ERRORS, b"Error: TOKEN is not set\n")
        os._exit(int(1 if self.number is None else self.number))


class ExitsAtOnce(Server):
    """Says why on stderr and ends with code NUMBER (1) before it reads anything."""

    def begin(self) -> None:
        write(ERRORS, b"Error: TOKEN is not set\n")
        os._exit(int(1 if self.number is None else self.number))


class Crashes(Server):
    """Dies in every call of a tool."""

    def call(self, request_id: object, params: Json) -> None:
        os._exit(3)


class Junk(Server):
    """Lines that are no JSON-RPC, before everything else and before every message."""

    def begin(self) -> None:
        write(OUTPUT, JUNK)

    def write(self, data: bytes) -> None:
        write(OUTPUT, JUNK + data)


class Floods(Server):
    """Once it is initialized, floods stdout with NUMBER lines (endlessly), 64 KiB at a time, and answers between."""

    line = b"\n"
    descriptor = OUTPUT

    def begin(self) -> None:
        self.lines = float("inf") if self.number is None else self.number
        self.flooding = False

    def receive(self, message: Json) -> None:
        super().receive(message)
        self.flooding = self.flooding or message.get("method") == "notifications/initialized"

    def patience(self) -> float:
        return 0 if self.flooding and self.lines > 0 else super().patience()

    def idle(self) -> None:
        if self.flooding and self.lines > 0:
            count = int(min(self.lines, max(1, (1 << 16) // len(self.line))))
            write(self.descriptor, self.line * count)
            self.lines -= count


class FloodsNotifications(Floods):
    __doc__ = Floods.__doc__
    line = NOTES


class FloodsJunk(Floods):
    __doc__ = Floods.__doc__
    line = b"DEBUG something is being done somewhere\n"


class FloodsStderr(Floods):
    __doc__ = Floods.__doc__
    line = b"DEBUG something is being done somewhere\n"
    descriptor = ERRORS


class EndlessLine(Floods):
    """Once it is initialized, a line on stdout that never ends; NUMBER as above, in bytes."""

    line = b"x"


class IgnoresSigterm(Server):
    """Does not end with its stdin, nor by SIGTERM."""

    def begin(self) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

    def at_end(self) -> None:
        while True:
            signal.pause()


class LeavesGrandchildren(Server):
    """Starts two processes that hold its stdout and stderr, one of them in a session of its own."""

    def begin(self) -> None:
        for leaves in (False, True):
            if os.fork() == 0:
                if leaves:
                    os.setsid()
                os.execv("/bin/sleep", ["sleep", "3600"])


class ClosesStdout(Server):
    """Closes stdout when a tool is called, and lives on, even without stdin."""

    def call(self, request_id: object, params: Json) -> None:
        os.close(OUTPUT)

    def at_end(self) -> None:
        while True:
            signal.pause()


class Deaf(Server):
    """Reads no more once it is initialized, and does not end with its stdin."""

    def receive(self, message: Json) -> None:
        super().receive(message)
        if message.get("method") == "notifications/initialized":
            while True:
                signal.pause()


class ByteByByte(Server):
    """Writes one byte at a time, NUMBER seconds (0.001) apart."""

    def write(self, data: bytes) -> None:
        for byte in data:
            write(OUTPUT, bytes([byte]))
            pause(0.001 if self.number is None else self.number)


class Crlf(Server):
    """Ends its lines with CR and LF, and begins with a byte order mark."""

    def begin(self) -> None:
        write(OUTPUT, b"\xef\xbb\xbf")

    def write(self, data: bytes) -> None:
        write(OUTPUT, data[:-1] + b"\r\n")


class IdLast(Server):
    """The result comes first in its answers, their id last."""

    def send(self, message: Json) -> None:
        super().send({key: message[key] for key in reversed(message)})


class BreaksUtf8(Server):
    """Answers of tools have bytes in their text that are not UTF-8."""

    def call(self, request_id: object, params: Json) -> None:
        self.broken = True
        super().call(request_id, params)
        self.broken = False

    def begin(self) -> None:
        self.broken = False

    def write(self, data: bytes) -> None:
        write(OUTPUT, data.replace(b'"text": "', b'"text": "\xff\xfe') if self.broken else data)


HABITS: dict[str, type[Server]] = {
    "plain": Server,
    "hangs-in-initialize": HangsInInitialize,
    "slow-in-initialize": SlowInInitialize,
    "dies-in-initialize": DiesInInitialize,
    "exits-at-once": ExitsAtOnce,
    "crashes": Crashes,
    "junk": Junk,
    "floods-notifications": FloodsNotifications,
    "floods-junk": FloodsJunk,
    "floods-stderr": FloodsStderr,
    "endless-line": EndlessLine,
    "ignores-sigterm": IgnoresSigterm,
    "leaves-grandchildren": LeavesGrandchildren,
    "closes-stdout": ClosesStdout,
    "deaf": Deaf,
    "byte-by-byte": ByteByByte,
    "crlf": Crlf,
    "id-last": IdLast,
    "breaks-utf8": BreaksUtf8,
}

if __name__ == "__main__":
    HABITS[(sys.argv[1:2] or ["plain"])[0]](float(sys.argv[2]) if sys.argv[2:] else None).run()
