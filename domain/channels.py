"""The apps people write from, by name, and in which order a person is written to who uses several."""

from collections.abc import Iterable
from datetime import timedelta

from domain.people import Account

TELEGRAM = "telegram"
ZALO_OA = "zalo-oa"
ZALO_BOT = "zalo-bot"
WEB = "web"

ORDER = (ZALO_OA, ZALO_BOT, TELEGRAM, WEB)
"""Who has chosen no app is written to through the first of these that reaches them."""

HAND_ON_ONE_BY_ONE = (ZALO_OA, ZALO_BOT)
"""Apps that hand on the photos of one go as messages of their own, and do not say that they belong together."""

FREE_WINDOW = timedelta(hours=48)
"""After a person's last word to an Official Account, messages are free for so long (Zalo OA, consultation messages)."""
LAST_WINDOW = timedelta(days=7)
"""After so long an Official Account may send no consultation message any more (error -230)."""


def by_preference(accounts: Iterable[Account], preferred: str = "") -> list[Account]:
    """A person's accounts, the one to try first in front: the app they chose, then `ORDER`, then any other."""

    def rank(account: Account) -> tuple[int, str, str]:
        place = ORDER.index(account.channel) if account.channel in ORDER else len(ORDER)
        return (-1 if account.channel == preferred else place, account.channel, account.user_id)

    return sorted(accounts, key=rank)
