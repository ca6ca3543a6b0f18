"""Takes a person's word that they received a reminder, and says what follows from it."""

import re
from collections.abc import Sequence

import texts
from domain.clock import day_text
from domain.messages import Button, Kind, Reply
from domain.notices import (
    ESCALATE_HEAD,
    ESCALATE_LEADER,
    PERIOD_CLOSED,
    TOLD_HEAD,
    TOLD_LEADER,
    LedgerNotice,
    NoticeStatus,
    SubjectKind,
)
from domain.people import Person
from domain.ports import Records
from domain.receipts import says_received, says_yes
from domain.rights import is_head_of
from domain.tasks import Task
from handlers.memory import foremost
from handlers.moments import OfficeHours, office_hours
from handlers.private import staff_alone
from handlers.reminded import REACHED, reminded_of
from handlers.turn import Turn
from handlers.wording import number_in, task_name, tasks_button

LINES = 8
"""What follows is said of so many matters; a digest has its own list of them all."""


def says_it_was_received(turn: Turn) -> bool:
    """True for the button under a reminder, and for words such as "da nhan", which may answer one."""
    if re.fullmatch(r"ack:\d{1,9}", turn.action):
        return True
    if turn.incoming.kind is not Kind.TEXT or not turn.role.is_staff or turn.incoming.in_group:
        return False
    # A bare "yes" belongs to what waits for an answer.
    return says_received(turn.text) and not (says_yes(turn.text) and foremost(turn))


async def acknowledge(turn: Turn) -> list[Reply] | None:
    """What was reminded of is marked as received; None for words that answer no reminder."""
    person = staff_alone(turn, "staff.not_staff")
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    if not turn.action:
        spoken_of = await reminded_of(turn, person, records)
        return await _take(turn, person, records, spoken_of) if spoken_of else None
    pressed = await records.notices.get(number_in(turn.action) or 0)
    if pressed is None or pressed.status not in REACHED:
        return [Reply(texts.say("acknowledge.old"), (tasks_button(),))]
    if pressed.notice.person_id != person.id:
        return [Reply(texts.say("acknowledge.not_yours"), (tasks_button(),))]
    together = [pressed] if pressed.message is None else await records.notices.of_message(pressed.message)
    return await _take(turn, person, records, [n for n in together if n.notice.person_id == person.id])


async def _take(turn: Turn, person: Person, records: Records, found: Sequence[LedgerNotice]) -> list[Reply]:
    if not await records.notices.acknowledge([n.id for n in found], person.id, turn.now):
        return [Reply(texts.say("acknowledge.again"), (tasks_button(),))]
    await records.audit.note(
        person.office_id,
        person.id,
        "notice.acknowledged",
        f"notice:{found[0].id}",
        turn.now,
        {"notices": [n.id for n in found]},
    )
    tasks = {task.id: task for task in await records.register.tasks(person.office_id)}
    hours = await office_hours(records, person.office_id)
    spoken_of = {str(n.notice.subject): n for n in found}
    lines = [await _what_follows(turn, person, records, n, tasks, hours) for n in spoken_of.values()]
    text = "\n".join([texts.say("acknowledge.done", person=person.name), *[line for line in lines if line][:LINES]])
    return [Reply(text, _buttons(found, tasks))]


def _buttons(found: Sequence[LedgerNotice], tasks: dict[int, Task]) -> tuple[Button, ...]:
    """The way to report where one task is spoken of."""
    named = {n.notice.subject.id for n in found if n.notice.subject.kind is SubjectKind.TASK} & tasks.keys()
    if len(named) != 1:
        return (tasks_button(),)
    return (Button(texts.say("task.button.report"), f"report:{named.pop()}"), tasks_button())


async def _what_follows(
    turn: Turn, person: Person, records: Records, found: LedgerNotice, tasks: dict[int, Task], hours: OfficeHours
) -> str:
    """What the person is expected to do now, and what happens when they do not; empty where nothing is."""
    notice = found.notice
    day = day_text(notice.occurrence)
    match notice.subject.kind:
        case SubjectKind.CALL:
            call = await records.calls.get(notice.subject.id)
            if call is None or call.due is None:
                return ""
            author = await records.people.get(call.author_id)
            said = {"author": author.name if author else "", "day": day_text(call.due)}
            return texts.say("acknowledge.line.request", **said)
        case SubjectKind.FEEDBACK:
            case = await records.feedback.get(notice.subject.id)
            if case is None or not case.status.is_open:
                return ""
            return texts.say("acknowledge.line.feedback", code=case.code, day=day_text(case.due))
        case SubjectKind.PERIOD:
            is_over = notice.rule == PERIOD_CLOSED or notice.occurrence < turn.today
            return texts.say(f"acknowledge.line.{'period_passed' if is_over else 'period'}", day=day)
    task = tasks.get(notice.subject.id)
    if task is None or notice.rule == ESCALATE_LEADER:
        return ""
    name = task_name(task, tasks.values())
    if notice.rule in (TOLD_HEAD, TOLD_LEADER) or await _is_told_above(records, found):
        return texts.say("acknowledge.line.told", name=name)
    if notice.rule == ESCALATE_HEAD or notice.rule.startswith("overdue_"):
        # An acknowledgement puts the next step off, which goes to who is above the speaker.
        unit_id = notice.subject.unit_id or task.lead_unit_id
        heads = [p for p in await records.people.of_office(person.office_id) if is_head_of(p, unit_id)]
        above = "head" if heads and person not in heads else "leaders"
        puts_off_to = day_text(hours.calendar.after(turn.today, hours.rules.acknowledged_for))
        return texts.say(
            "acknowledge.line.overdue", name=name, day=puts_off_to, above=texts.say(f"acknowledge.{above}")
        )
    due = task.deadline.due or notice.occurrence
    sentence = "before" if due >= turn.today else "passed"
    return texts.say(f"acknowledge.line.{sentence}", name=name, day=day_text(due))


async def _is_told_above(records: Records, found: LedgerNotice) -> bool:
    """True for an overdue task of which somebody above was told already: receiving it again puts nothing off."""
    notice = found.notice
    if not notice.rule.startswith("overdue_"):
        return False
    told = await records.notices.of_subjects(notice.office_id, [str(notice.subject)])
    return any(
        n.notice.rule in (ESCALATE_HEAD, ESCALATE_LEADER)
        and n.notice.occurrence == notice.occurrence
        and n.status is not NoticeStatus.CANCELLED
        for n in told
    )
