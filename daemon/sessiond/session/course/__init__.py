"""The course of a conversation: branches of it, and what is taken back of it with the files it has changed."""
