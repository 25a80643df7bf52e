"""What a session is called: by its first prompt at once, and by the small model's word for it later."""
