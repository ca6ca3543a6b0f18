"""Talks with the bot, written as an officer would tell them and played through every channel."""
