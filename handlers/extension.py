"""Sends a request for a later deadline to whoever may grant it, once its card is confirmed; or takes it back."""

import re
from dataclasses import replace

import texts
from domain.clock import day_text
from domain.extensions import ExtensionRequest, RequestStatus
from domain.messages import Button, Kind, Reply
from domain.people import Person
from domain.ports import Records
from domain.rights import may_grant_extension, may_report
from domain.tasks import Task
from domain.vietnamese import fold
from handlers.deciding import card_is_last, decision_in
from handlers.granting import card_for_leader
from handlers.more_time import (
    ENDED,
    REASON_LIMIT,
    Wish,
    day_in,
    end_wish,
    go_on,
    hindrance_to,
    open_wish,
    reason_in,
    withdraw_button,
)
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.which_task import not_yours
from handlers.wording import number_in, short, task_name, tasks_button

_WITHDRAW = re.compile(r"((toi|em) )?(muon |xin )?(rut|huy|thoi)( lai)? (yeu cau |de nghi |don )?(xin )?gia han[ .!]*")
_YES = re.compile(r"(toi )?(xac nhan|dong y|gui di|gui|ok|oke|vang|dung|dung roi|duoc)( a| nhe| em)?[ .!]*")
_NO = re.compile(r"(toi )?(huy|huy bo|thoi|bo di|khong|khong gui( nua)?)( a| nhe| em)?[ .!]*")


def settles_extension(turn: Turn) -> bool:
    """True for the buttons of a request, for what we asked about it, and for taking it back."""
    if re.fullmatch(r"extend:(yes|edit|no|back):\d+", turn.action):
        return True
    if turn.incoming.kind is not Kind.TEXT or not turn.role.is_staff or turn.text.startswith("/"):
        return False
    typed = fold(turn.text)
    if _WITHDRAW.fullmatch(typed):
        return True
    wish = open_wish(turn)
    if wish is None:
        return False
    if wish.asking == "decision":
        short = bool(_YES.fullmatch(typed) or _NO.fullmatch(typed)) and card_is_last(turn, "extend:yes:")
        return short or decision_in(typed, card_is_last=False) in ("yes", "no")
    return "?" not in turn.text


async def settle_extension(turn: Turn) -> list[Reply]:
    """The request sent, put right, thrown away or withdrawn; an old or foreign button changes nothing."""
    person = staff_alone(turn, "report.not_staff")
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    typed = fold(turn.text)
    if turn.action.startswith("extend:back:") or (not turn.action and _WITHDRAW.fullmatch(typed)):
        return [await _withdraw(turn, person, records)]
    wish = open_wish(turn)
    if wish is None or (turn.action and number_in(turn.action) != wish.card):
        return [_no_such_card(turn)]
    if turn.action.startswith("extend:no") or (not turn.action and _declines(wish, typed)):
        end_wish(turn, wish, "cancelled")
        return [Reply(texts.say("extension.cancelled"), (tasks_button(),))]
    task = await records.register.task(wish.task_id)
    author = await records.people.get(person.id)
    if task is None or not task.confirmed or author is None or not may_report(author, task):
        end_wish(turn, wish, "cancelled")
        return [not_yours(task).reply if task and author else Reply(texts.say("task.gone"), (tasks_button(),))]
    if turn.action.startswith("extend:edit"):
        return go_on(turn, replace(wish, wanted=None, reason="", asking="decision"), task)
    if turn.action or wish.asking == "decision":
        return await _send(turn, author, task, wish, records)
    if wish.asking == "day":
        reason = wish.reason or reason_in(turn.text)
        return go_on(turn, replace(wish, wanted=day_in(turn.text, turn.today), reason=reason), task)
    return go_on(turn, replace(wish, reason=short(reason_in(turn.text) or turn.text, REASON_LIMIT)), task)


def _declines(wish: Wish, typed: str) -> bool:
    if _NO.fullmatch(typed):
        return True
    return wish.asking == "decision" and decision_in(typed, card_is_last=False) == "no"


def _no_such_card(turn: Turn) -> Reply:
    ended = turn.memory.get(ENDED)
    if ended and ended[0] == number_in(turn.action):
        return Reply(texts.say("extension.already_sent" if ended[1] == "sent" else "extension.already_cancelled"))
    return Reply(texts.say("extension.stale"))


async def _send(turn: Turn, person: Person, task: Task, wish: Wish, records: Records) -> list[Reply]:
    hindrance = await hindrance_to(turn, person, task)
    if hindrance is not None or wish.wanted is None:
        end_wish(turn, wish, "cancelled")
        return [hindrance or Reply(texts.say("extension.stale"))]
    request = await records.extensions.ask(task, person, wish.wanted, wish.reason, wish.said, turn.now)
    if request is None:
        end_wish(turn, wish, "cancelled")
        return [Reply(texts.say("extension.just_asked", name=task_name(task)))]
    await records.audit.note(
        person.office_id,
        person.id,
        "extension.asked",
        f"task:{task.id}",
        turn.now,
        {"request": request.id, "wanted": wish.wanted.isoformat()},
    )
    leaders = [p for p in await records.people.of_office(person.office_id) if may_grant_extension(p, task)]
    for leader in leaders:
        turn.tell_person(leader.id, card_for_leader(request, task, turn.today), f"extension:{request.id}:{leader.id}")
    end_wish(turn, wish, "sent")
    names = ", ".join(leader.name for leader in leaders)
    day = day_text(wish.wanted)
    if not leaders:
        return [
            Reply(texts.say("extension.sent_to_nobody", name=task_name(task), day=day), (withdraw_button(request),))
        ]
    sent = texts.say("extension.sent", name=task_name(task), day=day, leaders=names)
    return [Reply(sent, (withdraw_button(request), tasks_button()))]


async def _withdraw(turn: Turn, person: Person, records: Records) -> Reply:
    if turn.action:
        request = await records.extensions.get(number_in(turn.action) or 0)
    else:
        own = [r for r in await records.extensions.waiting(person.office_id) if r.person_id == person.id]
        if len(own) > 1:
            buttons = [Button(f"{await _name(records, r)}", f"extend:back:{r.id}") for r in own]
            return Reply(texts.say("extension.ask_withdraw"), tuple(buttons))
        request = own[0] if own else None
    if request is None or request.person_id != person.id:
        return Reply(texts.say("extension.nothing_open"), (tasks_button(),))
    settled = await records.extensions.settle(request, person, RequestStatus.WITHDRAWN, turn.now)
    if settled is None:
        return Reply(texts.say("extension.decided_already"), (tasks_button(),))
    await records.audit.note(
        person.office_id, person.id, "extension.withdrawn", f"task:{request.task_id}", turn.now, {"request": request.id}
    )
    return Reply(texts.say("extension.withdrawn", name=await _name(records, request)), (tasks_button(),))


async def _name(records: Records, request: ExtensionRequest) -> str:
    task = await records.register.task(request.task_id)
    return "" if task is None else task_name(task)
