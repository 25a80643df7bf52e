"""A server that is a process started here: its start and end, its three pipes, and what may come out of them."""
