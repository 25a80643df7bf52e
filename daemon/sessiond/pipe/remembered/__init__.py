"""What a pipe remembers of the conversation it carries, so that it can go on with another engine."""
