"""Compaction: makes a conversation that outgrows its model smaller for it, and keeps all of it in the log."""
