"""Shows citizens where their feedback stands, lets them add to it, and takes whether the answer will do."""

import re
from dataclasses import replace
from datetime import timedelta

import texts
from domain.feedback import Feedback, FeedbackStatus, StepKind, code_in
from domain.messages import Button, Kind, Reply
from domain.ports import Records
from domain.vietnamese import fold
from handlers.feedback_draft import FeedbackDraft, Wanted, keep_feedback
from handlers.feedback_wording import (
    feedback_status,
    history_lines,
    judging_buttons,
    more_button,
    place_words,
    sent_day,
    tell_those_who_answer,
    title_of,
)
from handlers.turn import Turn
from handlers.wording import help_button, number_in, office_words

SHOWN = 8
_OWN = re.compile(
    r"(xem |tra cuu |theo doi |tinh hinh |ket qua |cac |nhung |lai |danh sach )*(phan anh|kien nghi|gop y)"
    r"( da gui| ma)?( cua)? (toi|minh|em|tui|chau)( da)?( gui)?( den dau| the nao| ra sao| sao)?( roi)?[ .?!]*"
)
_JUDGES = re.compile(r"(?P<unwell>chua |khong )?hai long( voi (cau )?tra loi( nay)?)?( a)?[ .!]*")
_ADDS = re.compile(r"(bo sung|them|tra loi|gui them)\b.*", re.DOTALL)


def follows_own(turn: Turn) -> bool:
    """True for "phan anh cua toi" and its button."""
    return turn.action == "pa:own" or (turn.incoming.kind is Kind.TEXT and bool(_OWN.fullmatch(fold(turn.text))))


def names_a_case(turn: Turn) -> bool:
    """True for a message with a case's code, and for a button that opens one's own case."""
    if turn.action.startswith("pa:own:"):
        return True
    return turn.incoming.kind is Kind.TEXT and code_in(turn.text) is not None


def adds_to_a_case(turn: Turn) -> bool:
    """True for the button under a question of the office, and for "bo sung PA-"."""
    if turn.action.startswith("pa:more:"):
        return True
    named = turn.incoming.kind in (Kind.TEXT, Kind.PHOTO, Kind.FILE) and code_in(turn.text) is not None
    return named and (turn.incoming.kind is not Kind.TEXT or bool(_ADDS.fullmatch(fold(turn.text))))


def judges_the_answer(turn: Turn) -> bool:
    """True for the buttons under an answer, and for the same typed where there are no buttons."""
    if turn.action.startswith(("pa:well:", "pa:unwell:")):
        return True
    return turn.incoming.kind is Kind.TEXT and bool(_JUDGES.fullmatch(fold(turn.text)))


async def list_own(turn: Turn) -> list[Reply]:
    """What this account sent, the newest first, with a button for each."""
    if turn.incoming.in_group:
        return [Reply(texts.say("case.private_only"))]
    async with turn.reading() as records:
        own = await records.feedback.of_account(turn.office.id, turn.incoming.channel, turn.incoming.user_id)
    if not own:
        return [Reply(texts.say("case.none_own"), (Button(texts.say("case.button.begin"), "pa:begin"),))]
    shown = list(reversed(own))[:SHOWN]
    lines = [
        texts.say("case.own.line", title=title_of(case), status=feedback_status(case.status), day=sent_day(case))
        for case in shown
    ]
    buttons = tuple(Button(case.code, f"pa:own:{case.id}") for case in shown)
    return [Reply("\n".join([texts.say("case.own.title", count=len(own)), *lines]), buttons)]


async def show_case(turn: Turn) -> list[Reply]:
    """The case with its history, for the account that sent it; for any other, only where it stands."""
    if turn.incoming.in_group:
        return [Reply(texts.say("case.private_only"))]
    async with turn.reading() as records:
        case = await _meant(turn, records)
        if case is None or (turn.action and not _is_own(turn, case)):
            return [Reply(texts.say("case.unknown"), (help_button(),))]
        if not _is_own(turn, case):
            return [Reply(texts.say("case.status_only", code=case.code, status=feedback_status(case.status)))]
        steps = await records.feedback.steps(case.id)
        files = await records.files.of_feedback(case.id)
    lines = [
        texts.say("case.own.case", code=case.code, status=feedback_status(case.status)),
        texts.say("case.card.said", said=case.said),
        texts.say("case.card.place", place=place_words(case)),
    ]
    if files:
        lines.append(texts.say("case.card.files", count=len(files)))
    lines.append(history_lines(steps))
    return [Reply("\n".join(lines), _own_buttons(case))]


async def add_to_case(turn: Turn) -> list[Reply]:
    """A draft that adds to the case: the words and files that came with it, or the question for them."""
    if turn.incoming.in_group:
        return [Reply(texts.say("case.private_only"))]
    async with turn.reading() as records:
        case = await _meant(turn, records)
    if case is None or not _is_own(turn, case):
        return [Reply(texts.say("case.unknown"), (help_button(),))]
    if not case.status.is_open:
        return [Reply(texts.say("case.closed_already", code=case.code))]
    draft = FeedbackDraft(turn.now, wanted=Wanted.TEXT, case_id=case.id, code=case.code).with_message(turn.incoming)
    keep_feedback(turn, replace(draft, asked=1))
    return [Reply(texts.say("case.ask_more", code=case.code))]


async def take_judgement(turn: Turn) -> list[Reply]:
    """The case closed when the answer will do, opened once more when it will not; a second press changes nothing."""
    records = await turn.records()
    case = await (_meant(turn, records) if turn.action else _answered_last(turn, records))
    if case is None or not _is_own(turn, case):
        return [Reply(texts.say("case.unknown"), (help_button(),))]
    steps = await records.feedback.steps(case.id)
    typed = _JUDGES.fullmatch(fold(turn.text))
    if turn.action.startswith("pa:well:") or (typed and not typed["unwell"]):
        if not await records.feedback.move(case.id, (FeedbackStatus.ANSWERED,), FeedbackStatus.CLOSED):
            return [Reply(texts.say("case.judged_already", code=case.code))]
        await records.feedback.note(case.id, StepKind.SATISFIED, turn.now)
        await tell_those_who_answer(turn, records, case, "case.told.satisfied", case.said, "satisfied")
        return [Reply(texts.say("case.thanks_for_judging"))]
    if any(step.kind is StepKind.REOPENED for step in steps):
        return [Reply(texts.say("case.reopened_once", code=case.code, office=office_words(turn.office)))]
    due = turn.today + timedelta(days=turn.feedback.days)
    if not await records.feedback.move(case.id, (FeedbackStatus.ANSWERED,), FeedbackStatus.ACCEPTED, due):
        return [Reply(texts.say("case.judged_already", code=case.code))]
    await records.feedback.note(case.id, StepKind.REOPENED, turn.now)
    await records.audit.note(case.office_id, None, "feedback.reopened", case.code, turn.now)
    await tell_those_who_answer(turn, records, case, "case.told.reopened", case.said, "reopened")
    return [Reply(texts.say("case.reopened", code=case.code), (more_button(case),))]


async def _meant(turn: Turn, records: Records) -> Feedback | None:
    if turn.action:
        return await records.feedback.get(number_in(turn.action) or 0)
    return await records.feedback.by_code(turn.office.id, code_in(turn.text) or "")


async def _answered_last(turn: Turn, records: Records) -> Feedback | None:
    """The account's newest case that was answered, closed ones included, so that a second word of praise meets it."""
    own = await records.feedback.of_account(turn.office.id, turn.incoming.channel, turn.incoming.user_id)
    waiting = [case for case in own if case.status is FeedbackStatus.ANSWERED]
    settled = [case for case in own if case.status is FeedbackStatus.CLOSED]
    return next(reversed(waiting or settled or own), None)


def _is_own(turn: Turn, case: Feedback) -> bool:
    return (case.channel, case.user_id) == (turn.incoming.channel, turn.incoming.user_id)


def _own_buttons(case: Feedback) -> tuple[Button, ...]:
    if case.status is FeedbackStatus.ANSWERED:
        return judging_buttons(case)
    return (more_button(case),) if case.status.is_open else ()
