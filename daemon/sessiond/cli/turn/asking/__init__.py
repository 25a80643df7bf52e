"""What a turn asks of the person at the terminal: leave for calls, and what tools want to know."""
