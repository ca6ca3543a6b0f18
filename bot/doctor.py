"""`kehoach doctor`: finds what is set up wrong, and says what to do about it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from datetime import datetime
from functools import partial
from typing import TypeVar

import structlog

import texts
from bot.address_findings import address_findings
from bot.app_notes import AppNotes
from bot.channel_findings import channel_findings
from bot.clocks import clock_findings, server_clock_findings
from bot.failures import OperatorError
from bot.findings import LEVELS, Finding, finding, listed
from bot.installation import chat_model, open_storage, utc_now
from bot.machine_findings import machine_findings
from bot.notice_findings import ledger_findings, office_findings
from bot.outlook import Outlook, outlook
from bot.presence import sender_of
from bot.safety_findings import safety_findings
from bot.secret_findings import secret_findings
from bot.setting_findings import server_findings, setting_findings
from bot.settings import Settings
from bot.telegram_findings import telegram_findings
from bot.traffic_findings import traffic_findings
from bot.zalo_bot_findings import plan_findings, zalo_bot_findings
from bot.zalo_oa_findings import zalo_oa_findings
from knowledge.models import ModelFailed, UnknownModel
from knowledge.writing import TRIAL
from storage import Repositories, Storage

log = structlog.get_logger()

LIMIT = 25.0
"""Seconds after which a check is broken off; checks of different things go on side by side."""

T = TypeVar("T")
Check = Callable[[], AsyncIterator[Finding]]


async def examine(
    settings: Settings, clock: Callable[[], datetime] = utc_now, *, limit: float = LIMIT
) -> list[Finding]:
    """Everything found, the faults first; a check that cannot be made or ends too late is a finding too, no error."""
    now = clock()
    storage, opened = await _database(settings, limit)
    try:
        seen = Outlook(now, notes=AppNotes(settings.kehoach_home).all())
        if storage is not None:
            seen = await _bounded(outlook(storage, settings, now), limit) or seen
        checks = _checks(storage, settings, seen, clock)
        ended = await asyncio.gather(*(_within(name, check, limit) for name, check in checks))
    finally:
        if storage is not None:
            await _bounded(storage.close(), limit)
    machine, *others = ended
    found = [*machine, *opened, *(each for findings in others for each in findings)]
    return sorted(found, key=lambda each: LEVELS.index(each.level))


def _checks(
    storage: Storage | None, settings: Settings, seen: Outlook, clock: Callable[[], datetime]
) -> list[tuple[str, Check]]:
    """What is looked at, by the name of what it is about."""
    checks: list[tuple[str, Check]] = [
        ("home", partial(machine_findings, settings)),
        ("secrets", partial(_secrets, settings)),
        ("scans", _scans),
        ("address", partial(address_findings, settings, seen)),
        ("channel_clock", partial(server_clock_findings, _servers(settings), clock)),
        ("telegram", partial(telegram_findings, settings, seen)),
        ("zalo-bot", partial(zalo_bot_findings, settings, seen)),
        ("llm", partial(_llm, settings)),
    ]
    if storage is not None:
        checks += [
            ("offices", partial(_reading, storage, partial(_offices, settings, seen.now))),
            ("queues", partial(_reading, storage, partial(_queues, settings, seen))),
            ("database_clock", partial(clock_findings, storage, clock)),
            ("zalo-oa", partial(zalo_oa_findings, storage, settings, seen)),
        ]
    return checks


async def _within(name: str, check: Check, limit: float) -> list[Finding]:
    """What a check found, also of one that was broken off or went wrong."""
    found: list[Finding] = []
    try:
        async with asyncio.timeout(limit), aclosing(check()) as findings:  # type: ignore[type-var]
            async for each in findings:
                found.append(each)
    except TimeoutError:
        found.append(finding("warning", name, "check_late", name=name, seconds=round(limit)))
    except Exception as error:
        # Only its kind: what it says may name what it was about.
        log.warning("a check could not be made", check=name, error=type(error).__name__)
        found.append(finding("warning", name, "check_failed", name=name, reason=type(error).__name__))
    return found


async def _bounded(work: Awaitable[T], limit: float) -> T | None:
    """What some work gives; None when it goes wrong or does not end in time."""
    try:
        async with asyncio.timeout(limit):
            return await work
    except Exception as error:
        log.warning("a check could not be made", error=type(error).__name__)
        return None


async def _database(settings: Settings, limit: float) -> tuple[Storage | None, list[Finding]]:
    """The database, and how opening it went."""
    try:
        async with asyncio.timeout(limit):
            storage = await open_storage(settings)
    except OperatorError as error:
        return None, [Finding("fault", "database", texts.say(error.key, **error.blanks))]
    except Exception as error:
        return None, [finding("fault", "database", "database_closed", reason=type(error).__name__)]
    return storage, [finding("ok", "database", "database_ok", address=storage.address)]


async def _secrets(settings: Settings) -> AsyncIterator[Finding]:
    for each in secret_findings(settings):
        yield each


async def _scans() -> AsyncIterator[Finding]:
    """Whether scanned papers can be read."""
    from knowledge.reading.tesseract import missing

    lacking = await asyncio.to_thread(missing)
    yield finding("warning" if lacking else "ok", "scans", f"scans_{lacking}" if lacking else "scans_ok")


def _servers(settings: Settings) -> dict[str, str]:
    """The servers of the channels that are set up, by name, to compare clocks with."""
    from bot.channels import telegram, zalo_bot, zalo_oa_api, zalo_oauth

    servers = {}
    if settings.telegram_token.get_secret_value():
        servers["Telegram"] = settings.telegram_api_base or telegram.PUBLIC_SERVER
    if settings.zalo_bot_token.get_secret_value():
        servers["Zalo Bot"] = settings.zalo_bot_api_base or zalo_bot.PUBLIC_SERVER
    if settings.zalo_oa_app_id:
        servers["Zalo OA"] = settings.zalo_oa_api_base or zalo_oa_api.PUBLIC_SERVER
        servers["Zalo OAuth"] = settings.zalo_oauth_base or zalo_oauth.PUBLIC_SERVER
    return servers


async def _reading(storage: Storage, check: Callable[[Repositories], AsyncIterator[Finding]]) -> AsyncIterator[Finding]:
    async with storage.reading() as records:
        async for each in check(records):
            yield each


async def _offices(settings: Settings, now: datetime, records: Repositories) -> AsyncIterator[Finding]:
    """Each office: its papers, its tasks, its people, what it has arranged."""
    offices = await records.offices.all()
    if not any(office.name for office in offices):
        yield finding("warning", "office", "office_unnamed")
    if not offices:
        yield finding("warning", "library", "no_documents", count=0)
        yield finding("warning", "people", "no_people")
    for office in offices:
        documents = await records.library.documents(office.id)
        tasks = await records.register.tasks(office.id)
        people = await records.people.of_office(office.id)
        joined = {account.person_id for account in await records.people.accounts_of_office(office.id)}
        level = "ok" if documents else "warning"
        yield finding(level, "library", "documents" if documents else "no_documents", count=len(documents))
        yield finding("ok" if tasks else "warning", "register", "tasks" if tasks else "no_tasks", count=len(tasks))
        absent = [person.name for person in people if person.id not in joined]
        if not people:
            yield finding("warning", "people", "no_people")
        elif absent:
            yield finding("warning", "people", "not_joined", count=len(absent), names=listed(absent))
        else:
            yield finding("ok", "people", "all_joined", count=len(people))
        async for each in office_findings(records, office, now):
            yield each
        async for each in setting_findings(records, office, now):
            yield each
    async for each in safety_findings(records, settings, list(offices), now):
        yield each


async def _queues(settings: Settings, seen: Outlook, records: Repositories) -> AsyncIterator[Finding]:
    """What goes in and out, what is held, what is left of quotas."""
    async for each in traffic_findings(records, seen):
        yield each
    async for each in ledger_findings(records, seen.now):
        yield each
    async for each in server_findings(records, sender_of(settings.kehoach_home), seen.now):
        yield each
    async for each in plan_findings(records, seen.now):
        yield each
    async for each in channel_findings(records, seen.now):
        yield each


async def _llm(settings: Settings) -> AsyncIterator[Finding]:
    """The chat model asked for one small form, as it is asked for every answer."""
    if not settings.llm:
        yield finding("ok", "llm", "llm_off")
        return
    model = chat_model(settings)
    try:
        model.load()
        await model.fill(texts.say("doctor.llm_trial"), texts.say("doctor.llm_trial"), TRIAL)
    except UnknownModel:
        yield finding("fault", "llm", "llm_unknown", name=settings.llm)
    except ModelFailed as failed:
        yield finding("fault", "llm", "llm_failed", name=settings.llm, reason=failed)
    else:
        yield finding("ok", "llm", "llm_ok", name=settings.llm)
