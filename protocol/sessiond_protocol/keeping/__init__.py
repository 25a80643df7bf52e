"""What is kept of sessions: what they have cost, and sessions as documents."""
