"""A stand-in for Telegram's Bot API.

In this process: `with StandIn() as telegram: ...`. As a process of its own: `python -m tests.platforms.telegram`, then
`remote(url)`. Either way the bot is given `telegram.url` as its base URL and `telegram.token` as its token.
"""

from tests.platforms.telegram.stand_in import TOKEN, Choice, Seen, StandIn, Telegram, User, remote
from tests.platforms.wire import NotPossible

__all__ = ["TOKEN", "Choice", "NotPossible", "Seen", "StandIn", "Telegram", "User", "remote"]
