"""How far calls and reminders got with each person, and a call taken back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import texts
from domain.messages import Reply
from domain.notices import Call, CallKind, LedgerNotice, NoticeStatus, Subject, SubjectKind
from domain.people import Person
from domain.ports import Records
from handlers.calls import names_of, without_account
from handlers.turn import Told
from handlers.wording import moment_words, short

SHOWN = 300
WITHDRAWN = "withdrawn"
STATES = ("reported", "acknowledged", "seen", "on_phone", "delivered", "waiting", "no_account", "failed", "cancelled")
_GONE_OUT = (NoticeStatus.SENT, NoticeStatus.SENDING, NoticeStatus.UNKNOWN)


async def notices_of(records: Records, call: Call) -> Sequence[LedgerNotice]:
    """The notices that carry a call to its readers."""
    return await records.notices.of_subjects(call.office_id, [str(Subject(SubjectKind.CALL, call.id))])


async def call_states(records: Records, call: Call, staff: Sequence[Person]) -> dict[int, str]:
    """Where each reader of a call stands: one of STATES, by person."""
    reported = await _reported_since(records, call) if call.kind is CallKind.REQUEST else frozenset()
    homeless = {p.id for p in await without_account(records, call.office_id, staff)}
    states = {n.notice.person_id: state_of(n, homeless) for n in await notices_of(records, call)}
    return states | dict.fromkeys(states.keys() & reported, "reported")


async def state_words(records: Records, call: Call) -> str:
    """A call with the names of those it reached, and of those it did not."""
    staff = await records.people.of_office(call.office_id)
    states = await call_states(records, call, staff)
    lines = [
        texts.say("sending.state.title", kind=kind_words(call), moment=moment_words(call.at), count=len(call.audience)),
        texts.say("sending.state.text", text=short(call.text, SHOWN)),
    ]
    if call.withdrawn_at is not None:
        lines.append(texts.say("sending.state.withdrawn", moment=moment_words(call.withdrawn_at)))
    return "\n".join([*lines, *by_state(states, staff)])


def kind_words(call: Call) -> str:
    """What a call is called."""
    return texts.say(f"sending.kind.{'emergency' if call.emergency else call.kind.value}")


async def _reported_since(records: Records, call: Call) -> frozenset[int]:
    """Who has reported since the call of what it asked for."""
    reports = await records.register.reports_of_office(call.office_id, call.at)
    return frozenset(r.person_id for r in reports if r.at > call.at and (not call.about or r.task_id in call.about))


def state_of(found: LedgerNotice, homeless: Iterable[int]) -> str:
    """Where a notice stands, as the one who oversees it wants to know; `homeless` can be written to nowhere."""
    if found.acknowledged_at is not None:
        return "acknowledged"
    match found.status:
        case NoticeStatus.SENT | NoticeStatus.UNKNOWN:
            # Only some apps tell what became of a message.
            return "seen" if found.seen_at else "on_phone" if found.delivered_at else "delivered"
        case NoticeStatus.PENDING | NoticeStatus.SENDING:
            return "no_account" if found.notice.person_id in homeless else "waiting"
        case NoticeStatus.FAILED:
            return "failed"
    return "cancelled"


def by_state(states: Mapping[int, str], staff: Sequence[Person]) -> list[str]:
    """A line for each state that somebody is in, with their names."""
    lines = []
    for state in STATES:
        people = [person for person in staff if states.get(person.id) == state]
        if people:
            lines.append(texts.say(f"sending.state.{state}", count=len(people), names=names_of(people)))
    return lines


async def take_back(records: Records, call: Call, person: Person, now: datetime) -> tuple[int, list[Told]] | None:
    """Withdraw a call: how many are spared it, and what those who have it are told; None when it was before."""
    if not await records.calls.withdraw(call.id, now):
        return None
    notices = await notices_of(records, call)
    waiting = [n for n in notices if n.status is NoticeStatus.PENDING]
    await records.notices.take_back({n.message for n in waiting if n.message is not None})
    spared = await records.notices.cancel([n.id for n in waiting], WITHDRAWN)
    text = texts.say(
        "sending.told_withdrawn", author=person.name, moment=moment_words(call.at), text=short(call.text, SHOWN)
    )
    told = [
        Told(Reply(text), f"call:{call.id}:{n.notice.person_id}:withdrawn", person_id=n.notice.person_id)
        for n in notices
        if n.status in _GONE_OUT
    ]
    details = {"spared": spared, "told": len(told)}
    await records.audit.note(person.office_id, person.id, "call.withdrawn", f"call:{call.id}", now, details)
    return spared, told
