"""The course of a conversation: prompts that wait, branches, and what is taken back."""
