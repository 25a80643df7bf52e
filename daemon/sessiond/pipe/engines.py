"""One engine after the other: greeted when found, followed by the next when it dies or leaves, missed when none is.

Used by `pipe.py` and `loop.py`. While no engine listens, what the client says is held for the next one.
"""

from __future__ import annotations

import time

from sessiond import __version__
from sessiond.owner.starting import own_command
from sessiond.owner.unavailable import EngineUnavailable
from sessiond.pipe import messages, versions
from sessiond.pipe.ends.link import Link, hello
from sessiond.pipe.envelope import inside
from sessiond.pipe.held import Held
from sessiond.pipe.search import Search

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sessiond.pipe.ends.client import Client
    from sessiond.pipe.remembered.conversation import Conversation
    from sessiond.pipe.seeking import Seeking

WELCOME_SECONDS = 30.0
"""How long an engine that has just started may take until it answers."""
FAREWELL_SECONDS = 10.0
"""How long an engine may take to let a client go that has said its last word in full."""

STOPPED = EngineUnavailable("shuttingDown", "After `shutdown` only the notification `exit` may come.")
MUTE = EngineUnavailable(
    "engineUnavailable", f"The engine has not answered for {WELCOME_SECONDS:g} s. Run `sessiond restart`."
)
SHORT_LIVED = EngineUnavailable(
    "engineUnavailable", "The engine ends as soon as it has started. `sessiond logs` may say why."
)
DIED = "The engine of sessiond has ended unexpectedly. Another one is being started; `sessiond logs` may say why."


class Engines:
    def __init__(self, client: Client, conversation: Conversation, environment: Mapping[str, str]) -> None:
        self.link: Link | None = None
        self.seeking: Seeking | None = None
        self.deadline: float | None = None
        """When `time_is_up`, in the seconds of `time.monotonic`."""
        self.finished = False
        """Whether the client has left and nothing is owed to it."""
        self._client = client
        self._conversation = conversation
        self._environment = environment
        self._search = Search(environment)
        self._held: Held | None = None

    @property
    def are_absent(self) -> bool:
        """There is none, and none is being looked for."""
        return self.link is None and self._held is None

    @property
    def reason(self) -> EngineUnavailable:
        return self._search.failure or STOPPED

    @property
    def has_room(self) -> bool:
        if self._held is not None:
            return self._held.has_room
        return self.link is None or self.link.has_room

    def want(self) -> None:
        """Somebody asks for something."""
        if self.are_absent and self._search.may_begin:
            self._hold()
            self._seek()

    def send(self, frame: bytes) -> None:
        """To the engine of now or the next. Where none is looked for, what matters of it is remembered."""
        if self._held is not None:
            self._held.add(frame)
        elif self.link is not None:
            self.link.send(frame)

    def client_leaves(self) -> None:
        if self._held is None and self.link is not None:
            self._say_last_word(self.link)
        elif not self._conversation.pending:
            self.finished = True

    def _say_last_word(self, link: Link) -> None:
        introduction = self._conversation.introduction
        if introduction.last_word is not None:
            link.send(introduction.last_word)
            if introduction.has_exited:
                self.deadline = time.monotonic() + FAREWELL_SECONDS

    # One comes.

    def search_ended(self, seeking: Seeking) -> None:
        self.seeking = None
        seeking.close()
        if seeking.found is None:
            self._give_up(seeking.failure or SHORT_LIVED)
            return
        self.link = Link(seeking.found)
        self.link.send(hello(self._environment, answered=self._conversation.introduction.answered))
        self.deadline = time.monotonic() + WELCOME_SECONDS

    def link_said(self, link: Link, method: str, params: dict[str, Any]) -> None:
        """What only pipe and engine say to each other. What a newer engine may say besides means nothing here."""
        if method == "link/welcome" and self._held is not None and link.leaving is None:
            self._welcomed(link, str(params.get("version")), self._held)
        elif method == "link/refused":
            link.refusal = EngineUnavailable(str(params.get("kind")), str(params.get("message")))
        elif method == "link/ended":
            link.ended = True
        elif method == "link/leaving":
            link.leaving = params
            if self._held is None:
                self._hold_unread()

    def _welcomed(self, link: Link, version: str, held: Held) -> None:
        link.version, self._held, self.deadline = version, None, None
        self._search.welcomed()
        for frame in held.frames():
            link.send(frame)
        self._say_last_word(link)
        self._tell(self._conversation.subscriptions.told())
        if versions.is_newer(__version__, version):
            link.send(messages.notification("link/supersede", {"version": __version__, "command": own_command()}))
            if self._conversation.introduction.answered:
                self._tell([versions.takes_over_later(version)])

    # One goes.

    def gone(self, link: Link) -> None:
        """It says nothing more."""
        self.link = self.deadline = None
        link.close()
        self._search.lost(useful=link.was_useful)
        if link.ended:
            self.finished = True
        elif link.refusal is not None:
            self._give_up(link.refusal)
        elif link.leaving is not None:
            self._left(link.leaving)
        elif link.version:
            self._died()
        elif self._search.is_hopeless:
            self._give_up(SHORT_LIVED)
        else:
            self._seek()

    def _died(self) -> None:
        introduction = self._conversation.introduction
        self._tell(self._conversation.lost())
        self._tell(self._conversation.forsaken())
        self._tell(self._conversation.subscriptions.told())
        self._hold()
        if introduction.last_word is not None:
            self.finished = True
        elif introduction.shut_down:
            self._held = None
        else:
            self._tell([messages.log_message(messages.WARNING, DIED)])
            self._seek()

    def _left(self, leaving: dict[str, Any]) -> None:
        """In good order. The next one is that which it names, and only if anybody wants one."""
        introduction = self._conversation.introduction
        wants_nothing = introduction.shut_down or introduction.last_word is not None
        self._tell(self._conversation.forsaken())
        if not self._conversation.pending and (wants_nothing or leaving.get("stopped") is True):
            self._held = None
            self.finished = introduction.last_word is not None
            self._tell([] if wants_nothing else self._conversation.subscriptions.silenced())
            return
        self._tell(self._conversation.subscriptions.told())
        self._search.command = inside(leaving, "successor", "command") or None
        self._seek()

    def _give_up(self, failure: EngineUnavailable) -> None:
        """Until somebody asks for something again."""
        self._held = None
        self._search.failed(failure)
        self._tell(self._conversation.refused(failure))
        self._tell([messages.log_message(messages.ERROR, failure.message)])
        self.finished = self._conversation.introduction.last_word is not None

    def time_is_up(self) -> None:
        """For an engine that does not welcome us, or does not let a client go."""
        link, self.link, self.deadline = self.link, None, None
        if link is None:
            return
        link.close()
        if link.version:
            self.finished = True
        else:
            self._give_up(MUTE)

    def _hold(self) -> None:
        self._held = Held(self._conversation.known())

    def _hold_unread(self) -> None:
        """All that the engine has read is answered by now."""
        repeated, lost = self._conversation.unread()
        self._tell(lost)
        self._held = Held(self._conversation.known() + repeated)

    def _seek(self) -> None:
        self.seeking = self._search.begin()

    def _tell(self, words: list[bytes]) -> None:
        for word in words:
            self._client.send(word)
