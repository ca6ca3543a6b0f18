"""Servers that share one database and one Official Account, without anything else of a server."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.channels.zalo_oauth import Pair, ZaloOauth
from bot.sealing import Sealer
from bot.zalo_tokens import ZaloTokens
from storage import Storage, TokenRow
from tests.platforms.zalo_oa import ZaloOa

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


class Noting(ZaloOauth):
    """The real client, which notes the pairs it was given."""

    def __init__(self, app_id: str, app_secret: str, base_url: str, *, answer_timeout: float = 20.0) -> None:
        super().__init__(app_id, app_secret, base_url, answer_timeout=answer_timeout)
        self.pairs: list[Pair] = []

    async def refresh(self, refresh_token: str) -> Pair:
        pair = await super().refresh(refresh_token)
        self.pairs.append(pair)
        return pair


async def hardly(seconds: float) -> None:
    """A pause that is over at once, and still lets the others go on."""
    await asyncio.sleep(min(seconds, 0.01))


class Server:
    """One process's tokens over its own connections to the database."""

    def __init__(
        self,
        zalo: ZaloOa,
        url: str,
        home: Path,
        clock: Clock,
        *,
        seed: str = "",
        app_secret: str = "",
        timeout: float = 20.0,
    ) -> None:
        self.storage = Storage.open(url)
        self.sealer = Sealer(home / "sealing.key")
        self.oauth = Noting(zalo.app_id, app_secret or zalo.app_secret, zalo.oauth_url, answer_timeout=timeout)
        self.tokens = ZaloTokens(self.oauth, self.sealer, zalo.app_id, seed=seed, clock=clock, pause=hardly, early=0.0)
        self.tokens.open(self.storage)
        self.app_id = zalo.app_id

    async def row(self) -> TokenRow:
        async with self.storage.reading() as records:
            found = await records.zalo_tokens.get(self.app_id)
        assert found is not None
        return found

    async def close(self) -> None:
        await self.tokens.close()
        await self.storage.close()


class Servers:
    """Makes servers over one database, and closes them all."""

    def __init__(self, zalo: ZaloOa, url: str, home: Path) -> None:
        self.zalo = zalo
        self.url = url
        self.home = home
        self.clock = Clock()
        self._all: list[Server] = []

    def start(self, *, seed: str = "", app_secret: str = "", home: Path | None = None, timeout: float = 20.0) -> Server:
        server = Server(
            self.zalo, self.url, home or self.home, self.clock, seed=seed, app_secret=app_secret, timeout=timeout
        )
        self._all.append(server)
        return server

    def refreshes(self) -> int:
        """How often the OAuth host was asked."""
        return int(self.zalo.tally().get("oauth/access_token", 0))

    def seed(self) -> str:
        """A refresh token as an administrator would paste it."""
        return str(self.zalo.tokens()["refresh_token"])

    async def close(self) -> None:
        for server in self._all:
            await server.close()

    def __iter__(self) -> Iterator[Server]:
        return iter(self._all)
