"""A stand-in for the Zalo Bot API.

In this process: `with StandIn() as zalo_bot: ...`. As a process of its own: `python -m tests.platforms.zalo_bot`, then
`remote(url)`. Either way the bot is given `zalo_bot.url` as its base URL and `zalo_bot.token` as its token.
"""

from tests.platforms.wire import NotPossible
from tests.platforms.zalo_bot.stand_in import TOKEN, Seen, StandIn, User, ZaloBot, remote

__all__ = ["TOKEN", "NotPossible", "Seen", "StandIn", "User", "ZaloBot", "remote"]
