"""Group chats: which the bot is in, which is the office's own, and whether that one is sent the summary.

Who presses a card in a group is not who opened it, as a rule: only the one who opened it decides, and is asked again
whether they may; what others press is left without an answer.
"""

from datetime import time
from typing import Any

import texts
from domain.group_words import GroupWish, Wished, read_group_wish
from domain.groups import Group, SummaryTime
from domain.hours import hour_text
from domain.messages import Kind, Reply
from domain.notice_rules import NoticeRules
from domain.people import Person
from domain.ports import Records
from domain.quiet import is_quiet_hour
from domain.rights import may_set_staff_group, may_switch_group_summary
from handlers.deed import decides, new_deed, no_such_deed, open_deed, pressed_deed, settle, show_card
from handlers.turn import Turn
from handlers.wording import office_words

STAFF = "groupstaff"
SUMMARY = "groupsum"


def changes_a_group(turn: Turn) -> bool:
    """True when the bot came into a group or left it, and when the group has another name or id."""
    return turn.incoming.in_group and turn.incoming.kind in (Kind.JOINED, Kind.LEFT, Kind.GROUP)


async def keep_track(turn: Turn) -> list[Reply]:
    """One sentence to a group the bot is new in; otherwise nothing is said."""
    incoming, records = turn.incoming, await turn.records()
    here = (incoming.channel, incoming.chat_id)
    if incoming.kind is Kind.LEFT:
        if await records.groups.leave(*here, turn.now):
            await _note(turn, records, "group.left")
    elif incoming.kind is Kind.GROUP:
        if incoming.group_title:
            await records.groups.rename(*here, incoming.group_title)
        if incoming.moved_to:
            await records.groups.move(*here, incoming.moved_to)
    elif turn.office.id and await records.groups.join(*here, turn.office.id, incoming.group_title, turn.now):
        await _note(turn, records, "group.joined")
        return [Reply(texts.say("greet.group", office=office_words(turn.office)))]
    turn.silent = True
    return []


def wishes_of_a_group(turn: Turn) -> bool:
    """True for words and buttons about the staff group and its summary."""
    if decides(turn, STAFF) or decides(turn, SUMMARY):
        return True
    return turn.incoming.kind is Kind.TEXT and read_group_wish(turn.text) is not None


async def settle_group(turn: Turn) -> list[Reply] | None:
    """A card with what will be so in this group, or what its button decided."""
    if not turn.incoming.in_group:
        is_staff = turn.role.is_staff and not turn.action
        return [Reply(texts.say("groups.only_inside"))] if is_staff else None
    for kind, carry_out in ((STAFF, _make_staff), (SUMMARY, _switch)):
        if decision := decides(turn, kind):
            return await _decided(turn, kind, decision, carry_out)
    wish = read_group_wish(turn.text)
    if wish is None:
        return None
    records = await turn.records()
    group = await _known(turn, records)
    if wish.what in (Wished.STAFF, Wished.NOT_STAFF):
        return [_staff_card(turn, group, wish.what is Wished.STAFF)]
    return [await _summary_card(turn, records, group, wish)]


async def _known(turn: Turn, records: Records) -> Group:
    """The group that speaks, entered now where the bot was in it before groups were remembered."""
    incoming = turn.incoming
    here = (incoming.channel, incoming.chat_id)
    await records.groups.join(*here, turn.office.id, incoming.group_title, turn.now)
    group = await records.groups.get(*here)
    if group is None:
        return Group(*here, turn.office.id, incoming.group_title, turn.now)
    return group


def _staff_card(turn: Turn, group: Group, wanted: bool) -> Reply:
    person, office = turn.person, office_words(turn.office)
    if person is None or not may_set_staff_group(person):
        return Reply(texts.say("groups.staff.refused"))
    is_ours = group.is_staff and group.office_id == person.office_id
    if wanted == is_ours:
        return Reply(texts.say("groups.staff.already", office=office) if wanted else texts.say("groups.staff.not_yet"))
    said = "groups.staff.card" if wanted else "groups.staff.off_card"
    title = turn.incoming.group_title or group.title
    return show_card(
        turn, new_deed(turn, person, STAFF, {"wanted": wanted}), texts.say(said, title=title, office=office)
    )


async def _summary_card(turn: Turn, records: Records, group: Group, wish: GroupWish) -> Reply:
    person = turn.person
    if wish.what is Wished.SHOW:
        return Reply(as_it_is(group))
    if person is None or not may_switch_group_summary(person):
        return Reply(texts.say("groups.summary.refused"))
    if wish.what is Wished.NO_SUMMARY:
        if group.summary is None:
            return Reply(texts.say("groups.summary.off_already"))
        return show_card(turn, new_deed(turn, person, SUMMARY, {}), texts.say("groups.summary.off_card"))
    if not group.is_staff or group.office_id != person.office_id:
        return Reply(texts.say("groups.summary.needs_staff"))
    at = summary_time(wish, await records.notice_rules.of_office(person.office_id))
    if isinstance(at, str):
        return Reply(at)
    parts = {"weekday": at.weekday, "hour": at.hour.isoformat("minutes")}
    when = when_words(at)
    return show_card(turn, new_deed(turn, person, SUMMARY, parts), texts.say("groups.summary.card", when=when))


def summary_time(wish: GroupWish, rules: NoticeRules) -> SummaryTime | str:
    """The day and hour that are wished for, or the sentence that says why it cannot be those."""
    if len(wish.weekdays) > 1:
        return texts.say("groups.summary.one_day")
    if len(wish.hours) > 1:
        return texts.say("groups.summary.one_hour")
    hour = wish.hours[0] if wish.hours else rules.hour
    if rules.quiet_from != rules.quiet_to and is_quiet_hour(hour, rules):
        quiet = {"start": hour_text(rules.quiet_from), "end": hour_text(rules.quiet_to)}
        return texts.say("groups.summary.quiet", hour=hour_text(hour), **quiet)
    return SummaryTime(None if wish.daily else (wish.weekdays or (0,))[0], hour)


def as_it_is(group: Group) -> str:
    """Whether and when the group is sent the summary, in a sentence."""
    if group.summary is None:
        return texts.say("groups.summary.off_already")
    return texts.say("groups.summary.shown", when=when_words(group.summary))


def when_words(at: SummaryTime) -> str:
    """The day and hour of a summary in words."""
    if at.weekday is None:
        return texts.say("groups.summary.daily", hour=hour_text(at.hour))
    return texts.say(
        "groups.summary.weekly", hour=hour_text(at.hour), weekday=texts.say(f"groups.weekday.{at.weekday}")
    )


async def _decided(turn: Turn, kind: str, decision: str, carry_out: Any) -> list[Reply]:
    person, deed = turn.person, pressed_deed(turn, kind)
    if person is None or deed is None:
        if open_deed(turn, kind) is None and not _was_theirs(turn):
            # A card of somebody else: whoever presses it is told nothing, and it stays open.
            turn.silent = True
            return []
        return [no_such_deed(turn)]
    if decision != "yes":
        settle(turn, deed, "cancelled")
        return [Reply(texts.say("staff.cancelled"))]
    settle(turn, deed, "done")
    return [Reply(await carry_out(turn, person, deed.parts))]


def _was_theirs(turn: Turn) -> bool:
    return turn.memory.get("deed") is None and turn.person is not None


async def _make_staff(turn: Turn, person: Person, parts: dict[str, Any]) -> str:
    if not may_set_staff_group(person):
        return texts.say("groups.staff.refused")
    incoming, records, wanted = turn.incoming, await turn.records(), bool(parts["wanted"])
    await _known(turn, records)
    await records.groups.make_staff(incoming.channel, incoming.chat_id, person.office_id, wanted, person.id)
    await _note(turn, records, "group.staff", wanted=wanted)
    return (
        texts.say("groups.staff.done", office=office_words(turn.office))
        if wanted
        else texts.say("groups.staff.off_done")
    )


async def _switch(turn: Turn, person: Person, parts: dict[str, Any]) -> str:
    if not may_switch_group_summary(person):
        return texts.say("groups.summary.refused")
    incoming, records = turn.incoming, await turn.records()
    at = SummaryTime(parts["weekday"], time.fromisoformat(parts["hour"])) if parts else None
    group = await _known(turn, records)
    since = at.first_after(turn.now) if at else turn.today
    is_ours = group.office_id == person.office_id
    if not is_ours or not await records.groups.set_summary(incoming.channel, incoming.chat_id, at, since):
        return texts.say("groups.summary.needs_staff")
    await _note(turn, records, "group.summary", on=at is not None)
    return texts.say("groups.summary.done", when=when_words(at)) if at else texts.say("groups.summary.off_done")


async def _note(turn: Turn, records: Records, action: str, **details: Any) -> None:
    incoming = turn.incoming
    await records.audit.note(
        turn.office.id or None,
        turn.person.id if turn.person else None,
        action,
        f"group:{incoming.channel}:{incoming.chat_id}",
        turn.now,
        details,
    )
