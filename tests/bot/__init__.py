"""The bot's own machinery: pacing, fitting, logs, turns, delivery."""
