"""The process that serves clients: who is connected to it, and how it comes to its end."""
