"""Has colleagues asked to report by a day, once the card that shows whom and what is confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import texts
from domain.calling import Asked, Whom, read_request
from domain.clock import day_text
from domain.duties import Staff
from domain.hours import hour_text
from domain.messages import Kind, Reply
from domain.naming import task_named
from domain.notices import CallKind
from domain.people import Person
from domain.ports import Records
from domain.reporting import missing_reports
from domain.rights import may_write_to
from domain.stretches import month_of
from domain.tasks import Task
from handlers.audience import Meant, people_meant
from handlers.calls import card, go_on, hindrance, names_of, parts_of, too_many
from handlers.deed import decides, new_deed, pressed_deed
from handlers.private import staff_alone
from handlers.seen import beginning
from handlers.turn import Turn
from handlers.wording import PAGE, same_number, task_name, tasks_button

KIND = "remind"
LISTED = 10


@dataclass(frozen=True, slots=True)
class _Request:
    """Whom to ask, of which tasks (none: of all that each carries), and in which words."""

    to: tuple[Person, ...]
    tasks: tuple[Task, ...]
    text: str


def wants_reports(turn: Turn) -> bool:
    """True for "nhac phong Kinh te nop bao cao truoc thu Sau" from staff, and for what decides its card."""
    if decides(turn, KIND):
        return True
    if turn.incoming.kind is not Kind.TEXT or not turn.role.is_staff or turn.text.startswith("/"):
        return False
    return read_request(turn.text, turn.now) is not None


async def ask_to_report(turn: Turn) -> list[Reply] | None:
    """The card, or what its button decided; None where the words name nobody here and may mean something else."""
    person = staff_alone(turn, "staff.not_staff")
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    if decision := decides(turn, KIND):
        return [await go_on(turn, records, person, pressed_deed(turn, KIND), decision)]
    asked = read_request(turn.text, turn.now)
    assert asked is not None
    staff = await records.people.of_office(person.office_id)
    tasks = await records.register.tasks(person.office_id)
    carried = _carried(person.office_id, staff, tasks)
    if asked.whom is Whom.MISSING:
        request = await _of_missing(turn, records, person, staff, tasks)
    else:
        meant = await _meant(records, person, asked, staff)
        if not meant.people:
            return _nobody(meant)
        request = _of_named(asked, person, meant.people, carried)
    if isinstance(request, Reply):
        return [request]
    refusal = hindrance(person, request.to, "sending.refused_request") or await too_many(turn, records, person)
    if refusal is None and asked.due is not None and asked.due < turn.today:
        refusal = Reply(texts.say("sending.due_past", day=day_text(asked.due)), (tasks_button(),))
    if refusal is not None:
        return [refusal]
    text = request.text
    if asked.hour is not None and asked.due is not None:
        hour = texts.say("sending.what.hour", hour=hour_text(asked.hour), day=day_text(asked.due))
        text = f"{text}\n{hour}"
    parts = parts_of(CallKind.REQUEST, request.to, text, about=[task.id for task in request.tasks], due=asked.due)
    deed = new_deed(turn, person, KIND, parts)
    return [await card(turn, records, person, deed, _named(request.tasks))]


async def _meant(records: Records, person: Person, asked: Asked, staff: Sequence[Person]) -> Meant:
    """Who is meant, without the speaker; of "everybody" those the speaker may ask."""
    if asked.whom is Whom.ALL:
        found = Meant(tuple(p for p in staff if may_write_to(person, p) or not _may_ask_anybody(person, staff)))
    else:
        found = people_meant(asked.who, staff, await records.people.units(person.office_id), person)
    return Meant(tuple(p for p in found.people if p.id != person.id), found.unknown, found.several)


def _may_ask_anybody(person: Person, staff: Sequence[Person]) -> bool:
    return any(may_write_to(person, other) for other in staff if other.id != person.id)


def _nobody(meant: Meant) -> list[Reply] | None:
    if meant.several:
        named = names_of(meant.several)
        return [Reply(texts.say("sending.several_called", words=meant.unknown, names=named), (tasks_button(),))]
    # "De nghi …" may ask for many things; where nobody is named, it is left to the other errands.
    return None if meant.unknown else [Reply(texts.say("sending.nobody_left"), (tasks_button(),))]


def _carried(office_id: int, staff: Sequence[Person], tasks: Sequence[Task]) -> Mapping[int, list[Task]]:
    """The open tasks that each person is reminded of."""
    known = Staff(office_id, staff)
    found: dict[int, list[Task]] = {}
    for task in tasks:
        for duty in known.duties(task):
            for person in known.responsible(duty):
                if task not in found.setdefault(person.id, []):
                    found[person.id].append(task)
    return found


def _of_named(
    asked: Asked, person: Person, people: Sequence[Person], carried: Mapping[int, list[Task]]
) -> _Request | Reply:
    """Of the tasks that the words name; else those who carry any, or all that are named where nobody does."""
    theirs = list({t.id: t for p in people for t in carried.get(p.id, ())}.values())
    tasks: list[Task] = []
    if asked.numbers:
        tasks = [t for t in theirs if any(same_number(number, t) for number in asked.numbers)]
        if not tasks:
            numbers = ", ".join(texts.say("task.name", number=number) for number in asked.numbers)
            return Reply(texts.say("sending.no_task", numbers=numbers), (tasks_button(),))
    elif asked.topic:
        named = task_named(asked.topic, theirs)
        if named is None:
            return Reply(texts.say("sending.no_topic", words=asked.topic), (tasks_button(),))
        tasks = [named]
    if tasks:
        to = [p for p in people if any(t in carried.get(p.id, ()) for t in tasks)]
        lines = [texts.say("sending.what.task", name=task_name(t, tasks), title=t.title) for t in tasks[:LISTED]]
        return _Request(tuple(to), tuple(tasks), "\n".join(lines))
    carrying = [p for p in people if carried.get(p.id)]
    return _Request(tuple(carrying or people), (), texts.say("sending.what.own"))


async def _of_missing(
    turn: Turn, records: Records, person: Person, staff: Sequence[Person], tasks: Sequence[Task]
) -> _Request | Reply:
    """Those who have reported nothing this month of a task they carry, as far as the speaker may ask them."""
    month = month_of(turn.today)
    reports = await records.register.reports_of_office(person.office_id, beginning(month))
    missing = missing_reports(tasks, reports, staff, month)
    named = {p.id: p for m in missing for p in m.people if p.id != person.id}
    allowed = {p.id for p in named.values() if may_write_to(person, p)}
    if named and not allowed and not _may_ask_anybody(person, staff):
        return Reply(texts.say("sending.refused_request", names=names_of(list(named.values()))), (tasks_button(),))
    if not allowed:
        return Reply(texts.say("sending.nobody_missing", month=month.last.month), (tasks_button(),))
    about = {m.task.id: m.task for m in missing if any(p.id in allowed for p in m.people)}
    to = tuple(p for p in staff if p.id in allowed)
    return _Request(to, tuple(about.values()), texts.say("sending.what.missing", month=month.last.month))


def _named(tasks: Sequence[Task]) -> str:
    named = [task_name(task, tasks) for task in tasks[:PAGE]]
    return ", ".join(named) + ("…" if len(tasks) > PAGE else "")
