"""Sessions as documents: JSON that comes back exactly, Markdown for people."""
