"""What waits for an answer of the user while a turn runs: leave for calls, and what tools want to know."""
