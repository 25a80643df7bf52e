"""What `sessiond mcp` is made of: the files that name servers, what is shown of servers, the login."""
