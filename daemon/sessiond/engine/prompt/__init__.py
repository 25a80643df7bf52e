"""What a model is told before the conversation: texts by family, instructions files, the environment."""
