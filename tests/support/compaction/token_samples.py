"""Texts of several kinds, with the tokens that two real tokenizers make of them: Qwen 2.5's and SmolLM2's."""

PROSE = (
    "A client sends a prompt. The engine asks a model, runs the tools that the model wants, asks the user where the "
    "rules say so, and goes on until the model is done. Everything that happens is an event. Durable events are the "
    "conversation: they are written to a log, folded into a transcript, and sent. Live events are only sent."
)
CODE = '''\
     1\tclass RunningTurns:
     2\t    """At most one turn a session."""
     3\t
     4\t    def __init__(self, when_ended: Callable[[Session], None]) -> None:
     5\t        self._when_ended = when_ended
     6\t        self._turns: dict[str, Turn] = {}
     7\t
     8\t    async def abort(self, session_id: str, turn_id: str | None) -> str | None:
     9\t        turn = self._turns.get(session_id)
    10\t        if turn is None or turn_id not in (None, turn.turn_id):
    11\t            return None
    12\t        task = self._tasks[turn.turn_id]
    13\t        task.cancel()
    14\t        await asyncio.wait([task])
'''
JSON = (
    '{"name":"left-pad","version":"1.3.0","lockfileVersion":3,"requires":true,"packages":{"node_modules/left-pad":'
    '{"version":"1.3.0","integrity":"sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==",'
    '"deprecated":"use String.prototype.padStart()","license":"WTFPL"}}}'
)
CHINESE = (
    "会话压缩的目的是在不丢失重要信息的前提下。减少发送给模型的内容。用户的最后一个提示必须始终保留在上下文中。"
    "工具调用和结果不能分开。如果摘要失败。则不会有任何改变。对话将照常进行。"
)
JAPANESE = (
    "セッションの要約は、モデルに送られる内容を減らすために作られます。ユーザーの最後の指示は常に文脈に残ります。"
    "エラーが発生した場合は何も変わりません。"
)
NUMBERS = " ".join(f"{number * 2654435761 % 2**32:010}" for number in range(60))

SAMPLES = {
    "prose": PROSE,
    "code": CODE,
    "JSON": JSON,
    "Chinese": CHINESE,
    "Japanese": JAPANESE,
    "numbers": NUMBERS,
}
