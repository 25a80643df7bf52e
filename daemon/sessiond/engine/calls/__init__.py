"""One tool call: its arguments, the leave it needs, what it may use, and whether it goes in circles."""
