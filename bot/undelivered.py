"""Tells people what does not go out: who had it said when a chat is closed, the administrators when an app is held."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

import structlog

import texts
from bot.hold_words import hold_words
from bot.telling import queue_told, roads_to
from domain.channel_holds import FOR_TOKENS, ChannelHold
from domain.clock import local_day
from domain.messages import Reply
from domain.people import Person
from domain.phones import local_phone, phones_in
from domain.ports import Channel
from domain.rights import keeps_the_installation
from handlers.apps import app_words
from handlers.turn import Told
from storage import HeldMessage, Repositories

log = structlog.get_logger()

SHOWN = 120
_CASE = re.compile(r"told:feedback:(\d+):")


async def tell_who_said_it(
    records: Repositories, channels: Mapping[str, Channel], held: Iterable[HeldMessage], now: datetime
) -> None:
    """Whoever had something said to a closed chat hears once that it waits, and how else the person is reached."""
    for message in held:
        if message.said_by_id is None:
            continue
        name = message.key.rpartition(":")[0]
        told = Told(Reply(await _words(records, message)), f"closed:{name}", person_id=message.said_by_id)
        if await queue_told(records, channels, [told], now, message.office_id):
            log.warning("nobody could be told that a message waits", person=message.said_by_id, outbox=message.id)


async def _words(records: Repositories, message: HeldMessage) -> str:
    """What waits, and by which telephone number the person is reached where their own words name one."""
    match = _CASE.match(message.key)
    case = await records.feedback.get(int(match[1])) if match else None
    said = " ".join(message.reply.text.split())
    blanks = {"app": app_words(message.channel), "text": said if len(said) <= SHOWN else said[:SHOWN].rstrip() + "…"}
    text = (
        texts.say("undelivered.closed", **blanks)
        if case is None
        else texts.say("undelivered.closed_case", code=case.code, **blanks)
    )
    phones = phones_in(case.said) if case else []
    if phones:
        text += "\n" + texts.say("undelivered.phone", phone=" – ".join(map(local_phone, phones)))
    return text


async def hold_channel(
    records: Repositories,
    channels: Mapping[str, Channel],
    channel: str,
    reason: str,
    now: datetime,
    until: datetime | None,
) -> None:
    """Keep that nothing goes out through the app; the administrators hear of it once, through another one."""
    hold = await records.channel_holds.put(channel, reason, now, until=until)
    if hold.told_at is not None:
        return
    log.error("nothing goes out through an app", channel=channel, reason=reason, until=until and until.isoformat())
    if reason.startswith(FOR_TOKENS):
        # `ZaloWatch` tells of the tokens, in words of its own and each day; of the end of this hold we tell.
        await records.channel_holds.told(channel, now)
    elif await _tell_administrators(records, channels, hold, "undelivered.channel_held", now):
        await records.channel_holds.told(channel, now)


async def lift_holds(
    records: Repositories, channels: Mapping[str, Channel], names: Iterable[str], now: datetime
) -> None:
    """These apps carry messages again; who was told of the hold is told of its end."""
    for hold in await records.channel_holds.lift(list(names)):
        log.info("messages go out again through an app", channel=hold.channel, since=hold.since.isoformat())
        if hold.told_at is not None:
            await _tell_administrators(records, channels, hold, "undelivered.channel_free", now)


async def _tell_administrators(
    records: Repositories, channels: Mapping[str, Channel], hold: ChannelHold, sentence: str, now: datetime
) -> int:
    """Queue the sentence to each administrator through an app that is not held; to how many."""
    others = {name: channel for name, channel in channels.items() if name != hold.channel}
    count = 0
    for person in await _administrators(records):
        accounts = await records.people.accounts(person.id)
        roads = await roads_to(records, others, accounts, now)
        account = roads.way(accounts, await records.wishes.channel(person.id)).account
        if account is None or account.channel in roads.held:
            continue
        words = texts.say(sentence, person=person.name, app=app_words(hold.channel), reason=hold_words(hold.reason))
        key = f"{sentence}:{hold.channel}:{local_day(now)}:{person.id}"
        only = {account.channel: others[account.channel]}
        await queue_told(records, only, [Told(Reply(words), key, person_id=person.id)], now, person.office_id)
        count += 1
    return count


async def _administrators(records: Repositories) -> list[Person]:
    return [
        person
        for office in await records.offices.all()
        for person in await records.people.of_office(office.id)
        if keeps_the_installation(person)
    ]
