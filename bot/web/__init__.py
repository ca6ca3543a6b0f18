"""HTTP: webhooks, health, metrics and the chat page."""
