"""Thought: a turn, its steps, what the model is sent and the tool calls it asks for. No storage, no clients."""
