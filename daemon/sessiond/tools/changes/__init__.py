"""What calls have changed in files: what stood there before and after, so that it can be taken back."""
