"""How files of settings are read, and how those that are nobody else's business are written."""
