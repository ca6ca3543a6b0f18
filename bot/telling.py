"""Says something to another chat than the one that speaks: a colleague who must decide, a citizen who waits."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.delivery import fit
from domain.ports import Channel
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

    A member of staff is written to at the first account that can be reached on a channel served here. Where there are
    no buttons it names none, as notices do: its numbers would be taken for those of the last reply.
    """
    unreached = []
    for each in told:
        chat = (each.channel, each.chat_id) if each.person_id is None else await _chat(records, channels, each)
        if chat is None or chat[0] not in channels:
            unreached.append(each)
            continue
        channel = channels[chat[0]]
        reply = each.reply if channel.limits.has_buttons else replace(each.reply, buttons=())
        for number, part in enumerate(fit(reply, channel.limits)):
            await records.outbox.queue(
                channel=chat[0],
                chat_id=chat[1],
                reply=part,
                key=f"told:{each.key}:{number}",
                now=now,
                cause="told",
                office_id=office_id or None,
            )
    return unreached


async def _chat(records: Repositories, channels: Mapping[str, Channel], told: Told) -> tuple[str, str] | None:
    accounts = await records.people.accounts(told.person_id or 0)
    return next(((a.channel, a.chat_id) for a in accounts if a.reachable and a.channel in channels), None)
