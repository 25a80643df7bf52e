"""The tools that work on the conversation itself: todos and tasks."""
