"""Who watches the list of sessions."""
