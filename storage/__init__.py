"""Remembers: tables, repositories and migrations, on SQLite or PostgreSQL."""

from storage.conversations import Moved, Remembered, Talk, of_person
from storage.failures import Busy
from storage.held_messages import HeldMessage
from storage.inbox import InboxRow
from storage.outbox import OutboxRow, Queued, SentReply
from storage.repositories import Repositories
from storage.store import Storage
from storage.zalo_tokens import TokenRow

__all__ = [
    "Busy",
    "HeldMessage",
    "InboxRow",
    "Moved",
    "OutboxRow",
    "Queued",
    "Remembered",
    "Repositories",
    "SentReply",
    "Storage",
    "Talk",
    "TokenRow",
    "of_person",
]
