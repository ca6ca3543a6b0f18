"""The Official Account's approved templates and what it may still send, as the app tells them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import structlog

from bot.settings import Settings
from domain.channel_holds import Quota
from domain.channels import ZALO_OA
from domain.message_templates import MessageTemplate, Parameter
from domain.ports import SendFailed
from storage import Storage

if TYPE_CHECKING:
    from bot.channels.zalo_oa import ZaloOa

log = structlog.get_logger()

TEMPLATES = "template"
"""The kind of quota that counts templates sent to numbers in a day."""
READ_EVERY = 12 * 3600.0
NOT_OFTENER = 300.0
WARN_AT = (80, 95)


class Account(Protocol):
    """What is asked of the Official Account."""

    @property
    def used_up(self) -> asyncio.Event:
        """Set when the app says that a quota is used up."""
        ...

    async def template(self, template_id: str) -> Mapping[str, Any]:
        """One template with its parameters and their limits. Raises SendFailed."""
        ...

    async def template_quota(self) -> Mapping[str, Any]:
        """How many templates may still be sent to numbers today. Raises SendFailed."""
        ...


@asynccontextmanager
async def account_of(settings: Settings, storage: Storage) -> AsyncIterator["ZaloOa | None"]:
    """The Official Account of the settings for a command; None where none is set."""
    from bot.apps import official_account
    from bot.zalo_tokens import ZaloTokens

    tokens = ZaloTokens.of(settings)
    if tokens is None:
        yield None
        return
    tokens.open(storage)
    account = official_account(settings, tokens, None)
    try:
        yield account
    finally:
        await account.close()
        await tokens.close()


async def read_template(
    account: Account, office_id: int, purpose: str, template_id: str, fields: Mapping[str, str], now: datetime
) -> MessageTemplate:
    """The template as the app lists it, with what is to fill it. Raises SendFailed."""
    told = await account.template(template_id)
    listed = told.get("listParams")
    parameters = [Parameter.from_json(one) for one in listed or () if isinstance(one, Mapping) and one.get("name")]
    status = str(told.get("status") or "UNKNOWN").upper()
    filled = tuple(sorted(fields.items()))
    return MessageTemplate(office_id, ZALO_OA, purpose, template_id, filled, tuple(parameters), status, now)


async def read_quota(account: Account, now: datetime) -> Quota:
    """How many templates may still be sent today. Raises SendFailed."""
    told = await account.template_quota()
    return Quota(ZALO_OA, TEMPLATES, _count(told.get("remainingQuota")), _count(told.get("dailyQuota")), now)


class QuotaReader:
    """Reads what the account may still send, and whether its templates still stand.

    It does so twice a day, and when the app says that a quota is used up, but not oftener than each five minutes.
    """

    def __init__(
        self, account: Account, storage: Storage, clock: Callable[[], datetime], *, rest: float = NOT_OFTENER
    ) -> None:
        self._rest = rest
        self._account = account
        self._storage = storage
        self._clock = clock

    async def keep(self) -> None:
        """Read until cancelled."""
        while True:
            self._account.used_up.clear()
            await self.read()
            await asyncio.sleep(self._rest)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._account.used_up.wait(), READ_EVERY)

    async def read(self) -> None:
        """Read now; what the app does not tell stays as it was."""
        try:
            quota = await read_quota(self._account, self._clock())
            async with self._storage.writing() as records:
                await records.quotas.put(quota)
            passed = [mark for mark in WARN_AT if (quota.used_percent or 0) >= mark]
            if passed:
                log.warning("templates are nearly used up for today", percent=quota.used_percent, left=quota.remaining)
            await self._check_templates()
        except SendFailed as failure:
            log.warning("the account does not say what it may send", reason=failure.reason)

    async def _check_templates(self) -> None:
        async with self._storage.reading() as records:
            offices = await records.offices.all()
            kept = [each for office in offices for each in await records.message_templates.of_office(office.id)]
        for each in (one for one in kept if one.channel == ZALO_OA):
            now = self._clock()
            told = await read_template(
                self._account, each.office_id, each.purpose, each.template_id, dict(each.fields), now
            )
            if told.status != each.status:
                log.warning("a template stands otherwise now", template=each.template_id, status=told.status)
            async with self._storage.writing() as records:
                await records.message_templates.checked(each, told.status, now)


def _count(said: object) -> int | None:
    text = str(said)
    return int(text) if text.isdigit() else None
