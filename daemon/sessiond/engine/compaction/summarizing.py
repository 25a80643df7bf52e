"""A turn that only summarises, at the user's wish: all but the newest quarter, whatever size that has."""

from sessiond.engine.compaction.outline import Outline, outline_of
from sessiond.engine.compaction.summary import summarize
from sessiond.engine.context import context_of
from sessiond.engine.conversation import Conversation
from sessiond.engine.plan import TurnPlan
from sessiond.engine.window.estimate import fixed_weight, weight
from sessiond.engine.window.limits import UNKNOWN_MOST, limits_of
from sessiond_protocol.events import ContextFilled
from sessiond_protocol.messages import StopReason


class Summarizing:
    """Fits `run_turn`; there is no step that a failure could cut off, since a summary closes its own message."""

    step = None

    def __init__(self, conversation: Conversation, plan: TurnPlan) -> None:
        self._conversation = conversation
        self._plan = plan
        self._limits = limits_of(plan.model, plan.compaction)
        context = context_of(conversation, plan)
        messages = context.window.messages
        due = self._limits.due or max(context.used, UNKNOWN_MOST)
        self._room = max(0, due - fixed_weight(context.request))
        self._keep = min(self._limits.kept_of(self._room), weight(messages, images=True) // 4)
        self.tokens_before = context.used

    @property
    def tokens(self) -> int:
        """Of the context as it is now, estimated."""
        return context_of(self._conversation, self._plan).used

    def has_work(self) -> bool:
        return self._outlined(self._limits.readable) is not None

    async def run(self) -> StopReason:
        """One summary after another, each brought up to date with as much as the model reads at once.

        Raises ProviderError for one that failed; those before it hold.
        """
        while await summarize(self._conversation, self._plan, self._outlined, self._limits, self._room):
            use = self._limits.use(self.tokens, auto=self._plan.compaction.auto)
            self._conversation.say(ContextFilled(used=use.used, limit=use.limit, compacts_at=use.compacts_at))
        return "endTurn"

    def _outlined(self, take: int) -> Outline | None:
        window = context_of(self._conversation, self._plan).window
        return outline_of(
            window, self._conversation.messages, self._plan.turn_id, keep=self._keep, take=take, keep_last=False
        )
