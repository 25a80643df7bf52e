"""Who waits for what becomes of a queued prompt. One for each session, which tells it of every change of the queue."""

import asyncio

from sessiond.config.errors import sentence
from sessiond.session.transcript import Transcript
from sessiond_protocol.errors import RpcError


class Awaited:
    def __init__(self) -> None:
        self._outcomes: dict[str, asyncio.Future[str]] = {}

    async def turn_of(self, transcript: Transcript, prompt_id: str) -> str:
        """Waits until the prompt is in a turn and gives that one's id.

        Raises RpcError `promptWithdrawn`, or `queueHeld` when nothing goes on by itself any more.
        """
        outcome = self._outcomes.setdefault(prompt_id, asyncio.get_running_loop().create_future())
        self.settle(transcript)
        return await asyncio.shield(outcome)

    def settle(self, transcript: Transcript) -> None:
        """Tells those whose prompt's outcome the transcript knows by now."""
        for prompt_id, outcome in list(self._outcomes.items()):
            if turn_id := transcript.prompts.get(prompt_id):
                self._tell(prompt_id, outcome, turn_id)
            elif prompt_id in transcript.withdrawn:
                self._tell(prompt_id, outcome, withdrawn(prompt_id))
            elif transcript.held is not None:
                self._tell(prompt_id, outcome, _held(prompt_id, transcript.held))

    def fail(self, error: RpcError) -> None:
        """Nothing will become of them."""
        for prompt_id, outcome in list(self._outcomes.items()):
            self._tell(prompt_id, outcome, error)

    def _tell(self, prompt_id: str, outcome: asyncio.Future[str], what: str | RpcError) -> None:
        del self._outcomes[prompt_id]
        if isinstance(what, str):
            outcome.set_result(what)
        else:
            outcome.set_exception(what)
            outcome.exception()  # nobody has to wait for it


def withdrawn(prompt_id: str) -> RpcError:
    return RpcError.of_kind(
        "promptWithdrawn", "The prompt was withdrawn from the queue and is not answered.", queueId=prompt_id
    )


def _held(prompt_id: str, why: str) -> RpcError:
    return RpcError.of_kind(
        "queueHeld",
        f"The prompt is kept, and waits in a queue that is held. {sentence(why)} `queue/resume` lets it go on.",
        queueId=prompt_id,
        reason=why,
    )
