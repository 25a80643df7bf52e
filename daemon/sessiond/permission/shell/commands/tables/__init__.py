"""What is known of well-known commands, as data: one row a command."""
