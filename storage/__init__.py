"""Remembers: tables, repositories and migrations, on SQLite or PostgreSQL."""
