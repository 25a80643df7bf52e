"""What of the environment is secret: kept from child processes, out of logs and errors."""
