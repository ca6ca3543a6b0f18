"""Puts a person's own reminders off to a moment they say, and takes them up again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import texts
from domain.clock import at_local, day_text, local_day
from domain.messages import Button, Kind, Reply
from domain.moments import Said
from domain.notices import AGAIN, LedgerNotice, Notice, NoticeStatus, Snooze, Subject, SubjectKind
from domain.people import Person
from domain.ports import Records
from domain.rights import is_responsible, may_see
from domain.snoozing import Wish, read_wish
from domain.tasks import Task
from handlers.memory import about
from handlers.moments import OfficeHours, moment_in_words, office_hours
from handlers.private import staff_alone
from handlers.reminded import reminded_of
from handlers.turn import Turn
from handlers.wording import PAGE, by_urgency, same_number, task_name, tasks_button, titled_label

LONGEST = timedelta(days=366)
SHOWN_LASTS = timedelta(minutes=30)
REPLACED = "put off again"
ENDED = "wanted as usual"
_SET = re.compile(r"snooze:at:(?P<task>\d{1,9}|all):(?P<minute>\d{1,9})")
_END = re.compile(r"snooze:end:(?P<task>\d{1,9}|all)")
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class _Matter:
    """What is put off: subjects that were just spoken of, or everything (none named)."""

    subjects: tuple[Subject, ...]
    tasks: tuple[Task, ...]

    @property
    def is_everything(self) -> bool:
        return not self.subjects

    @property
    def code(self) -> str:
        """It in a button's letters: a task's id where it is one."""
        return str(self.tasks[0].id) if len(self.tasks) == 1 else "all"


EVERYTHING = _Matter((), ())


def wants_later(turn: Turn) -> bool:
    """True for "nhac lai chieu mai" and the like from staff, for taking it back, and for the buttons of both."""
    if _SET.fullmatch(turn.action) or _END.fullmatch(turn.action):
        return True
    if turn.incoming.kind is not Kind.TEXT or not turn.role.is_staff or turn.text.startswith("/"):
        return False
    return read_wish(turn.text, turn.now) is not None


async def put_off(turn: Turn) -> list[Reply]:
    """The person's reminders held until the moment they said, or given as usual again; only ever their own."""
    person = staff_alone(turn, "staff.not_staff")
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    hours = await office_hours(records, person.office_id)
    own = await _own_tasks(records, person)
    if turn.action:
        return [await _pressed(turn, records, person, own, hours)]
    wish = read_wish(turn.text, turn.now)
    assert wish is not None
    matter = await _meant(turn, records, person, own, wish, hours)
    if isinstance(matter, Reply):
        return [matter]
    if wish.ends:
        return [await _end(turn, records, person, own, matter)]
    if wish.when is None:
        return [_ask_when(turn, matter, hours)]
    return [await _put_off(turn, records, person, matter, hours.moment_of(wish.when), hours)]


async def _own_tasks(records: Records, person: Person) -> list[Task]:
    tasks = await records.register.tasks(person.office_id)
    own = [t for t in tasks if is_responsible(person, t) and may_see(person, t) and not t.status.is_over]
    return sorted(own, key=by_urgency)


async def _pressed(turn: Turn, records: Records, person: Person, own: Sequence[Task], hours: OfficeHours) -> Reply:
    match = _SET.fullmatch(turn.action) or _END.fullmatch(turn.action)
    assert match is not None
    tasks = tuple(t for t in own if str(t.id) == match["task"])
    if not tasks and match["task"] != "all":
        return Reply(texts.say("task.gone"), (tasks_button(),))
    matter = _of_tasks(tasks) if tasks else EVERYTHING
    if "minute" not in match.groupdict():
        return await _end(turn, records, person, own, matter)
    moment = datetime.fromtimestamp(int(match["minute"]) * _MINUTE, UTC)
    return await _put_off(turn, records, person, matter, moment, hours)


def _of_tasks(tasks: Sequence[Task]) -> _Matter:
    return _Matter(tuple(Subject(SubjectKind.TASK, t.id) for t in tasks), tuple(tasks))


async def _meant(
    turn: Turn, records: Records, person: Person, own: Sequence[Task], wish: Wish, hours: OfficeHours
) -> _Matter | Reply:
    """What the person means: the task they number, everything, or what they were just reminded of or shown."""
    if wish.number:
        named = [t for t in own if same_number(wish.number, t)]
        if not named:
            return Reply(await _no_such(records, person, wish.number), (tasks_button(),))
        return _of_tasks(await _spoken_of_first(turn, records, person, named))
    if wish.everything:
        return EVERYTHING
    spoken_of = await reminded_of(turn, person, records)
    if spoken_of:
        return _of_notices(spoken_of, own)
    shown = about(turn)
    if shown and turn.now - datetime.fromisoformat(shown[1]) <= SHOWN_LASTS:
        task = next((t for t in own if t.id == shown[0]), None)
        if task is not None:
            return _of_tasks([task])
    return _ask_what(own, wish.when, hours)


async def _spoken_of_first(turn: Turn, records: Records, person: Person, named: Sequence[Task]) -> Sequence[Task]:
    """Of tasks with one number those that were just reminded of; else all of them are meant."""
    if len(named) == 1:
        return named
    ids = {n.notice.subject.id for n in await reminded_of(turn, person, records)}
    return [t for t in named if t.id in ids] or named


async def _no_such(records: Records, person: Person, number: str) -> str:
    tasks = [t for t in await records.register.tasks(person.office_id) if may_see(person, t)]
    named = next((t for t in tasks if same_number(number, t)), None)
    if named is None:
        return texts.say("task.not_found", number=number.upper())
    return texts.say("snooze.not_yours", name=task_name(named))


def _of_notices(found: Sequence[LedgerNotice], own: Sequence[Task]) -> _Matter:
    subjects = dict.fromkeys(n.notice.subject for n in found)
    ids = {s.id for s in subjects if s.kind is SubjectKind.TASK}
    return _Matter(tuple(subjects), tuple(t for t in own if t.id in ids))


def _ask_what(own: Sequence[Task], when: Said | None, hours: OfficeHours) -> Reply:
    if not own or when is None:
        return Reply(texts.say("snooze.nothing_open"), (tasks_button(),))
    moment = hours.moment_of(when)
    minute = int(moment.timestamp()) // _MINUTE
    buttons = [Button(titled_label(t, own), f"snooze:at:{t.id}:{minute}") for t in own[: PAGE - 1]]
    buttons.append(Button(texts.say("snooze.everything"), f"snooze:at:all:{minute}"))
    return Reply(texts.say("snooze.ask_what", moment=moment_in_words(moment)), tuple(buttons))


def _ask_when(turn: Turn, matter: _Matter, hours: OfficeHours) -> Reply:
    tomorrow = turn.today + timedelta(days=1)
    monday = turn.today + timedelta(days=7 - turn.today.weekday())
    choices = [
        ("afternoon", at_local(turn.today, time(14))),
        ("tomorrow", at_local(tomorrow, hours.rules.hour)),
        ("monday", at_local(monday, hours.rules.hour)),
    ]
    buttons = tuple(
        Button(texts.say(f"snooze.button.{name}"), f"snooze:at:{matter.code}:{int(at.timestamp()) // _MINUTE}")
        for name, at in choices
        if at > turn.now and hours.open_from(at) == at
    )
    return Reply(texts.say("snooze.ask_when"), buttons)


async def _put_off(
    turn: Turn, records: Records, person: Person, matter: _Matter, wanted: datetime, hours: OfficeHours
) -> Reply:
    """Hold what is meant until the moment, and have what was spoken of said again then."""
    if wanted <= turn.now:
        return Reply(texts.say("snooze.past", moment=moment_in_words(wanted)), (tasks_button(),))
    if wanted - turn.now > LONGEST:
        return Reply(texts.say("snooze.too_far"), (tasks_button(),))
    moment = hours.open_from(wanted)
    held: list[int | None] = [None] if matter.is_everything else [t.id for t in matter.tasks]
    for task_id in held:
        await records.snoozes.add(person.office_id, person.id, moment, turn.text, turn.now, task_id)
    await _say_again(turn, records, person, matter, moment)
    await _note(turn, records, person, "notice.put_off", matter, {"until": moment.isoformat()})
    lines = [_said_back(matter, moment)]
    if moment != wanted:
        lines.append(texts.say("snooze.moved"))
    lines += _what_still_comes(turn, matter, moment)
    return Reply(
        "\n".join(lines), (Button(texts.say("snooze.button.end"), f"snooze:end:{matter.code}"), tasks_button())
    )


async def _say_again(turn: Turn, records: Records, person: Person, matter: _Matter, moment: datetime) -> None:
    await _cancel_again(records, person, turn, matter, REPLACED)
    again = [
        Notice(person.office_id, person.id, subject, AGAIN, local_day(moment), moment, urgent=True)
        for subject in matter.subjects
    ]
    await records.notices.open_many([(notice, moment) for notice in again], turn.now)


async def _cancel_again(records: Records, person: Person, turn: Turn, matter: _Matter, reason: str) -> None:
    """What was to be said again of these subjects (of all, where everything is meant) is not said."""
    waiting = [
        n
        for n in await records.notices.of_person(person.id, turn.now)
        if n.notice.rule == AGAIN
        and n.status is NoticeStatus.PENDING
        and (matter.is_everything or n.notice.subject in matter.subjects)
    ]
    await records.notices.cancel([n.id for n in waiting], reason)


async def _end(turn: Turn, records: Records, person: Person, own: Sequence[Task], matter: _Matter) -> Reply:
    ids = {t.id for t in matter.tasks}
    put_off = [s for s in await records.snoozes.of_person(person.id, turn.now) if _is_meant(s, matter, ids)]
    await _cancel_again(records, person, turn, matter, ENDED)
    if not put_off:
        return Reply(texts.say("snooze.nothing_put_off"), (tasks_button(),))
    await records.snoozes.end([s.id for s in put_off])
    await _note(turn, records, person, "notice.put_off_ended", matter, {})
    if matter.is_everything:
        return Reply(texts.say("snooze.ended_all"), (tasks_button(),))
    return Reply(texts.say("snooze.ended", what=_what(matter)), (tasks_button(),))


def _is_meant(snooze: Snooze, matter: _Matter, ids: set[int]) -> bool:
    return matter.is_everything or snooze.task_id in ids


async def _note(
    turn: Turn, records: Records, person: Person, action: str, matter: _Matter, details: dict[str, str]
) -> None:
    subjects = [str(subject) for subject in matter.subjects]
    await records.audit.note(
        person.office_id, person.id, action, f"person:{person.id}", turn.now, {"subjects": subjects, **details}
    )


def _said_back(matter: _Matter, moment: datetime) -> str:
    said = moment_in_words(moment)
    if matter.is_everything:
        return f"{texts.say('snooze.done_all', moment=said)}\n{texts.say('snooze.done_all_held')}"
    return texts.say("snooze.done", moment=said, what=_what(matter))


def _what(matter: _Matter) -> str:
    named = [task_name(task, matter.tasks) for task in matter.tasks[:PAGE]]
    kinds = {subject.kind for subject in matter.subjects}
    if SubjectKind.PERIOD in kinds:
        named.append(texts.say("snooze.period"))
    if SubjectKind.FEEDBACK in kinds:
        named.append(texts.say("snooze.feedback"))
    if SubjectKind.CALL in kinds:
        named.append(texts.say("snooze.call"))
    return ", ".join(named)


def _what_still_comes(turn: Turn, matter: _Matter, moment: datetime) -> list[str]:
    """What putting off does not hold back: the day itself, and what goes to those above."""
    if matter.is_everything:
        return [texts.say("snooze.still_both")]
    days = sorted({t.deadline.due for t in matter.tasks if t.deadline.due and _is_between(turn, t, moment)})
    lines = [texts.say("snooze.still_day", days=", ".join(day_text(day) for day in days))] if days else []
    if any(t.is_late(turn.today) for t in matter.tasks) or days:
        lines.append(texts.say("snooze.still_above"))
    return lines


def _is_between(turn: Turn, task: Task, moment: datetime) -> bool:
    due = task.deadline.due
    return due is not None and turn.today <= due < local_day(moment)
