"""What is due is queued once."""
