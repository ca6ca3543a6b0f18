"""What the bot does on the clock: finds the notices that are due and queues each one once."""
