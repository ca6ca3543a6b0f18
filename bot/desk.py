"""What the web pages and webhooks ask of the front office."""

import asyncio
import contextlib
from collections.abc import Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.accepting import MEGABYTE
from bot.channels.web import persona_account
from bot.channels.zalo_signature import Signatures
from bot.handing_out import Handed
from bot.keeping import Uploads
from bot.office import FrontOffice
from bot.reception import id_of
from bot.settings import Settings
from bot.web.desk import Persona, Sent
from bot.zalo_token_state import token_figures
from bot.zalo_tokens import sealer_of
from domain.channels import ZALO_BOT, ZALO_OA
from scheduler.digests import send_ahead
from scheduler.planning import upcoming
from storage import Repositories

log = structlog.get_logger()

NEXT_NOTICE_WITHIN = timedelta(days=400)


class WebDesk:
    """Implements `bot.web.desk.Desk` over a front office."""

    def __init__(self, front: FrontOffice, office_name: str, people: Sequence[Persona] = ()) -> None:
        self._front = front
        self._people = people
        self.office_name = office_name
        self.is_demo = front.is_demo
        self.most_file_bytes = front.settings.max_file_mb * MEGABYTE
        self._uploads = Uploads(front.settings.kehoach_home)
        self._signatures = _signatures(front.settings)

    async def keep_upload(self, content: bytes) -> str:
        """Keep what a visitor sent until it is fetched; the id for the channel."""
        return await asyncio.to_thread(self._uploads.put, content)

    def secret_of(self, channel_name: str) -> str | None:
        """The webhook secret of a channel that takes webhooks here, or None."""
        if channel_name == "telegram" and "telegram" in self._front.channels:
            return self._front.settings.telegram_webhook_secret.get_secret_value() or None
        if channel_name == ZALO_BOT and ZALO_BOT in self._front.channels:
            return self._front.settings.zalo_bot_webhook_secret.get_secret_value() or None
        return None

    @property
    def signatures(self) -> Signatures | None:
        """What checks the webhooks of Zalo OA, or None when that channel takes none here."""
        return self._signatures if ZALO_OA in self._front.channels and self._signatures.is_ready else None

    def now(self) -> datetime:
        """The office's time."""
        return self._front.clock()

    async def handed_out(self, token: str) -> Handed | None:
        """The file that a link opens; None for no such link. Raises Over."""
        return await self._front.handing_out.fetch(token)

    async def accept(self, channel_name: str, raw: Mapping[str, Any] | str, within: float | None = None) -> bool:
        """Store one update for good; False when it was there already."""
        channel = self._front.channels[channel_name]
        storing = self._front.reception.accept(channel_name, [(id_of(channel, raw), raw)])
        if within is None:
            return await storing == 1
        ending = self._front.nursery.start(f"store {channel_name}", _outcome(storing))
        new: int | Exception = await asyncio.wait_for(asyncio.shield(ending), within)
        if isinstance(new, Exception):
            raise new
        return new == 1

    async def ready(self) -> tuple[bool, Mapping[str, Any]]:
        """Whether people can be served, and the facts behind it."""
        try:
            async with self._front.storage.reading() as records:
                inbox = await records.inbox.counts()
                outbox = await records.outbox.counts()
        except Exception as error:
            log.error("health check failed", error=type(error).__name__)
            return False, {"status": "failing", "database": type(error).__name__}
        index = "ok" if self._front.indexed.is_set() else "loading"
        facts = {"status": "ok", "database": "ok", "index": index}
        return True, {**facts, "channels": sorted(self._front.channels), "inbox": inbox, "outbox": outbox}

    async def metrics(self) -> Mapping[str, float]:
        """Figures for the operator's monitoring."""
        async with self._front.storage.reading() as records:
            inbox = await records.inbox.counts()
            outbox = await records.outbox.counts()
            quotas = await records.quotas.all()
            holds = await records.channel_holds.all()
            figures = await self._tokens(records)
        figures |= {f'kehoach_inbox{{state="{state}"}}': float(count) for state, count in inbox.items()}
        figures |= {f'kehoach_outbox{{state="{state}"}}': float(count) for state, count in outbox.items()}
        figures |= await self._front.notice_log.metrics(self._front.storage, self._front.clock())
        figures |= self._signatures.metrics()
        figures |= {
            f'kehoach_quota_remaining{{channel="{quota.channel}",kind="{quota.kind}"}}': float(quota.remaining)
            for quota in quotas
            if quota.remaining is not None
        }
        figures |= {f'kehoach_channel_held{{channel="{hold.channel}"}}': 1.0 for hold in holds}
        figures |= self._front.door.gate.figures()
        figures["kehoach_erased_total"] = float(self._front.erasing.done_total)
        figures["kehoach_sent_total"] = float(self._front.delivery.sent_total)
        figures["kehoach_not_delivered_total"] = float(self._front.delivery.failed_total)
        return figures

    async def _tokens(self, records: Repositories) -> dict[str, float]:
        """How the Official Account's tokens stand; nothing without one."""
        settings = self._front.settings
        if not settings.zalo_oa_app_id:
            return {}
        row = await records.zalo_tokens.get(settings.zalo_oa_app_id)
        return token_figures(row, sealer_of(settings), self._front.clock())

    async def web_messages(self, after: Mapping[str, int], wait: float) -> Sequence[Sent]:
        """What was sent to these web chats after the messages named; waits up to `wait` seconds for the first."""
        deadline = asyncio.get_running_loop().time() + wait
        while True:
            something_sent = self._front.web_sent.next()
            found = await self._sent_after(after)
            left = deadline - asyncio.get_running_loop().time()
            if found or left <= 0 or self._front.stopping.is_set():
                return found
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(something_sent.wait(), left)

    async def _sent_after(self, after: Mapping[str, int]) -> list[Sent]:
        found: list[Sent] = []
        async with self._front.storage.reading() as records:
            for chat_id, last in after.items():
                for row in await records.outbox.history("web", chat_id, last, 200):
                    found.append(Sent(row.id, chat_id, row.reply, row.sent_at, row.cause.startswith("notice")))
        return sorted(found, key=lambda sent: sent.id)[-200:]

    async def personas(self) -> Sequence[Persona]:
        """Whom a visitor of the demo may play."""
        return self._people if self.is_demo else ()

    async def remind_now(self, persona_id: str) -> int:
        """Queue the persona's next notice without waiting for its day; 0 when none is to come."""
        if not self.is_demo:
            return 0
        front = self._front
        async with front.storage.reading() as records:
            person = await records.people.by_account("web", persona_account(persona_id))
            notice = await upcoming(records, person, front.clock(), NEXT_NOTICE_WITHIN) if person else None
        if notice is None:
            return 0
        queued = await send_ahead(front.storage, notice, front.clock(), front.shapes(), front.windows())
        front.delivery.ring()
        return queued


async def _outcome(storing: Coroutine[Any, Any, int]) -> int | Exception:
    """How storing ended. An error is given back: logged in full it would name what somebody wrote to us."""
    try:
        return await storing
    except Exception as error:
        return error


def _signatures(settings: Settings) -> Signatures:
    return Signatures(
        settings.zalo_oa_app_id,
        settings.zalo_oa_secret_key.get_secret_value(),
        settings.zalo_oa_app_secret.get_secret_value(),
        settings.zalo_oa_signature,
    )
