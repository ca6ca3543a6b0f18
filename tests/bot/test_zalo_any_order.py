"""Whatever happens to the tokens in any order: none is spent twice, and a live consent gives access."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.ports import SendFailed
from tests.bot.test_zalo_tokens import _works
from tests.bot.zalo_office import Servers
from tests.platforms.zalo_oa import StandIn
from tests.storage.conftest import sqlite_template

__all__ = ["sqlite_template"]

EVENTS = (
    *("an hour", "a night", "a day", "look", "both ask", "both ask", "refused", "restart"),
    *("lost before", "lost after", "server error", "down", "up", "withdrawn", "pasted"),
)


class Story:
    """Two servers of one account, and what is known of its consent."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        self.seed = servers.seed()
        self.here = servers.start(seed=self.seed)
        self.there = servers.start(seed=self.seed)
        self.is_down = False
        self.is_alive = True
        self.loses = False

    async def happens(self, event: str) -> None:
        servers, zalo = self.servers, self.servers.zalo
        match event:
            case "an hour" | "a night" | "a day":
                servers.clock.forward(hours={"an hour": 1, "a night": 12, "a day": 26}[event])
            case "look":
                await self.here.tokens.look()
            case "both ask":
                await asyncio.gather(*(self.asks(server.tokens.access) for server in (self.here, self.there)))
            case "refused":
                zalo.do("revoke_access")
                held = self.here.tokens._held
                await self.asks(lambda: self.here.tokens.renew(held.access if held else "none"))
            case "restart":
                await self.here.tokens.close()
                self.here = servers.start(seed=self.seed)
            case "lost before" | "lost after" | "server error":
                kind = {"lost before": "reset_before", "lost after": "reset_after", "server error": "server_error"}
                zalo.fault(kind[event], "oauth/access_token")
                self.loses = self.loses or event == "lost after"
            case "down" | "up":
                self.is_down = event == "down"
                zalo.down(self.is_down)
            case "withdrawn":
                zalo.withdraw_consent()
                self.is_alive = False
            case "pasted":
                self.seed = servers.seed()
                await self.here.tokens.close()
                self.here = servers.start(seed=self.seed)
                self.is_alive = True

    async def asks(self, work: Callable[[], Awaitable[str]]) -> str | None:
        try:
            return await work()
        except SendFailed as failure:
            assert failure.kind in ("retry", "held")
            return None

    async def ends_well(self) -> None:
        """Once the platform is well and time went by, there is access, or a consent that is known to be lost."""
        servers = self.servers
        servers.zalo.down(False)
        servers.zalo.clear_faults()
        servers.clock.forward(hours=26)
        access = await self.asks(self.here.tokens.access)
        if access is None:
            servers.clock.forward(minutes=11)
            access = await self.asks(self.here.tokens.access)
        if access is not None:
            assert await _works(servers.zalo, access)
            assert await self.there.tokens.access() == access
        else:
            assert self.loses or not self.is_alive
            assert (await self.here.row()).trouble == "consent"

    def spent_with_care(self) -> None:
        """A refresh token that was answered with a pair is never sent again."""
        sent = [token for server in self.servers for token in server.oauth.answered]
        assert len(sent) == len(set(sent))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(events=st.lists(st.sampled_from(EVENTS), max_size=14))
def test_no_token_is_spent_twice_and_a_live_consent_gives_access(sqlite_template: Path, events: list[str]) -> None:
    async def told() -> None:
        with tempfile.TemporaryDirectory() as folder, StandIn() as zalo:
            shutil.copy(sqlite_template, f"{folder}/office.db")
            servers = Servers(zalo, f"sqlite:///{folder}/office.db", Path(folder) / "home")
            try:
                story = Story(servers)
                for event in events:
                    await story.happens(event)
                await story.ends_well()
                story.spent_with_care()
            finally:
                await servers.close()

    asyncio.run(told())
