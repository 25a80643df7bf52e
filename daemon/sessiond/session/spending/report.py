"""What a session and everything below it has used, counted from their logs: `session/usage`."""

from sessiond.session.family.children import children_of
from sessiond.session.spending.tally import Sum, Tally
from sessiond.storage.base import Store
from sessiond_protocol.keeping.usage import ModelSpent, UsageResult
from sessiond_protocol.messages import Session


async def usage_of(store: Store, session: Session) -> UsageResult:
    own = Tally()
    own.take(await store.events(session.id))
    below = await _below(store, session.id)
    tasks, models = Sum(), own.by_model
    for tally in below:
        tasks.add(tally.total())
        for model, spent in tally.by_model.items():
            models[model].add(spent)
    total = own.total()
    total.add(tasks)
    whole = total.spent()
    return UsageResult(
        usage=whole.usage,
        cost=whole.cost,
        at_least=whole.at_least,
        calls=whole.calls,
        untold=whole.untold,
        children=len(below),
        turns=own.by_work["turns"].spent(),
        summaries=own.by_work["summaries"].spent(),
        titles=own.by_work["titles"].spent(),
        tasks=tasks.spent(),
        models=sorted((ModelSpent(model, spent.spent()) for model, spent in models.items()), key=_most_tokens_first),
    )


async def _below(store: Store, session_id: str) -> list[Tally]:
    """One for each descendant."""
    found: list[Tally] = []
    for child in await children_of(store, session_id):
        tally = Tally()
        tally.take(await store.events(child.id))
        found += [tally, *await _below(store, child.id)]
    return found


def _most_tokens_first(entry: ModelSpent) -> tuple[int, str]:
    usage = entry.spent.usage
    return -(usage.input + usage.output + usage.reasoning + usage.cache_read + usage.cache_write), entry.model
