"""What a project may say of its own, and what waits until the user trusts it."""
