"""`sessiond sessions`: the conversations that are kept."""
