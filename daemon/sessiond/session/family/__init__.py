"""A session's children: the sessions that do its tasks, and what they all cost."""
