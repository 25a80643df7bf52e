"""What a model takes, and from where on a conversation is made smaller for it. Pure."""

import msgspec

from sessiond.engine.plan import CompactionRules, ModelChoice
from sessiond_protocol.messages import ContextUse

LARGEST_RESERVE = 20_000
"""Tokens kept free for an answer at most: models that may write far more hardly ever do, and near the end get less."""
LEAST_OUTPUT = 1_024
"""Tokens that an answer gets in any case; one cut shorter is of no use."""
MOST_KEPT = 16_000
MARGIN = 0.75
UNKNOWN_MOST = 24_000
"""What a model of which nothing is known can be trusted to read."""
AFTER_REFUSAL = 0.75
"""The share of a refused request's size that the model is taken to accept, where it does not tell."""


class Limits(msgspec.Struct, frozen=True):
    """Tokens; None: nobody knows."""

    context: int | None
    output: int | None
    threshold: float
    refused: int | None = None
    """What is taken from a refusal: more than this the model does not accept, whatever is said of it."""

    @property
    def most(self) -> int | None:
        """What a request may have beside its answer."""
        stated = self.context - self._reserve if self.context else None
        known = [limit for limit in (stated, self.refused) if limit is not None]
        return max(1, min(known)) if known else None

    @property
    def due(self) -> int | None:
        """From where on a conversation is compacted before it is sent."""
        return None if self.most is None else round(self.most * self.threshold)

    def output_beside(self, used: int) -> int | None:
        """Tokens that the answer to a request of this size may have: a provider refuses what together is too much."""
        if self.context is None or self.output is None:
            return self.output
        room = self.context - used - self.context // 50
        return min(self.output, max(room, LEAST_OUTPUT))

    def after_refusal(self, size: int) -> "Limits":
        """What is known once a request of this (estimated) size has been refused as too long."""
        return msgspec.structs.replace(self, refused=round(min(size, self.refused or size) * AFTER_REFUSAL))

    @property
    def readable(self) -> int:
        """Tokens of text that the model can be given to summarise: less than fits, since estimates may be wrong."""
        return max(LEAST_OUTPUT // 2, round((self.most or UNKNOWN_MOST) * MARGIN))

    def kept_of(self, room: int) -> int:
        """Tokens of the newest messages that stay verbatim, of those that there is room for."""
        return min(MOST_KEPT, room // 3)

    def use(self, used: int, *, auto: bool) -> ContextUse:
        return ContextUse(used=used, limit=self.context, compacts_at=self.due if auto else None)

    @property
    def _reserve(self) -> int:
        return min(self.output or 0, LARGEST_RESERVE)


def limits_of(model: ModelChoice, rules: CompactionRules) -> Limits:
    return Limits(model.context or None, model.max_output_tokens, rules.threshold)
