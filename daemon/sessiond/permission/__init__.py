"""What the rules say of a tool call, and the questions that wait for a user."""
