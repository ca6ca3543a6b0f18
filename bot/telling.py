"""Says something to another chat than the one that speaks: a colleague who must decide, a citizen who waits."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.fitting import fit
from domain.channels import by_preference
from domain.contacts import Chat
from domain.people import Account
from domain.ports import Channel
from domain.reaching import Roads
from handlers.turn import Told
from storage import Repositories


async def queue_told(
    records: Repositories,
    channels: Mapping[str, Channel],
    told: Iterable[Told],
    now: datetime,
    office_id: int | None = None,
) -> list[Told]:
    """Queue what is to be said, in this transaction and once for each key; returns what reached nobody.

    A member of staff is written to by the app they chose, else by the first that gets through; where every app has
    closed their chat, what is said waits there until they write. Where there are no buttons it names none, as notices
    do: its numbers would be taken for those of the last reply.
    """
    unreached = []
    for each in told:
        chat = (each.channel, each.chat_id) if each.person_id is None else await _chat(records, channels, each, now)
        if chat is None or chat[0] not in channels:
            unreached.append(each)
            continue
        channel = channels[chat[0]]
        reply = each.reply if channel.limits.has_buttons else replace(each.reply, buttons=())
        # A template is one message whatever its length: the app knows its words.
        for number, part in enumerate([reply] if reply.template else fit(reply, channel.limits)):
            await records.outbox.queue(
                channel=chat[0],
                chat_id=chat[1],
                reply=part,
                key=f"told:{each.key}:{number}",
                now=now,
                cause="told",
                office_id=office_id or None,
                said_by_id=each.by_id,
            )
    return unreached


async def roads_to(
    records: Repositories, channels: Mapping[str, Channel], accounts: Iterable[Account], now: datetime
) -> Roads:
    """What is known now of the ways to these accounts."""
    chats = {(account.channel, account.chat_id) for account in accounts}
    windows = {name: channel.limits.window for name, channel in channels.items()}
    still_open = await records.contacts.open_many(chats, windows, now)
    avoided = await records.channel_holds.avoided(now)
    return Roads(tuple(channels), avoided, chats - still_open)


async def _chat(records: Repositories, channels: Mapping[str, Channel], told: Told, now: datetime) -> Chat | None:
    person_id = told.person_id or 0
    accounts = await records.people.accounts(person_id)
    if len(accounts) > 1:
        roads = await roads_to(records, channels, accounts, now)
        preferred = await records.wishes.channel(person_id)
    else:
        roads, preferred = Roads(tuple(channels)), ""
    account = roads.way(accounts, preferred).account or Roads(tuple(channels)).way(accounts, preferred).account
    return None if account is None else (account.channel, account.chat_id)


async def first_account(records: Repositories, person_id: int) -> Account | None:
    """Where a person is written to from the command line, which serves no app: the one they chose, else the usual."""
    accounts = by_preference(await records.people.accounts(person_id), await records.wishes.channel(person_id))
    return next((account for account in accounts if account.reachable), None)
