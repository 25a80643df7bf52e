"""Prompts that wait while a turn runs: their order, their way into a turn, and who waits for them."""
