"""What staff do with citizens' feedback: list it, read it, accept, pass on, ask back, answer and close it."""

import re
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import texts
from domain.clock import at_local, day_text
from domain.feedback import OPEN, Feedback, FeedbackStatus, StepKind, code_in
from domain.messages import Attachment, Button, Kind, Reply
from domain.people import Person
from domain.ports import Records
from domain.rights import may_answer_feedback, may_count_feedback, may_see_overview
from domain.vietnamese import fold
from handlers.feedback_wording import (
    feedback_status,
    history_lines,
    judging_buttons,
    more_button,
    place_words,
    sent_day,
    tell_citizen,
    tell_those_who_answer,
    title_of,
)
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.wording import help_button, number_in, unit_words

ANSWER = "feedback_answer"
WAITS = timedelta(hours=24)
LONGEST_ANSWER = 1500
SHOWN = 8
PICTURES_SHOWN = 4
_MOST_BYTES = 20 * 2**20
_LIST = re.compile(
    r"/phananh|((xem |danh sach |cac |nhung )*(phan anh|kien nghi)( cua (dan|nguoi dan|cu tri))?"
    r"( (dang |con )?(cho|chua)( duoc)? ?(xu ly|tra loi|giai quyet|tiep nhan)?| moi| can (xu ly|tra loi))?)[ .?!]*"
)
_MONTH = re.compile(
    r"(tong hop |thong ke |so lieu |tinh hinh |bao nhieu |co bao nhieu )*(phan anh|kien nghi)( kien nghi)?"
    r"( cua (dan|nguoi dan))? (trong )?thang (nay|(?P<month>1[0-2]|0?[1-9]))[ .?!]*"
)
_CANCEL = re.compile(r"/?(huy|huy bo|thoi|bo di|khong gui)( a| nhe)?[ .!]*")
_DEEDS = ("reply", "ask", "close")
_WRITES = {
    "reply": (StepKind.ANSWERED, FeedbackStatus.ANSWERED),
    "ask": (StepKind.ASKED, FeedbackStatus.ASKED),
    "close": (StepKind.CLOSED, FeedbackStatus.CLOSED),
}
_PROMPT = {
    "reply": "case.staff.ask_reply",
    "ask": "case.staff.ask_question",
    "close": "case.staff.ask_close",
}
_CARD = {"reply": "case.staff.card_reply", "ask": "case.staff.card_ask", "close": "case.staff.card_close"}
_TOLD = {"reply": "case.citizen.answered", "ask": "case.citizen.asked", "close": "case.citizen.closed"}
_DONE = {"reply": "case.staff.replied", "ask": "case.staff.asked", "close": "case.staff.closed"}


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """Words on their way to a citizen, not sent before the card is confirmed."""

    person_id: int
    case_id: int
    code: str
    deed: str
    opened: str
    said: str = ""
    card: int = 0


def lists_feedback(turn: Turn) -> bool:
    """True when staff ask for the feedback that waits."""
    if re.fullmatch(r"pa:list(:\d+)?", turn.action):
        return True
    return _is_staff_text(turn) and bool(_LIST.fullmatch(fold(turn.text)))


def counts_feedback(turn: Turn) -> bool:
    """True for "phan anh thang nay" from staff."""
    return _is_staff_text(turn) and bool(_MONTH.fullmatch(fold(turn.text)))


def handles_a_case(turn: Turn) -> bool:
    """True for the buttons under a case as staff see it."""
    return re.fullmatch(r"pa:(show|take|route|reply|ask|close):\d+|pa:to:\d+:\d+", turn.action) is not None


def writes_an_answer(turn: Turn) -> bool:
    """True for the words of an answer that is being written, and for its card."""
    if re.fullmatch(r"pa:answer:(send|edit|drop):\d+", turn.action):
        return True
    draft = open_answer(turn)
    if draft is None or turn.incoming.kind is not Kind.TEXT or turn.incoming.in_group or not turn.text:
        return False
    return not draft.said or bool(_CANCEL.fullmatch(fold(turn.text)))


def _is_staff_text(turn: Turn) -> bool:
    return turn.role.is_staff and turn.incoming.kind is Kind.TEXT


def opens_by_code(turn: Turn) -> bool:
    """True when staff name a case by its code."""
    return _is_staff_text(turn) and not turn.incoming.in_group and code_in(turn.text) is not None


async def open_by_code(turn: Turn) -> list[Reply]:
    """The case as those who answer it see it; for other staff only where it stands."""
    person = staff_alone(turn, "case.staff_only")
    if not isinstance(person, Person):
        return person
    async with turn.reading() as records:
        case = await records.feedback.by_code(person.office_id, code_in(turn.text) or "")
        if case is None:
            return [Reply(texts.say("case.unknown"), (help_button(),))]
        if not may_answer_feedback(person, case.unit_id):
            return [Reply(texts.say("case.status_only", code=case.code, status=feedback_status(case.status)))]
        return await _shown(turn, records, case)


async def list_feedback(turn: Turn) -> list[Reply]:
    """The open cases the speaker may answer, the late ones first, with a button for each."""
    person = staff_alone(turn, "case.staff_only")
    if not isinstance(person, Person):
        return person
    async with turn.reading() as records:
        found = await records.feedback.of_office(turn.office.id, statuses=OPEN)
    mine = [case for case in found if may_answer_feedback(person, case.unit_id)]
    if not mine:
        return [Reply(texts.say("case.staff.none"))]
    mine.sort(key=lambda case: (case.due, case.id))
    start = number_in(turn.action) or 0
    shown = mine[start : start + SHOWN]
    late = sum(case.is_late(turn.today) for case in mine)
    title = texts.say("case.staff.list", count=len(mine))
    lines = [title, *([texts.say("case.staff.late_count", count=late)] if late else [])]
    lines += [_line(turn, case) for case in shown]
    buttons = [Button(title_of(case), f"pa:show:{case.id}") for case in shown]
    if rest := len(mine) - start - len(shown):
        buttons.append(Button(texts.say("case.staff.more", count=rest), f"pa:list:{start + SHOWN}"))
    return [Reply("\n".join(lines), tuple(buttons))]


async def count_feedback(turn: Turn) -> list[Reply]:
    """How many cases came in a month, by unit and by where they stand; for those who see the overview."""
    person = staff_alone(turn, "case.staff_only")
    if not isinstance(person, Person):
        return person
    if not may_see_overview(person.role):
        return [Reply(texts.say("case.staff.not_yours"))]
    asked = _MONTH.fullmatch(fold(turn.text))
    month = int(asked["month"]) if asked and asked["month"] else turn.today.month
    year = turn.today.year if month <= turn.today.month else turn.today.year - 1
    begin = turn.today.replace(year=year, month=month, day=1)
    after = (begin + timedelta(days=32)).replace(day=1)
    async with turn.reading() as records:
        since = await records.feedback.of_office(turn.office.id, since=_midnight(begin))
    found = [case for case in since if case.at < _midnight(after) and may_count_feedback(person, case.unit_id)]
    when = f"{month}/{year}"
    if not found:
        return [Reply(texts.say("case.staff.none_in_month", month=when))]
    lines = [texts.say("case.staff.month", month=when, count=len(found))]
    for unit, cases in _by_unit(found).items():
        states = Counter(case.status for case in cases)
        told = ", ".join(
            texts.say("case.staff.state_count", status=feedback_status(status), count=states[status])
            for status in FeedbackStatus
            if states[status]
        )
        name = unit or texts.say("case.staff.no_unit")
        lines.append(texts.say("case.staff.unit_line", unit=name, count=len(cases), states=told))
    late = sum(case.is_late(turn.today) for case in found)
    lines += [texts.say("case.staff.late_count", count=late)] if late else []
    return [Reply("\n".join(lines), (Button(texts.say("case.staff.button_list"), "pa:list"),))]


async def handle_case(turn: Turn) -> list[Reply]:
    """What the button says, if the speaker may and the case still stands so."""
    person = staff_alone(turn, "case.staff_only")
    if not isinstance(person, Person):
        return person
    deed, *numbers = turn.action.split(":")[1:]
    writes = deed in ("take", "to")
    if writes:
        return await _handle(turn, await turn.records(), person, deed, [int(n) for n in numbers])
    async with turn.reading() as records:
        return await _handle(turn, records, person, deed, [int(n) for n in numbers])


async def _handle(turn: Turn, records: Records, person: Person, deed: str, numbers: list[int]) -> list[Reply]:
    case = await records.feedback.get(numbers[0])
    if case is None or case.office_id != person.office_id or not may_answer_feedback(person, case.unit_id):
        return [Reply(texts.say("case.staff.not_yours"))]
    if deed == "show":
        return await _shown(turn, records, case)
    if not case.status.is_open:
        return [Reply(texts.say("case.staff.not_open", code=case.code, status=feedback_status(case.status)))]
    if deed == "take":
        return await _accept(turn, records, person, case)
    if deed == "to":
        return await _pass_on(turn, records, person, case, numbers[1])
    if deed == "route":
        units = [u for u in await records.people.units(case.office_id) if u.id != case.unit_id]
        buttons = tuple(Button(unit.name, f"pa:to:{case.id}:{unit.id}") for unit in units)
        return [Reply(texts.say("case.staff.ask_unit", code=case.code), buttons)]
    turn.memory[ANSWER] = asdict(AnswerDraft(person.id, case.id, case.code, deed, turn.now.isoformat()))
    return [Reply(texts.say(_PROMPT[deed], code=case.code))]


async def write_answer(turn: Turn) -> list[Reply]:
    """The answer's card, and once it is confirmed the answer sent to the citizen."""
    person = staff_alone(turn, "case.staff_only")
    if not isinstance(person, Person):
        return person
    draft = open_answer(turn)
    decision = turn.action.split(":")[2] if turn.action else ""
    if draft is None or (decision and number_in(turn.action) != draft.card):
        return [Reply(texts.say("case.old_card"), (help_button(),))]
    if decision == "drop" or (not decision and _CANCEL.fullmatch(fold(turn.text))):
        turn.memory.pop(ANSWER)
        return [Reply(texts.say("case.staff.dropped"))]
    if decision == "edit":
        turn.memory[ANSWER] = {**asdict(draft), "said": ""}
        return [Reply(texts.say(_PROMPT[draft.deed], code=draft.code))]
    if decision == "send":
        return await _write(turn, person, draft)
    if len(turn.text) > LONGEST_ANSWER:
        return [Reply(texts.say("case.staff.too_long", limit=LONGEST_ANSWER))]
    turn.memory["feedback_cards"] = card = int(turn.memory.get("feedback_cards", 0)) + 1
    turn.memory[ANSWER] = {**asdict(draft), "said": turn.text, "card": card}
    return [Reply(texts.say(_CARD[draft.deed], code=draft.code, said=turn.text), _answer_buttons(card))]


def _answer_buttons(card: int) -> tuple[Button, ...]:
    return tuple(
        Button(texts.say(key), f"pa:answer:{chosen}:{card}")
        for key, chosen in (
            ("case.button.send", "send"),
            ("case.button.edit", "edit"),
            ("case.button.drop", "drop"),
        )
    )


async def _write(turn: Turn, person: Person, draft: AnswerDraft) -> list[Reply]:
    records = await turn.records()
    turn.memory.pop(ANSWER)
    case = await records.feedback.get(draft.case_id)
    if case is None or case.office_id != person.office_id or not may_answer_feedback(person, case.unit_id):
        return [Reply(texts.say("case.staff.not_yours"))]
    kind, status = _WRITES[draft.deed]
    if not await records.feedback.move(case.id, OPEN, status):
        return [Reply(texts.say("case.staff.not_open", code=case.code, status=feedback_status(case.status)))]
    await records.feedback.note(case.id, kind, turn.now, draft.said, person.id)
    await records.audit.note(case.office_id, person.id, f"feedback.{kind}", case.code, turn.now)
    buttons = {"reply": judging_buttons(case), "ask": (more_button(case),), "close": ()}[draft.deed]
    unit = unit_words(person, turn.office.name)
    words = texts.say(_TOLD[draft.deed], code=case.code, said=draft.said, unit=unit)
    tell_citizen(turn, case, Reply(words, buttons), f"{kind}:{len(await records.feedback.steps(case.id))}")
    return [Reply(texts.say(_DONE[draft.deed], code=case.code))]


async def _accept(turn: Turn, records: Records, person: Person, case: Feedback) -> list[Reply]:
    if not await records.feedback.move(case.id, (FeedbackStatus.NEW,), FeedbackStatus.ACCEPTED):
        return [Reply(texts.say("case.staff.accepted_already", code=case.code))]
    await records.feedback.note(case.id, StepKind.ACCEPTED, turn.now, person_id=person.id)
    await records.audit.note(case.office_id, person.id, "feedback.accepted", case.code, turn.now)
    tell_citizen(turn, case, Reply(texts.say("case.citizen.accepted", code=case.code)), "accepted")
    return [Reply(texts.say("case.staff.accepted", code=case.code), _case_buttons(case, is_new=False))]


async def _pass_on(turn: Turn, records: Records, person: Person, case: Feedback, unit_id: int) -> list[Reply]:
    unit = next((u for u in await records.people.units(case.office_id) if u.id == unit_id), None)
    if unit is None or unit.id == case.unit_id:
        return [Reply(texts.say("case.staff.no_such_unit"))]
    await records.feedback.pass_on(case.id, unit.id)
    await records.feedback.note(case.id, StepKind.ROUTED, turn.now, unit.name, person.id)
    await records.audit.note(case.office_id, person.id, "feedback.routed", case.code, turn.now, {"unit": unit.name})
    moved = await records.feedback.get(case.id)
    assert moved is not None
    mark = f"routed:{len(await records.feedback.steps(case.id))}"
    await tell_those_who_answer(turn, records, moved, "case.told.new", case.said, mark)
    return [Reply(texts.say("case.staff.routed", code=case.code, unit=unit.name))]


async def _shown(turn: Turn, records: Records, case: Feedback) -> list[Reply]:
    steps = await records.feedback.steps(case.id)
    files = await records.files.of_feedback(case.id)
    late = texts.say("case.staff.late") if case.is_late(turn.today) else ""
    lines = [
        texts.say("case.staff.case", code=case.code, status=feedback_status(case.status)),
        texts.say("case.card.said", said=case.said),
        texts.say("case.card.place", place=place_words(case)),
        texts.say("case.staff.unit", unit=case.unit_name or texts.say("case.staff.no_unit")),
        texts.say("case.staff.due", day=day_text(case.due), late=late).rstrip(),
        history_lines(steps, with_names=True),
    ]
    pictures: list[Attachment] = []
    papers: list[Attachment] = []
    room = _MOST_BYTES
    for file in files:
        found = await turn.kept_file(file.id) if len(pictures) + len(papers) < PICTURES_SHOWN else None
        if found is None or len(found.content) > room:
            continue
        room -= len(found.content)
        (pictures if file.is_picture else papers).append(found)
    if len(files) > len(pictures) + len(papers):
        shown = len(pictures) + len(papers)
        lines.append(texts.say("case.staff.files_left", count=len(files), shown=shown))
    buttons = _case_buttons(case, is_new=case.status is FeedbackStatus.NEW) if case.status.is_open else ()
    return [Reply("\n".join(lines), buttons, tuple(papers), tuple(pictures))]


def _case_buttons(case: Feedback, *, is_new: bool) -> tuple[Button, ...]:
    chosen = (
        *((("case.button.take", "take"),) if is_new and case.unit_id is not None else ()),
        ("case.button.reply", "reply"),
        ("case.button.ask", "ask"),
        ("case.button.route", "route"),
        ("case.button.close", "close"),
    )
    return tuple(Button(texts.say(key), f"pa:{deed}:{case.id}") for key, deed in chosen)


def _line(turn: Turn, case: Feedback) -> str:
    late = texts.say("case.staff.late") if case.is_late(turn.today) else ""
    status = feedback_status(case.status)
    return texts.say("case.staff.line", title=title_of(case), status=status, day=sent_day(case), late=late).rstrip()


def _midnight(day: date) -> datetime:
    return at_local(day, time(0))


def _by_unit(cases: list[Feedback]) -> dict[str, list[Feedback]]:
    found: dict[str, list[Feedback]] = {}
    for case in sorted(cases, key=lambda case: (not case.unit_name, fold(case.unit_name))):
        found.setdefault(case.unit_name, []).append(case)
    return found


def asks_words(turn: Turn) -> bool:
    """True while the words of an answer are awaited."""
    draft = open_answer(turn)
    return draft is not None and not draft.said


def asks_the_citizen(turn: Turn) -> bool:
    """True while a question to the citizen is being written, which of course ends in a question mark."""
    draft = open_answer(turn)
    return draft is not None and draft.deed == "ask"


def is_cancel(turn: Turn) -> bool:
    """True for the words, and the command, that give up what is being written."""
    return _CANCEL.fullmatch(fold(turn.text)) is not None


def answer_reminder(turn: Turn) -> tuple[str, tuple[Button, ...]]:
    """A word that an answer still waits, with its card's buttons."""
    draft = open_answer(turn)
    if draft is None or not draft.said:
        return texts.say("case.staff.still_asking", code=draft.code if draft else ""), ()
    return texts.say("case.staff.still_waiting", code=draft.code), _answer_buttons(draft.card)


def open_answer(turn: Turn) -> AnswerDraft | None:
    """The speaker's words to a citizen that are not yet sent, or None."""
    kept: dict[str, Any] | None = turn.memory.get(ANSWER)
    if not kept or turn.person is None or kept["person_id"] != turn.person.id:
        return None
    draft = AnswerDraft(**kept)
    return draft if turn.now - datetime.fromisoformat(draft.opened) <= WAITS else None
