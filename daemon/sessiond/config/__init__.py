"""Settings, where they come from and whose word counts; API keys at rest; which project a directory belongs to."""
