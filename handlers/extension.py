"""Asks for a later deadline: a card first, then the request goes to whoever may grant it."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import texts
from domain.clock import day_text
from domain.deadlines import DeadlineKind
from domain.extensions import ExtensionRequest, RequestStatus, can_be_extended
from domain.messages import Button, Kind, Reply
from domain.people import Person
from domain.ports import Records
from domain.progress import understand
from domain.rights import may_grant_extension, may_report
from domain.tasks import Task
from domain.vietnamese import fold
from handlers.draft import Draft, next_card
from handlers.granting import card_for_leader
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.which_task import not_yours
from handlers.wording import due_words, number_in, short, task_name, tasks_button

EXTENSION = "extension"
ENDED = "extension_ended"
WAITS = timedelta(hours=24)
ASKED_AT_MOST = 2
REASON_LIMIT = 500

_BECAUSE = re.compile(r"\b(?:(?:voi )?ly do|vi|do|boi|nguyen nhan)\b:? (?:la |vi |do )?(?P<why>\S.*)$")
_WITHDRAW = re.compile(r"((toi|em) )?(muon |xin )?(rut|huy|thoi)( lai)? (yeu cau |de nghi |don )?(xin )?gia han[ .!]*")
_YES = re.compile(r"(toi )?(xac nhan|dong y|gui di|gui|ok|oke|vang|dung|dung roi|duoc)( a| nhe| em)?[ .!]*")
_NO = re.compile(r"(toi )?(huy|huy bo|thoi|bo di|khong|khong gui( nua)?)( a| nhe| em)?[ .!]*")
_NOT_EXTENDED = {
    DeadlineKind.RECURRING: "extension.recurring",
    DeadlineKind.ONGOING: "extension.ongoing",
    DeadlineKind.ON_REQUEST: "extension.on_request",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A request being put together. `asking` is "day", "reason" or "decision"."""

    person_id: int
    opened: datetime
    task_id: int
    said: str
    wanted: date | None = None
    reason: str = ""
    asking: str = "decision"
    asked: int = 0
    card: int = 0


def open_wish(turn: Turn) -> Wish | None:
    """The speaker's request that still waits in this chat for their own decision, or None."""
    kept = turn.memory.get(EXTENSION)
    if not kept or turn.person is None or kept["person"] != turn.person.id:
        return None
    wish = Wish(
        person_id=kept["person"],
        opened=datetime.fromisoformat(kept["opened"]),
        task_id=kept["task"],
        said=kept["said"],
        wanted=None if kept["wanted"] is None else date.fromisoformat(kept["wanted"]),
        reason=kept["reason"],
        asking=kept["asking"],
        asked=kept["asked"],
        card=kept["card"],
    )
    return wish if turn.now - wish.opened <= WAITS else None


def _keep(turn: Turn, wish: Wish) -> None:
    kept: dict[str, Any] = {
        "person": wish.person_id,
        "opened": wish.opened.isoformat(),
        "task": wish.task_id,
        "said": wish.said,
        "wanted": None if wish.wanted is None else wish.wanted.isoformat(),
        "reason": wish.reason,
        "asking": wish.asking,
        "asked": wish.asked,
        "card": wish.card,
    }
    turn.memory[EXTENSION] = kept


def _end(turn: Turn, wish: Wish, outcome: str) -> None:
    turn.memory.pop(EXTENSION, None)
    turn.memory[ENDED] = [wish.card, outcome]


async def ask_for_more_time(turn: Turn, person: Person, task: Task, draft: Draft) -> list[Reply]:
    """The card of the request, the question for what it lacks, or why this task has no deadline to move."""
    hindrance = await _hindrance(turn, person, task)
    if hindrance is not None:
        return [hindrance]
    reason = draft.values.obstacle or _reason_in(draft.said)
    wish = Wish(person.id, turn.now, task.id, draft.said, draft.values.expected, short(reason, REASON_LIMIT))
    return _go_on(turn, wish, task)


async def _hindrance(turn: Turn, person: Person, task: Task) -> Reply | None:
    if not can_be_extended(task):
        if task.status.is_over:
            return Reply(texts.say("extension.over", name=task_name(task)), (tasks_button(),))
        sentence = _NOT_EXTENDED.get(task.deadline.kind, "extension.no_day")
        return Reply(texts.say(sentence, name=task_name(task)), (tasks_button(),))
    waiting = await (await turn.records()).extensions.open_of(task.id)
    if waiting is None:
        return None
    words = texts.say(
        "extension.already", name=task_name(task), person=waiting.person_name, day=day_text(waiting.wanted)
    )
    return Reply(words, (_withdraw_button(waiting),) if waiting.person_id == person.id else (tasks_button(),))


def _go_on(turn: Turn, wish: Wish, task: Task) -> list[Reply]:
    """The next step: the day, the reason, or the card."""
    due = task.deadline.due
    trouble = ""
    if wish.wanted is not None and wish.wanted < turn.today:
        trouble = texts.say("extension.past", day=day_text(wish.wanted))
    elif wish.wanted is not None and due is not None and wish.wanted <= due:
        trouble = texts.say("extension.not_later", day=day_text(wish.wanted), due=day_text(due))
    if trouble or wish.wanted is None:
        return _ask(turn, replace(wish, wanted=None), "day", trouble, texts.say("extension.ask_day", name=task_name(task)))
    if not wish.reason:
        return _ask(turn, wish, "reason", "", texts.say("extension.ask_reason", name=task_name(task)))
    shown = replace(wish, asking="decision", asked=0, card=next_card(turn))
    _keep(turn, shown)
    lines = [
        texts.say("extension.card.ask"),
        "",
        texts.say("report.card.task", name=task_name(task), title=task.title),
        texts.say("extension.card.due", due=due_words(task, turn.today)),
        texts.say("extension.card.wanted", day=day_text(wish.wanted)),
        texts.say("extension.card.reason", reason=wish.reason),
        "",
        texts.say("extension.card.unsent"),
    ]
    return [Reply("\n".join(lines), _buttons(shown))]


def _ask(turn: Turn, wish: Wish, what: str, trouble: str, question: str) -> list[Reply]:
    asked = wish.asked + 1 if wish.asking == what else 1
    if asked > ASKED_AT_MOST:
        _end(turn, wish, "cancelled")
        return [Reply(texts.say("extension.gave_up"), (tasks_button(),))]
    _keep(turn, replace(wish, asking=what, asked=asked))
    return [Reply(f"{trouble}\n{question}" if trouble else question)]


def _buttons(wish: Wish) -> tuple[Button, ...]:
    return (
        Button(texts.say("extension.button.yes"), f"extend:yes:{wish.card}"),
        Button(texts.say("extension.button.edit"), f"extend:edit:{wish.card}"),
        Button(texts.say("report.button.no"), f"extend:no:{wish.card}"),
    )


def _withdraw_button(request: ExtensionRequest) -> Button:
    return Button(texts.say("extension.button.withdraw"), f"extend:back:{request.id}")


def day_in(text: str, today: date) -> date | None:
    """The day that an answer names: "30/6", "end of July", or a whole sentence with one."""
    for sentence in (text, f"nv 1 xin gia han den {text}"):
        found = understand(sentence, today).expected
        if found is not None:
            return found
    return None


def _reason_in(text: str) -> str:
    """What follows "because" in the sentence, in its own letters."""
    because = _BECAUSE.search(fold(text))
    return " ".join(text.split()[-len(because["why"].split()) :]) if because else ""


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
        return bool(_YES.fullmatch(typed) or _NO.fullmatch(typed)) and _card_is_last(turn)
    return "?" not in turn.text


def _card_is_last(turn: Turn) -> bool:
    offered = turn.memory.get("buttons", ())
    return bool(offered) and str(offered[0][1]).startswith("extend:yes:")


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
    if turn.action.startswith("extend:no") or (not turn.action and _NO.fullmatch(typed)):
        _end(turn, wish, "cancelled")
        return [Reply(texts.say("extension.cancelled"), (tasks_button(),))]
    task = await records.register.task(wish.task_id)
    author = await records.people.get(person.id)
    if task is None or not task.confirmed or author is None or not may_report(author, task):
        _end(turn, wish, "cancelled")
        return [not_yours(task).reply if task and author else Reply(texts.say("task.gone"), (tasks_button(),))]
    if turn.action.startswith("extend:edit"):
        return _go_on(turn, replace(wish, wanted=None, reason="", asking="decision"), task)
    if turn.action or wish.asking == "decision":
        return await _send(turn, author, task, wish, records)
    if wish.asking == "day":
        reason = wish.reason or _reason_in(turn.text)
        return _go_on(turn, replace(wish, wanted=day_in(turn.text, turn.today), reason=reason), task)
    return _go_on(turn, replace(wish, reason=short(_reason_in(turn.text) or turn.text, REASON_LIMIT)), task)


def _no_such_card(turn: Turn) -> Reply:
    ended = turn.memory.get(ENDED)
    if ended and ended[0] == number_in(turn.action):
        return Reply(texts.say("extension.already_sent" if ended[1] == "sent" else "extension.already_cancelled"))
    return Reply(texts.say("extension.stale"))


async def _send(turn: Turn, person: Person, task: Task, wish: Wish, records: Records) -> list[Reply]:
    hindrance = await _hindrance(turn, person, task)
    if hindrance is not None or wish.wanted is None:
        _end(turn, wish, "cancelled")
        return [hindrance or Reply(texts.say("extension.stale"))]
    request = await records.extensions.ask(task, person, wish.wanted, wish.reason, wish.said, turn.now)
    if request is None:
        _end(turn, wish, "cancelled")
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
    _end(turn, wish, "sent")
    names = ", ".join(leader.name for leader in leaders)
    day = day_text(wish.wanted)
    if not leaders:
        return [Reply(texts.say("extension.sent_to_nobody", name=task_name(task), day=day), (_withdraw_button(request),))]
    sent = texts.say("extension.sent", name=task_name(task), day=day, leaders=names)
    return [Reply(sent, (_withdraw_button(request), tasks_button()))]


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
