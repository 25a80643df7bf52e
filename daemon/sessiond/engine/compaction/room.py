"""Keeps a turn's context within what its model takes: asked before each model call, and after one was refused.

Old tool outputs go first, then a summary takes the place of all but the newest steps, then the newest outputs go.
Each of these uses up what it takes, so that no loop is possible.
"""

from sessiond.engine.compaction.outline import Outline, cut, outline_of
from sessiond.engine.compaction.summary import DoesNotHelp, summarize
from sessiond.engine.compaction.trimming import saved, trim, trimmable
from sessiond.engine.context import Context, context_of
from sessiond.engine.conversation import Conversation
from sessiond.engine.model_call import ContextTooLong
from sessiond.engine.plan import TurnPlan
from sessiond.engine.window.estimate import fixed_weight
from sessiond.engine.window.limits import limits_of
from sessiond.providers.base import ProviderError
from sessiond_protocol.events import ContextFilled, Notice, Status

ENOUGH = 0.75
"""The share of what is due that cutting outputs must get below; else it would soon have to be done again."""
TOO_LITTLE = 0.05
"""The share of what is due that is not worth a summary."""
OFTEN_ENOUGH = 3
"""Compactions that may fail in a row; after that a turn waits until the provider refuses."""
ADVICE = "Choose a model with a larger context, begin a new session, or attach less and name fewer tools."
EVEN_COMPACTED = (
    "The conversation does not fit {model} even when it is compacted: it has about {used:,} tokens, and there is room "
    "for {most:,}. " + ADVICE
)
NO_HELP = "The conversation has outgrown {model}, and compacting it did not help: {why} " + ADVICE


class DoesNotFit(ProviderError):
    """What was done was not enough."""


class NothingLeft(Exception):
    """There is nothing that could be made smaller, and nothing has been changed."""


class Room:
    def __init__(self, conversation: Conversation, plan: TurnPlan) -> None:
        self._conversation = conversation
        self._plan = plan
        self._limits = limits_of(plan.model, plan.compaction)
        self._failures = 0

    async def make(self) -> Context:
        """What is to be sent; compacts the conversation first where that is due.

        What cannot be compacted is sent as it is. Raises DoesNotFit for what has been and is too long all the same,
        and StorageFailed.
        """
        context = self.tell()
        if not self._plan.compaction.auto or not self._is_due(context) or self._failures >= OFTEN_ENOUGH:
            return context
        try:
            await self._compact(context)
            self._failures = 0
        except NothingLeft:
            return context
        except DoesNotFit:
            raise
        except DoesNotHelp as error:
            raise self._not_helped(error) from error
        except ProviderError as error:
            self._failures += 1
            text = f"The conversation could not be compacted and goes on as it is. {error.message}"
            self._conversation.say(Notice(severity="warning", text=text))
        self._conversation.say(Status(state="running"))
        return self.tell()

    async def make_after(self, refusal: ContextTooLong) -> Context:
        """What is to be sent instead of a conversation refused as too long; all that is smaller is worth a try.

        Raises ProviderError `contextOverflow` when nothing could be done, and StorageFailed.
        """
        if not self._plan.compaction.auto:
            raise refusal
        context = context_of(self._conversation, self._plan)
        self._limits = self._limits.after_refusal(context.used)
        try:
            await self._compact(context)
        except NothingLeft:
            raise self._does_not_fit(context) from refusal
        except DoesNotFit:
            pass  # by a limit that was only guessed
        except DoesNotHelp as error:
            raise self._not_helped(error) from error
        except ProviderError as error:
            text = f"{refusal.message} It could not be compacted: {error.message}"
            raise ProviderError("contextOverflow", text) from error
        self._conversation.say(Status(state="running"))
        return self.tell()

    def tell(self) -> Context:
        """What would be sent now; clients hear how full it is."""
        context = context_of(self._conversation, self._plan)
        use = self._limits.use(context.used, auto=self._plan.compaction.auto)
        self._conversation.say(ContextFilled(used=use.used, limit=use.limit, compacts_at=use.compacts_at))
        return context

    async def _compact(self, begun: Context) -> None:
        """Until it is not due any more, or fits at least. Raises NothingLeft, DoesNotFit or what a summary raises."""
        if await self._trim_old(begun):
            return
        context, summary_helps = begun, True
        while self._is_due(context):
            used = context.used
            if not (summary_helps and await self._summarize(context)) and not await self._trim_newest(context):
                if context is begun:
                    raise NothingLeft
                if used > self._most:
                    raise self._does_not_fit(context)
                return
            context = context_of(self._conversation, self._plan)
            summary_helps = context.used < used

    async def _trim_old(self, context: Context) -> bool:
        """Only where that is enough by itself. An output that fills half of the room is as good as an old one."""
        messages, already = context.window.messages, self._conversation.trimmed.files
        newest = cut(messages, self._kept(context), keep_last=True)
        old = trimmable(messages[:newest], already)
        old += trimmable(messages[newest:], already, least=self._room(context) // 2)
        if not old or context.used - saved(old) > self._due * ENOUGH:
            return False
        await trim(self._conversation, self._plan.outputs, old)
        return True

    async def _trim_newest(self, context: Context) -> bool:
        """The last resort: what the model has just asked for goes, and it has to ask for less at once."""
        outputs = trimmable(context.window.messages, self._conversation.trimmed.files)
        if outputs:
            await trim(self._conversation, self._plan.outputs, outputs)
        return bool(outputs)

    async def _summarize(self, context: Context) -> bool:
        def outlined(take: int) -> Outline | None:
            keep = self._kept(context)
            outline = outline_of(
                context.window,
                self._conversation.messages,
                self._plan.turn_id,
                keep=keep,
                take=take,
                keep_last=True,
            )
            return None if outline is None or outline.weight < self._due * TOO_LITTLE else outline

        return await summarize(self._conversation, self._plan, outlined, self._limits, self._room(context))

    def _is_due(self, context: Context) -> bool:
        return self._limits.due is not None and context.used > self._limits.due

    @property
    def _due(self) -> int:
        return self._limits.due or 0

    @property
    def _most(self) -> int:
        return self._limits.most or 0

    def _room(self, context: Context) -> int:
        """Tokens for the conversation, beside what is always sent."""
        return max(0, self._due - fixed_weight(context.request))

    def _kept(self, context: Context) -> int:
        return self._limits.kept_of(self._room(context))

    def _does_not_fit(self, context: Context) -> DoesNotFit:
        text = EVEN_COMPACTED.format(model=self._plan.model.id, used=context.used, most=self._most)
        return DoesNotFit("contextOverflow", text)

    def _not_helped(self, error: DoesNotHelp) -> DoesNotFit:
        return DoesNotFit("contextOverflow", NO_HELP.format(model=self._plan.model.id, why=error.message))
