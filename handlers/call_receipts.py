"""Shows who received, acknowledged and answered what a colleague had sent, or was reminded of today; takes it back."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import texts
from domain.clock import day_text
from domain.messages import Button, Kind, Reply
from domain.notices import Call, CallKind, LedgerNotice, NoticeStatus
from domain.people import Person
from domain.ports import Records
from domain.receipt_words import AboutSent, ReceiptWish, read_receipt_words
from domain.rights import may_write_to
from domain.vietnamese import fold
from handlers.audience import people_meant
from handlers.call_states import SHOWN, by_state, state_of, state_words, take_back
from handlers.calls import call_buttons, day_begins, without_account
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.wording import number_in, short, tasks_button

SINCE = timedelta(days=30)
"""How far back somebody asks who received what they sent."""


def asks_who_received(turn: Turn) -> bool:
    """True for "ai da nhan", "nhac viec hom nay" and "thu hoi loi nhac" from staff, and for the buttons of a call."""
    if re.fullmatch(r"call:(show|back|take):\d{1,9}|reminded", turn.action):
        return True
    if turn.incoming.kind is not Kind.TEXT or not turn.role.is_staff:
        return False
    return read_receipt_words(turn.text) is not None


async def tell_who_received(turn: Turn) -> list[Reply] | None:
    """How far a call or today's reminders got, person by person; or a call taken back. None where nobody sent one."""
    person = staff_alone(turn, "staff.not_staff")
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    said = None if turn.action else read_receipt_words(turn.text)
    if turn.action == "reminded" or (said is not None and said.wish is ReceiptWish.REMINDED and not said.named):
        return [await _reminded_today(turn, records, person)]
    call = await _meant(turn, records, person, said)
    if call is None or isinstance(call, Reply):
        return None if call is None else [call]
    if turn.action.startswith(("call:back", "call:take")) or (said is not None and said.wish is ReceiptWish.WITHDRAW):
        return [await _withdraw(turn, records, person, call)]
    buttons = (tasks_button(),) if call.withdrawn_at is not None else call_buttons(call)
    return [Reply(await state_words(records, call), buttons)]


async def _meant(turn: Turn, records: Records, person: Person, said: AboutSent | None) -> Call | Reply | None:
    """The call a button names, else the last one the person sent to whom they name; only ever their own.

    None where the words name something else than what was sent.
    """
    if said is None:
        call = await records.calls.get(number_in(turn.action) or 0)
        if call is None or call.author_id != person.id:
            return Reply(texts.say("sending.not_yours"), (tasks_button(),))
        return call
    sent = [c for c in await records.calls.of_office(person.office_id, turn.now - SINCE) if c.author_id == person.id]
    kind = CallKind.ANNOUNCEMENT if said.announcement else CallKind.REQUEST if said.request else None
    fitting = [c for c in sent if kind is None or c.kind is kind]
    if said.named:
        named = await _named(records, person, said, fitting)
        return (
            named[0] if named else None if named is None else Reply(texts.say("sending.none_sent"), (tasks_button(),))
        )
    if fitting or sent:
        return (fitting or sent)[0]
    if said.wish is not ReceiptWish.WITHDRAW and await _oversees_anybody(records, person):
        return await _reminded_today(turn, records, person)
    return Reply(texts.say("sending.none_sent"), (tasks_button(),))


async def _named(records: Records, person: Person, said: AboutSent, sent: Sequence[Call]) -> list[Call] | None:
    """Of what was sent that which went to the people named, or holds most of the words named; None for other words."""
    staff = await records.people.of_office(person.office_id)
    people = people_meant(said.named, staff, await records.people.units(person.office_id), person).people
    if people:
        ids = {other.id for other in people if other.id != person.id}
        return sorted((c for c in sent if ids & set(c.audience)), key=lambda c: not ids >= set(c.audience))
    words = set(said.named.split())
    return [c for c in sent if 2 * len(words & set(re.findall(r"\w+", fold(c.text)))) >= len(words)] or None


# --- taken back ------------------------------------------------------------------------------------------------------


async def _withdraw(turn: Turn, records: Records, person: Person, call: Call) -> Reply:
    """Asked once more, then done: who has not got it will not, and who has is told."""
    if call.withdrawn_at is not None:
        return Reply(texts.say("sending.withdrawn_before"), (tasks_button(),))
    if not turn.action.startswith("call:take"):
        sure = Button(texts.say("sending.button.withdraw"), f"call:take:{call.id}")
        return Reply(texts.say("sending.withdraw_card", text=short(call.text, SHOWN)), (sure, tasks_button()))
    taken = await take_back(records, call, person, turn.now)
    if taken is None:
        return Reply(texts.say("sending.withdrawn_before"), (tasks_button(),))
    spared, told = taken
    turn.told += told
    lines = [texts.say("sending.withdrawn")]
    lines += [texts.say("sending.withdrawn_spared", count=spared)] if spared else []
    lines += [texts.say("sending.withdrawn_told", count=len(told))] if told else []
    return Reply("\n".join(lines), (tasks_button(),))


# --- today's reminders -----------------------------------------------------------------------------------------------


async def _oversees_anybody(records: Records, person: Person) -> bool:
    staff = await records.people.of_office(person.office_id)
    return any(may_write_to(person, other) for other in staff if other.id != person.id)


async def _reminded_today(turn: Turn, records: Records, person: Person) -> Reply:
    """Who was reminded today and how far it got, of those the person may ask after."""
    if not await _oversees_anybody(records, person):
        return Reply(texts.say("sending.reminded.not_overseer"), (tasks_button(),))
    staff = [p for p in await records.people.of_office(person.office_id) if may_write_to(person, p)]
    ids = {p.id for p in staff}
    since = day_begins(turn.now)
    found = [n for n in await records.notices.of_office(person.office_id, since) if n.notice.person_id in ids]
    homeless = {p.id for p in await without_account(records, person.office_id, staff)}
    states = _worst_of_each(_of_today(found, turn.now), homeless)
    whose = (
        person.unit_name if not _is_of_all(person, staff) and person.unit_name else texts.say("sending.reminded.office")
    )
    if not states:
        return Reply(texts.say("sending.reminded.none", whose=whose), (tasks_button(),))
    lines = [texts.say("sending.reminded.title", day=day_text(turn.today), whose=whose), *by_state(states, staff)]
    return Reply("\n".join(lines), (tasks_button(),))


def _is_of_all(person: Person, staff: Sequence[Person]) -> bool:
    return any(other.unit_id != person.unit_id for other in staff)


def _of_today(found: Iterable[LedgerNotice], now: datetime) -> list[LedgerNotice]:
    """What was to go out today: nothing that was folded, and nothing that waits for another day."""
    day_ends = day_begins(now) + timedelta(days=1)
    return [n for n in found if n.status is not NoticeStatus.CANCELLED and (n.sent_at or n.release_at) < day_ends]


def _worst_of_each(found: Iterable[LedgerNotice], homeless: Iterable[int]) -> dict[int, str]:
    """For each person the state of the notice that got least far."""
    order = ("acknowledged", "seen", "on_phone", "delivered", "waiting", "no_account", "failed")
    states: dict[int, str] = {}
    for notice in found:
        state = state_of(notice, homeless)
        before = states.get(notice.notice.person_id, state)
        states[notice.notice.person_id] = max(before, state, key=order.index)
    return states
