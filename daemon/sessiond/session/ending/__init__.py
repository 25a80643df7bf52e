"""How what a turn has left open is closed: at its end, and after a crash."""
