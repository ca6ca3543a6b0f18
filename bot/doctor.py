"""`kehoach doctor`: finds what is set up wrong, and says what to do about it."""

import os
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from urllib.parse import urlsplit

import texts
from bot.channel_findings import channel_findings
from bot.clocks import clock_findings
from bot.failures import OperatorError
from bot.findings import Finding
from bot.findings import finding as _finding
from bot.installation import chat_model, open_storage, utc_now
from bot.notice_findings import ledger_findings, office_findings
from bot.presence import sender_of
from bot.safety_findings import safety_findings
from bot.setting_findings import server_findings, setting_findings
from bot.settings import Settings
from bot.zalo_bot_findings import plan_findings, zalo_bot_findings
from domain.clock import VIETNAM
from domain.ports import SendFailed
from knowledge.models import ModelFailed, UnknownModel
from knowledge.writing import TRIAL
from storage import Storage


async def examine(settings: Settings, clock: Callable[[], datetime] = utc_now) -> AsyncIterator[Finding]:
    """Everything looked at, one after another; a check that cannot be made is a finding too, never an error."""
    yield _home(settings)
    yield _scans()
    try:
        storage = await open_storage(settings)
    except OperatorError as error:
        yield Finding("fault", "database", texts.say(error.key, **error.blanks))
    else:
        try:
            async for finding in _contents(storage, settings, clock()):
                yield finding
            async for finding in clock_findings(storage, _servers(settings), clock):
                yield finding
            for finding in await _zalo_tokens(storage, settings, clock()):
                yield finding
        finally:
            await storage.close()
    yield await _llm(settings)
    async for finding in _telegram(settings):
        yield finding
    async for finding in zalo_bot_findings(settings):
        yield finding


def _home(settings: Settings) -> Finding:
    home = settings.kehoach_home
    place = home if home.exists() else home.absolute().parent
    if not place.is_dir() or not os.access(place, os.W_OK):
        return _finding("fault", "home", "home_not_writable", home=home)
    return _finding("ok", "home", "home_ok", home=home)


async def _zalo_tokens(storage: Storage, settings: Settings, now: datetime) -> list[Finding]:
    """How the Official Account's tokens stand; nothing without one."""
    if not settings.zalo_oa_app_id:
        return []
    from bot.zalo_token_state import token_findings
    from bot.zalo_tokens import sealer_of

    async with storage.reading() as records:
        row = await records.zalo_tokens.get(settings.zalo_oa_app_id)
    has_seed = bool(settings.zalo_oa_refresh_token.get_secret_value())
    return token_findings(row, sealer_of(settings), now, has_seed=has_seed)


def _scans() -> Finding:
    """Whether scanned papers can be read."""
    from knowledge.reading.tesseract import missing

    lacking = missing()
    return _finding("warning" if lacking else "ok", "scans", f"scans_{lacking}" if lacking else "scans_ok")


def _servers(settings: Settings) -> dict[str, str]:
    """The servers of the channels that are set up, by name, to compare clocks with."""
    from bot.channels.telegram import PUBLIC_SERVER

    if not settings.telegram_token.get_secret_value():
        return {}
    return {"Telegram": settings.telegram_api_base or PUBLIC_SERVER}


async def _contents(storage: Storage, settings: Settings, now: datetime) -> AsyncIterator[Finding]:
    yield _finding("ok", "database", "database_ok", address=storage.address)
    async with storage.reading() as records:
        offices = await records.offices.all()
        dead = (await records.inbox.counts())["dead"]
        failed = (await records.outbox.counts())["failed"]
        if not any(office.name for office in offices):
            yield _finding("warning", "office", "office_unnamed")
        if not offices:
            yield _finding("warning", "library", "no_documents", count=0)
            yield _finding("warning", "people", "no_people")
        for office in offices:
            documents = await records.library.documents(office.id)
            tasks = await records.register.tasks(office.id)
            people = await records.people.of_office(office.id)
            joined = {account.person_id for account in await records.people.accounts_of_office(office.id)}
            level = "ok" if documents else "warning"
            yield _finding(level, "library", "documents" if documents else "no_documents", count=len(documents))
            yield _finding("ok" if tasks else "warning", "register", "tasks" if tasks else "no_tasks", count=len(tasks))
            absent = [person.name for person in people if person.id not in joined]
            if not people:
                yield _finding("warning", "people", "no_people")
            elif absent:
                yield _finding("warning", "people", "not_joined", count=len(absent), names=", ".join(absent[:10]))
            else:
                yield _finding("ok", "people", "all_joined", count=len(people))
            async for finding in office_findings(records, office, now):
                yield finding
            async for finding in setting_findings(records, office, now):
                yield finding
        async for finding in safety_findings(records, settings, list(offices), now):
            yield finding
        if dead:
            yield _finding("warning", "inbox", "dead_letters", count=dead)
        if failed:
            yield _finding("warning", "outbox", "not_delivered", count=failed)
        async for finding in ledger_findings(records, now):
            yield finding
        async for finding in server_findings(records, sender_of(settings.kehoach_home), now):
            yield finding
        async for finding in plan_findings(records, now):
            yield finding
        async for finding in channel_findings(records, now):
            yield finding


async def _llm(settings: Settings) -> Finding:
    """The chat model asked for one small form, as it is asked for every answer."""
    if not settings.llm:
        return _finding("ok", "llm", "llm_off")
    model = chat_model(settings)
    try:
        model.load()
        await model.fill(texts.say("doctor.llm_trial"), texts.say("doctor.llm_trial"), TRIAL)
    except UnknownModel:
        return _finding("fault", "llm", "llm_unknown", name=settings.llm)
    except ModelFailed as failed:
        return _finding("fault", "llm", "llm_failed", name=settings.llm, reason=failed)
    return _finding("ok", "llm", "llm_ok", name=settings.llm)


async def _telegram(settings: Settings) -> AsyncIterator[Finding]:
    token = settings.telegram_token.get_secret_value()
    if not token:
        yield _finding("ok", "telegram", "telegram_off")
        return
    secret = settings.telegram_webhook_secret.get_secret_value()
    if settings.telegram_mode == "webhook":
        if not secret:
            yield _finding("fault", "telegram", "secret_missing")
        if urlsplit(settings.public_url).scheme != "https":
            yield _finding("fault", "telegram", "public_url_missing")
    from bot.channels.telegram import Telegram

    telegram = Telegram(token, settings.telegram_api_base or None)
    try:
        account = await telegram.me()
        hook = await telegram.webhook_info()
    except SendFailed as failure:
        yield _finding("fault", "telegram", "telegram_refused", reason=failure.reason)
        return
    finally:
        await telegram.close()
    yield _finding("ok", "telegram", "telegram_ok", name=account.get("username", ""))
    if settings.telegram_mode == "polling" and hook.get("url"):
        yield _finding("warning", "telegram", "webhook_while_polling")
    if settings.telegram_mode == "webhook" and not str(hook.get("url", "")).startswith(settings.public_url):
        yield _finding("warning", "telegram", "webhook_elsewhere")
    if hook.get("last_error_message"):
        at = datetime.fromtimestamp(int(hook.get("last_error_date", 0)), tz=VIETNAM)
        yield _finding("warning", "telegram", "webhook_error", reason=hook["last_error_message"], at=f"{at:%d/%m/%Y}")
