"""The model's context: what of a conversation goes into it, how full it is, and what it takes."""
