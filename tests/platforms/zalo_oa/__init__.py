"""A stand-in for the Zalo Official Account platform.

In this process: `with StandIn() as zalo: ...`. As a process of its own: `python -m tests.platforms.zalo_oa`, then
`remote(url)`. Either way the bot is given `zalo.url`, `zalo.business_url` and `zalo.oauth_url` as its three hosts, and
a pair from `zalo.tokens()` or a code from `zalo.consent()`; its webhook's address goes to `zalo.set_webhook(...)`.
What is certain of the platform and what is not: docs/decisions/0032-zalo-oa-stand-in.md.
"""

from tests.platforms.wire import NotPossible
from tests.platforms.zalo_oa.account import Account
from tests.platforms.zalo_oa.stand_in import Choice, Seen, StandIn, User, ZaloOa, remote

__all__ = ["Account", "Choice", "NotPossible", "Seen", "StandIn", "User", "ZaloOa", "remote"]
