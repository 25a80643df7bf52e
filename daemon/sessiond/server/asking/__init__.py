"""What is asked of the user of a client that knows nothing of sessions, by messages with buttons."""
