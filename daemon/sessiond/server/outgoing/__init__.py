"""What a connection still has to send: a bounded buffer that nobody waits for."""
