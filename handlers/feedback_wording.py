"""How a citizen's feedback is put into words, and who is told of it."""

from collections.abc import Sequence

import texts
from domain.clock import day_text, local_day
from domain.feedback import Feedback, FeedbackStatus, FeedbackStep, StepKind
from domain.messages import Button, Reply
from domain.ports import Records
from domain.rights import is_told_of_feedback
from handlers.turn import Turn
from handlers.wording import moment_words, short

_STATUS = {
    FeedbackStatus.NEW: "case.status.new",
    FeedbackStatus.ACCEPTED: "case.status.accepted",
    FeedbackStatus.ASKED: "case.status.asked",
    FeedbackStatus.ANSWERED: "case.status.answered",
    FeedbackStatus.CLOSED: "case.status.closed",
}
_STEP = {
    StepKind.SENT: "case.step.sent",
    StepKind.ROUTED: "case.step.routed",
    StepKind.ACCEPTED: "case.step.accepted",
    StepKind.ASKED: "case.step.asked",
    StepKind.ADDED: "case.step.added",
    StepKind.ANSWERED: "case.step.answered",
    StepKind.SATISFIED: "case.step.satisfied",
    StepKind.REOPENED: "case.step.reopened",
    StepKind.CLOSED: "case.step.closed",
}


def feedback_status(status: FeedbackStatus) -> str:
    """Where a case stands, as the office says it."""
    return texts.say(_STATUS[status])


def history_lines(steps: Sequence[FeedbackStep], *, with_names: bool = False) -> str:
    """What happened to a case, one line each; names of staff are for staff only."""
    lines = []
    for step in steps:
        words = texts.say(_STEP[step.kind])
        if with_names and step.person_name:
            words = texts.say("case.step.by", words=words, name=step.person_name)
        if step.said:
            words = texts.say("case.step.with_words", words=words, said=step.said)
        lines.append(texts.say("case.step.line", moment=moment_words(step.at), words=words))
    return "\n".join(lines)


def place_words(case: Feedback) -> str:
    """Where it is; a location as a map's address, since figures of latitude say nothing to a reader."""
    return map_words(case.place) if case.place else texts.say("case.no_place")


def map_words(place: str) -> str:
    """A place in words as it is; "latitude,longitude" as an address that opens a map."""
    parts = place.split(",")
    if len(parts) == 2 and all(part.lstrip("-").replace(".", "", 1).isdigit() for part in parts):
        return texts.say("case.on_map", latitude=parts[0], longitude=parts[1])
    return place


def title_of(case: Feedback) -> str:
    """A button's label for a case."""
    return short(texts.say("case.label", code=case.code, said=case.said), 56)


def sent_day(case: Feedback) -> str:
    """The day on which it was sent."""
    return day_text(local_day(case.at))


async def tell_those_who_answer(
    turn: Turn, records: Records, case: Feedback, sentence: str, said: str, mark: str
) -> None:
    """Tell the unit's staff, or where no unit has it yet the leaders and the administrator; never who sent it."""
    staff = await records.people.of_office(case.office_id)
    told = [person for person in staff if is_told_of_feedback(person, case.unit_id)]
    words = texts.say(sentence, code=case.code, said=short(said, 300), place=place_words(case))
    for person in told:
        if turn.person is None or person.id != turn.person.id:
            turn.tell_person(person.id, Reply(words, (show_button(case),)), f"feedback:{case.id}:{mark}:{person.id}")


def tell_citizen(turn: Turn, case: Feedback, reply: Reply, mark: str) -> None:
    """Say something in the chat from which the case was sent; whoever has had their data erased is told nothing."""
    if not case.channel:
        return
    turn.tell_chat(case.channel, case.chat_id, reply, f"feedback:{case.id}:{mark}")


def show_button(case: Feedback) -> Button:
    """Opens the case for those who answer it."""
    return Button(texts.say("case.button.show", code=case.code), f"pa:show:{case.id}")


def more_button(case: Feedback) -> Button:
    """Lets the citizen add to the case."""
    return Button(texts.say("case.button.more", code=case.code), f"pa:more:{case.id}")


def judging_buttons(case: Feedback) -> tuple[Button, ...]:
    """Whether the answer will do."""
    return (
        Button(texts.say("case.button.well"), f"pa:well:{case.id}"),
        Button(texts.say("case.button.unwell"), f"pa:unwell:{case.id}"),
    )
