"""Errands, one message at a time, over an office kept in memory."""
