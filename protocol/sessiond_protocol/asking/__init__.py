"""Parameters and results of what is asked of the user: leave for calls, and what tools want to know."""
