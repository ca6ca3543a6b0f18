"""Access tokens for the channel's own tests, straight from the stand-in; the real ones are `bot.zalo_tokens`."""

from domain.ports import SendFailed
from tests.platforms.zalo_oa import ZaloOa


class StandInTokens:
    """Implements `bot.channels.zalo_oa_api.Tokens`; `renewals` counts, and `failure` is raised instead of a token."""

    def __init__(self, zalo: ZaloOa) -> None:
        self._zalo = zalo
        self._access = ""
        self.renewals = 0
        self.failure: SendFailed | None = None

    async def access(self) -> str:
        if self.failure is not None:
            raise self.failure
        if not self._access:
            self._access = str(self._zalo.tokens()["access_token"])
        return self._access

    async def renew(self, stale: str) -> str:
        self.renewals += 1
        if self.failure is not None:
            raise self.failure
        if self._access == stale:
            self._access = str(self._zalo.tokens()["access_token"])
        return self._access
