"""When a chat was last heard, and whether it may be written to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

Chat = tuple[str, str]
"""A channel's name and the chat's id there."""

Windows = Mapping[str, timedelta | None]
"""For how long after a person's last word each channel may write to them; None, or no entry: always."""
NO_WINDOWS: Windows = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Contact:
    """A chat's last word to the bot. `closed_at`: the app said then that the chat may not be written to.

    `template_refused_at`: the app would not take a template for this chat either.
    """

    channel: str
    chat_id: str
    user_id: str = ""
    last_at: datetime | None = None
    closed_at: datetime | None = None
    template_refused_at: datetime | None = None

    def is_closed(self, window: timedelta | None, now: datetime) -> bool:
        """True once the app has said so, or its window has passed since the chat was last heard.

        Of a chat never heard here nothing is known: the app is asked.
        """
        if self.closed_at is not None:
            return True
        return window is not None and self.last_at is not None and now - self.last_at > window


@dataclass(frozen=True, slots=True)
class Heard:
    """A person did something in a chat."""

    channel: str
    chat_id: str
    user_id: str
    at: datetime
