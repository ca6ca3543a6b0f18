"""A head's word on a report that waits for it: agreed to, or returned with a remark."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import texts
from domain.messages import Button, Kind, Reply
from domain.people import Person
from domain.ports import Records
from domain.progress import Approval, ProgressReport
from domain.rights import may_ask_second_confirmation, may_confirm_reports
from domain.tasks import Task
from domain.vietnamese import fold
from handlers.approving import card_for_head
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.wording import PAGE, home_button, number_in, short, state_words, task_name, tasks_button

RETURNING = "returning"
REMARK_LIMIT = 500
WAITS = timedelta(hours=24)
_LIST = re.compile(
    r"/duyet|(cho (toi|em|minh) )?(xem |danh sach |cac )*bao cao (dang )?(cho|can|chua) (duyet|phe duyet|xac nhan)"
    r"[ .?!]*"
    r"|duyet bao cao[ .?!]*"
)
_SWITCH = re.compile(
    r"(bat|mo|tat|dung|ngung|bo)( che do| viec)? (duyet hai buoc|duyet bao cao|truong phong duyet( bao cao)?)[ .!]*"
)
_STOPS = re.compile(r"(thoi|huy|khong( can)?( nua)?|bo qua)( a| nhe)?[ .!]*")


def decides_on_report(turn: Turn) -> bool:
    """True for the buttons of a waiting report, the list of them, and the remark we asked for."""
    if re.fullmatch(r"approve:(list|(yes|back|see|send|keep):\d+)", turn.action):
        return True
    if turn.incoming.kind is not Kind.TEXT or not turn.role.is_staff:
        return False
    return _LIST.fullmatch(fold(turn.text)) is not None or (asks_remark(turn) and not turn.text.startswith("/"))


def returning(turn: Turn) -> Mapping[str, Any] | None:
    """What the speaker is about to return in this chat, with the remark as far as it was written, or None."""
    kept: Mapping[str, Any] | None = turn.memory.get(RETURNING)
    if not kept or turn.person is None or kept["person"] != turn.person.id:
        return None
    return kept if turn.now - datetime.fromisoformat(kept.get("at", turn.now.isoformat())) <= WAITS else None


def asks_remark(turn: Turn) -> bool:
    """True while the remark is awaited with which a report is returned."""
    kept = returning(turn)
    return kept is not None and not kept["remark"]


def returning_reminder(turn: Turn) -> tuple[str, tuple[Button, ...]]:
    """A word that a return still waits, with its card's buttons."""
    kept = returning(turn)
    if kept is None or not kept["remark"]:
        return texts.say("approve.still_asking"), ()
    return texts.say("approve.still_returning", remark=short(kept["remark"], 60)), _send_buttons(int(kept["report"]))


def _send_buttons(report_id: int) -> tuple[Button, ...]:
    return (
        Button(texts.say("approve.button.send"), f"approve:send:{report_id}"),
        Button(texts.say("approve.button.reword"), f"approve:back:{report_id}"),
        Button(texts.say("approve.button.keep"), f"approve:keep:{report_id}"),
    )


async def decide_on_report(turn: Turn) -> list[Reply]:
    """What the head decided, carried out; rights and state are looked at again at every press."""
    person = staff_alone(turn, "report.not_staff")
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    if not turn.action:
        kept = returning(turn)
        if _LIST.fullmatch(fold(turn.text)) or kept is None:
            return [await _list(person, records)]
        return await _take_remark(turn, person, records, int(kept["report"]))
    if turn.action == "approve:list":
        return [await _list(person, records)]
    report_id = number_in(turn.action) or 0
    found = await _waiting(person, records, report_id)
    if isinstance(found, Reply):
        turn.memory.pop(RETURNING, None)
        return [found]
    report, task = found
    what = turn.action.split(":")[1]
    if what == "see":
        return [card_for_head(report, task, len(await records.files.of_report(report.id)))]
    if what == "yes":
        turn.memory.pop(RETURNING, None)
        return await _approve(turn, person, records, report, task)
    if what == "send":
        return await _send_back(turn, person, records, report, task)
    if what == "keep":
        turn.memory.pop(RETURNING, None)
        return [Reply(texts.say("approve.still_waits", name=task_name(task)), (_list_button(),))]
    turn.memory[RETURNING] = _kept(turn, person, report.id)
    return [Reply(texts.say("approve.ask_remark", person=report.person_name, name=task_name(task)))]


async def _waiting(person: Person, records: Records, report_id: int) -> tuple[ProgressReport, Task] | Reply:
    """The report with its task, or why this person has nothing to decide about it."""
    report = await records.register.report(report_id)
    task = await records.register.task(report.task_id) if report is not None else None
    head = await records.people.get(person.id)
    if report is None or task is None or head is None or not may_confirm_reports(head, task, report.unit_id):
        return Reply(texts.say("approve.not_yours"), (home_button(person.role),))
    if report.approval is Approval.WAITING and report.id in {
        r.id for r in await records.register.reports_waiting(task.office_id)
    }:
        return report, task
    if report.approval is Approval.APPROVED and report.decided_by:
        return Reply(texts.say("approve.was_approved", person=report.decided_by))
    if report.approval is Approval.RETURNED:
        return Reply(texts.say("approve.was_returned", person=report.decided_by))
    return Reply(texts.say("approve.was_replaced", person=report.person_name), (_list_button(),))


async def _approve(turn: Turn, head: Person, records: Records, report: ProgressReport, task: Task) -> list[Reply]:
    decided = await records.register.decide(report.id, head, Approval.APPROVED, turn.now)
    if decided is None:
        return [Reply(texts.say("approve.too_late"), (_list_button(),))]
    await records.audit.note(
        head.office_id, head.id, "report.approved", f"task:{task.id}", turn.now, {"report": report.id}
    )
    state = state_words(report.status, report.percent)
    told = texts.say("approve.told_approved", head=head.name, name=task_name(task), state=state)
    open_task = Button(texts.say("report.button.open"), f"task:{task.id}")
    turn.tell_person(report.person_id, Reply(told, (open_task,)), f"approved:{report.id}")
    text = texts.say("approve.approved", name=task_name(task), state=state, person=report.person_name)
    return [Reply(text, (open_task, _list_button()))]


async def _take_remark(turn: Turn, head: Person, records: Records, report_id: int) -> list[Reply]:
    """The remark shown before it goes to the official: a sentence meant for something else must not reach them."""
    if _STOPS.fullmatch(fold(turn.text)):
        turn.memory.pop(RETURNING, None)
        return [Reply(texts.say("approve.not_returned"), (_list_button(),))]
    found = await _waiting(head, records, report_id)
    if isinstance(found, Reply):
        turn.memory.pop(RETURNING, None)
        return [found]
    report, task = found
    remark = short(turn.text, REMARK_LIMIT)
    turn.memory[RETURNING] = _kept(turn, head, report.id, remark)
    words = texts.say("approve.ask_send", person=report.person_name, name=task_name(task), remark=remark)
    return [Reply(words, _send_buttons(report.id))]


def _kept(turn: Turn, head: Person, report_id: int, remark: str = "") -> dict[str, Any]:
    return {"person": head.id, "report": report_id, "remark": remark, "at": turn.now.isoformat()}


async def _send_back(turn: Turn, head: Person, records: Records, report: ProgressReport, task: Task) -> list[Reply]:
    kept = turn.memory.pop(RETURNING, None)
    if not kept or kept["person"] != head.id or kept["report"] != report.id or not kept["remark"]:
        return [
            Reply(
                texts.say("approve.no_remark"), (Button(texts.say("approve.button.back"), f"approve:back:{report.id}"),)
            )
        ]
    remark = str(kept["remark"])
    decided = await records.register.decide(report.id, head, Approval.RETURNED, turn.now, remark)
    if decided is None:
        return [Reply(texts.say("approve.too_late"), (_list_button(),))]
    await records.audit.note(
        head.office_id, head.id, "report.returned", f"task:{task.id}", turn.now, {"report": report.id, "remark": remark}
    )
    told = texts.say(
        "approve.told_returned",
        head=head.name,
        name=task_name(task),
        state=state_words(report.status, report.percent),
        remark=remark,
    )
    buttons = (
        Button(texts.say("approve.button.again"), f"report:{task.id}"),
        Button(texts.say("report.button.open"), f"task:{task.id}"),
    )
    turn.tell_person(report.person_id, Reply(told, buttons), f"returned:{report.id}")
    return [Reply(texts.say("approve.returned", person=report.person_name, name=task_name(task)), (_list_button(),))]


async def _list(person: Person, records: Records) -> Reply:
    """The reports that wait for this head's word, a button for each."""
    found = []
    for report in await records.register.reports_waiting(person.office_id):
        task = await records.register.task(report.task_id)
        if task is not None and may_confirm_reports(person, task, report.unit_id):
            found.append((report, task))
    if not found:
        return Reply(texts.say("approve.none"), (tasks_button(),))
    return _page(found)


def _page(found: Sequence[tuple[ProgressReport, Task]]) -> Reply:
    lines = [texts.say("approve.list", count=len(found))]
    buttons = []
    for report, task in found[:PAGE]:
        state = state_words(report.status, report.percent)
        lines.append(texts.say("approve.list_line", name=task_name(task), person=report.person_name, state=state))
        label = texts.say("approve.button.see", name=task_name(task), person=report.person_name)
        buttons.append(Button(short(label, 56), f"approve:see:{report.id}"))
    return Reply("\n".join(lines), tuple(buttons))


def _list_button() -> Button:
    return Button(texts.say("approve.button.list"), "approve:list")


def switches_second_confirmation(turn: Turn) -> bool:
    """True when somebody wants reports to wait for the head, or no longer to, and for the button that does it."""
    if turn.action in ("second:on", "second:off"):
        return True
    return turn.incoming.kind is Kind.TEXT and turn.role.is_staff and _SWITCH.fullmatch(fold(turn.text)) is not None


async def switch_second_confirmation(turn: Turn) -> list[Reply]:
    """The question whether reports shall wait for the head of the unit, or the change once the button is pressed."""
    person = staff_alone(turn, "report.not_staff")
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    asker = await records.people.get(person.id)
    if asker is None or not may_ask_second_confirmation(asker):
        return [Reply(texts.say("approve.switch_refused"), (home_button(person.role),))]
    if not turn.action:
        on = fold(turn.text).startswith(("bat", "mo"))
        label = texts.say("approve.button.on" if on else "approve.button.off")
        question = texts.say("approve.ask_on" if on else "approve.ask_off")
        return [Reply(question, (Button(label, "second:on" if on else "second:off"),))]
    on = turn.action == "second:on"
    await records.offices.ask_second_confirmation(asker.office_id, on)
    details = {"on": on}
    await records.audit.note(asker.office_id, asker.id, "office.second_confirmation", "office", turn.now, details)
    return [Reply(texts.say("approve.switched_on" if on else "approve.switched_off"), (home_button(asker.role),))]
