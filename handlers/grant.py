"""A leader's decision on a request for more time: granted, granted for another day, or refused with a remark."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import texts
from domain.clock import day_text
from domain.extensions import ExtensionRequest, RequestStatus, can_be_extended
from domain.messages import Button, Kind, Reply
from domain.people import Person
from domain.ports import Records
from domain.rights import may_confirm_reports, may_grant_extension
from domain.tasks import Task
from domain.vietnamese import fold
from handlers.granting import card_for_leader
from handlers.more_time import day_in
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.wording import PAGE, home_button, short, task_name

GRANTING = "granting"
REMARK_LIMIT = 500
ASKED_AT_MOST = 2
WAITS = timedelta(hours=24)
_LIST = re.compile(
    r"/giahan|(cho (toi|em|minh) )?(xem |danh sach |cac )*(yeu cau|de nghi|don)( xin)? gia han( dang cho| cho duyet)?"
    r"[ .?!]*"
    r"|(co )?ai xin gia han( khong)?[ .?!]*"
)
_STOPS = re.compile(r"(thoi|huy|khong( can)?( nua)?|bo qua|de sau)( a| nhe)?[ .!]*")
_ACTION = re.compile(r"grant:(?:(list)|(yes|date|no|see|send|keep):(\d{1,9})|(on):(\d{1,9}):(\d{8}))")


def decides_on_extension(turn: Turn) -> bool:
    """True for the buttons of a request, the list of them, and the day or remark we asked for."""
    if turn.action:
        return _ACTION.fullmatch(turn.action) is not None
    if turn.incoming.kind is not Kind.TEXT or not turn.role.is_staff:
        return False
    return _LIST.fullmatch(fold(turn.text)) is not None or (bool(asked(turn)) and not turn.text.startswith("/"))


def asked(turn: Turn) -> str:
    """What is expected of the leader next: "date", "no" (a remark) or nothing."""
    kept = granting(turn)
    return "" if kept is None or kept["remark"] else str(kept["what"])


def granting(turn: Turn) -> Mapping[str, Any] | None:
    """What the speaker is deciding on in this chat, with the remark as far as it was written, or None."""
    kept: Mapping[str, Any] | None = turn.memory.get(GRANTING)
    if not kept or turn.person is None or kept["person"] != turn.person.id:
        return None
    return kept if turn.now - datetime.fromisoformat(kept.get("at", turn.now.isoformat())) <= WAITS else None


def granting_reminder(turn: Turn) -> tuple[str, tuple[Button, ...]]:
    """A word that a decision still waits, with its card's buttons."""
    kept = granting(turn)
    if kept is None or not kept["remark"]:
        return texts.say("extension.still_deciding"), ()
    return texts.say("extension.still_refusing", remark=short(kept["remark"], 60)), _send_buttons(int(kept["request"]))


def _send_buttons(request_id: int) -> tuple[Button, ...]:
    return (
        Button(texts.say("extension.button.send"), f"grant:send:{request_id}"),
        Button(texts.say("approve.button.reword"), f"grant:no:{request_id}"),
        Button(texts.say("approve.button.keep"), f"grant:keep:{request_id}"),
    )


async def decide_on_extension(turn: Turn) -> list[Reply]:
    """What was decided, carried out; rights and state are looked at again at every press."""
    person = staff_alone(turn, "report.not_staff")
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    pressed = _ACTION.fullmatch(turn.action)
    if turn.action == "grant:list" or (not turn.action and _LIST.fullmatch(fold(turn.text))):
        return [await _list(person, records)]
    request_id = int(pressed[3] or pressed[5]) if pressed else int(turn.memory[GRANTING]["request"])
    found = await _open(person, records, request_id)
    if isinstance(found, Reply):
        turn.memory.pop(GRANTING, None)
        return [found]
    request, task = found
    if pressed is None:
        return await _take_words(turn, person, request, task)
    what = pressed[2] or pressed[4]
    if what == "see":
        return [card_for_leader(request, task, turn.today)]
    if what in ("date", "no"):
        return [_ask(turn, person, request, task, what)]
    if what == "send":
        return await _refuse(turn, person, records, request, task)
    if what == "keep":
        turn.memory.pop(GRANTING, None)
        return [Reply(texts.say("extension.still_open", name=task_name(task)), (_list_button(),))]
    day = request.wanted if what == "yes" else _day(pressed[6])
    return await _grant(turn, person, records, request, task, day)


async def _open(person: Person, records: Records, request_id: int) -> tuple[ExtensionRequest, Task] | Reply:
    """The request with its task, or why this person has nothing to decide about it."""
    request = await records.extensions.get(request_id)
    task = await records.register.task(request.task_id) if request is not None else None
    leader = await records.people.get(person.id)
    if request is None or task is None or leader is None or not may_grant_extension(leader, task):
        return Reply(texts.say("extension.not_yours_to_grant"), (home_button(person.role),))
    if request.is_open:
        return request, task
    return Reply(_ended_words(request), (_list_button(),))


def _ended_words(request: ExtensionRequest) -> str:
    if request.status is RequestStatus.WITHDRAWN:
        return texts.say("extension.was_withdrawn", person=request.person_name)
    if request.status is RequestStatus.REFUSED:
        return texts.say("extension.was_refused", person=request.decided_by)
    return texts.say(
        "extension.was_granted", person=request.decided_by, day=day_text(request.granted or request.wanted)
    )


def _ask(turn: Turn, person: Person, request: ExtensionRequest, task: Task, what: str) -> Reply:
    at = turn.now.isoformat()
    turn.memory[GRANTING] = {
        "person": person.id,
        "request": request.id,
        "what": what,
        "remark": "",
        "asked": 1,
        "at": at,
    }
    sentence = "extension.ask_other_day" if what == "date" else "extension.ask_refusal"
    return Reply(texts.say(sentence, name=task_name(task), person=request.person_name))


async def _take_words(turn: Turn, person: Person, request: ExtensionRequest, task: Task) -> list[Reply]:
    """The day or the remark that was typed, shown before it counts."""
    if _STOPS.fullmatch(fold(turn.text)):
        turn.memory.pop(GRANTING, None)
        return [Reply(texts.say("extension.still_open", name=task_name(task)), (_list_button(),))]
    if asked(turn) == "date":
        return [_take_day(turn, request, task)]
    remark = short(turn.text, REMARK_LIMIT)
    turn.memory[GRANTING] = {**turn.memory[GRANTING], "remark": remark}
    words = texts.say("extension.ask_send", name=task_name(task), person=request.person_name, remark=remark)
    return [Reply(words, _send_buttons(request.id))]


def _take_day(turn: Turn, request: ExtensionRequest, task: Task) -> Reply:
    day = day_in(turn.text, turn.today)
    trouble = texts.say("extension.day_unclear") if day is None else _trouble(day, task, turn.today)
    if day is not None and not trouble:
        turn.memory.pop(GRANTING, None)
        words = texts.say(
            "extension.ask_grant_day", name=task_name(task), day=day_text(day), person=request.person_name
        )
        buttons = (
            Button(texts.say("extension.button.grant_day", day=day_text(day)), f"grant:on:{request.id}:{day:%Y%m%d}"),
            Button(texts.say("extension.button.other_day"), f"grant:date:{request.id}"),
            Button(texts.say("approve.button.keep"), f"grant:keep:{request.id}"),
        )
        return Reply(words, buttons)
    kept = turn.memory[GRANTING]
    if kept["asked"] >= ASKED_AT_MOST:
        turn.memory.pop(GRANTING, None)
        return Reply(f"{trouble}\n{texts.say('extension.still_open', name=task_name(task))}", (_list_button(),))
    turn.memory[GRANTING] = {**kept, "asked": kept["asked"] + 1}
    return Reply(f"{trouble}\n{texts.say('extension.ask_other_day', name=task_name(task), person=request.person_name)}")


def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _trouble(day: date | None, task: Task, today: date) -> str:
    """Why a task cannot be due on this day; empty when it can."""
    due = task.deadline.due
    if day is None or not can_be_extended(task) or due is None:
        return texts.say("extension.no_longer", name=task_name(task))
    if day < today:
        return texts.say("extension.past", day=day_text(day))
    return texts.say("extension.not_later", day=day_text(day), due=day_text(due)) if day <= due else ""


async def _grant(
    turn: Turn, leader: Person, records: Records, request: ExtensionRequest, task: Task, day: date | None
) -> list[Reply]:
    trouble = _trouble(day, task, turn.today)
    if trouble or day is None:
        other = Button(texts.say("extension.button.other_day"), f"grant:date:{request.id}")
        refuse = Button(texts.say("extension.button.refuse"), f"grant:no:{request.id}")
        return [Reply(trouble, (other, refuse))]
    settled = await records.extensions.settle(request, leader, RequestStatus.GRANTED, turn.now, granted=day)
    turn.memory.pop(GRANTING, None)
    if settled is None:
        return [Reply(texts.say("extension.too_late"), (_list_button(),))]
    before = task.deadline.due or day
    details = {"request": request.id, "before": before.isoformat(), "granted": day.isoformat()}
    await records.audit.note(leader.office_id, leader.id, "extension.granted", f"task:{task.id}", turn.now, details)
    blanks = {"name": task_name(task), "before": day_text(before), "day": day_text(day), "leader": leader.name}
    await _tell(turn, records, request, task, leader, texts.say("extension.told_granted", **blanks))
    text = texts.say("extension.granted", name=task_name(task), day=day_text(day), person=request.person_name)
    return [Reply(text, (_task_button(task), _list_button()))]


async def _refuse(turn: Turn, leader: Person, records: Records, request: ExtensionRequest, task: Task) -> list[Reply]:
    kept = turn.memory.pop(GRANTING, None)
    if not kept or kept["person"] != leader.id or kept["request"] != request.id or not kept["remark"]:
        again = Button(texts.say("extension.button.refuse"), f"grant:no:{request.id}")
        return [Reply(texts.say("extension.no_remark"), (again,))]
    remark = str(kept["remark"])
    settled = await records.extensions.settle(request, leader, RequestStatus.REFUSED, turn.now, remark=remark)
    if settled is None:
        return [Reply(texts.say("extension.too_late"), (_list_button(),))]
    details = {"request": request.id, "remark": remark}
    await records.audit.note(leader.office_id, leader.id, "extension.refused", f"task:{task.id}", turn.now, details)
    due = day_text(task.deadline.due) if task.deadline.due else texts.say("task.deadline.unknown")
    told = texts.say("extension.told_refused", name=task_name(task), leader=leader.name, due=due, remark=remark)
    await _tell(turn, records, request, task, leader, told)
    return [Reply(texts.say("extension.refused", name=task_name(task), person=request.person_name), (_list_button(),))]


async def _tell(
    turn: Turn, records: Records, request: ExtensionRequest, task: Task, leader: Person, words: str
) -> None:
    """Have the official who asked and the heads of the units that carry the task told what was decided."""
    people = await records.people.of_office(task.office_id)
    heads = [p.id for p in people if may_confirm_reports(p, task)]
    for person_id in dict.fromkeys([request.person_id, *heads]):
        if person_id != leader.id:
            key = f"extended:{request.id}:{person_id}"
            turn.tell_person(person_id, Reply(words, (_task_button(task),)), key)


async def _list(person: Person, records: Records) -> Reply:
    """The requests that wait for this leader's decision; for others, their own that wait."""
    waiting = []
    for request in await records.extensions.waiting(person.office_id):
        task = await records.register.task(request.task_id)
        if task is not None and (may_grant_extension(person, task) or request.person_id == person.id):
            waiting.append((request, task))
    if not waiting:
        return Reply(texts.say("extension.none"), (home_button(person.role),))
    return _page(person, waiting)


def _page(person: Person, waiting: Sequence[tuple[ExtensionRequest, Task]]) -> Reply:
    lines = [texts.say("extension.list", count=len(waiting))]
    buttons = []
    for request, task in waiting[:PAGE]:
        blanks = {"name": task_name(task), "person": request.person_name, "day": day_text(request.wanted)}
        lines.append(texts.say("extension.list_line", **blanks))
        if may_grant_extension(person, task):
            label = texts.say("extension.button.see", name=task_name(task), person=request.person_name)
            buttons.append(Button(short(label, 56), f"grant:see:{request.id}"))
        else:
            label = texts.say("extension.button.withdraw_of", name=task_name(task))
            buttons.append(Button(short(label, 56), f"extend:back:{request.id}"))
    return Reply("\n".join(lines), tuple(buttons))


def _task_button(task: Task) -> Button:
    return Button(texts.say("report.button.open"), f"task:{task.id}")


def _list_button() -> Button:
    return Button(texts.say("extension.button.list"), "grant:list")
