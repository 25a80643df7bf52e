"""One engine for all clients: its socket, the greeting of each pipe, and what pipe and engine say to each other."""
