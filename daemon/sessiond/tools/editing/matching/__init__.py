"""Where in a text `oldString` stands, and what then becomes of it; strict first, tolerant only where it is certain."""
