"""What the administrator does with citizens' feedback from the command line."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import texts
from bot.failures import OperatorError
from domain.feedback import OPEN, Feedback, FeedbackStatus, StepKind
from domain.messages import Reply
from domain.people import Office
from domain.units import unit_named
from handlers.feedback_wording import judging_buttons
from storage import Repositories

_ENDS = {
    FeedbackStatus.ANSWERED: (StepKind.ANSWERED, "case.citizen.answered"),
    FeedbackStatus.CLOSED: (StepKind.CLOSED, "case.citizen.closed"),
}


def as_row(case: Feedback, today: date) -> dict[str, Any]:
    """The case as JSON values; who sent it is for `block` only."""
    return {
        "code": case.code,
        "status": str(case.status),
        "said": case.said,
        "place": case.place,
        "unit": case.unit_name,
        "at": case.at.isoformat(),
        "due": case.due.isoformat(),
        "late": case.is_late(today),
    }


def counted(cases: Sequence[Feedback]) -> list[dict[str, Any]]:
    """How many cases there are, by unit and by where they stand."""
    found: dict[str, dict[str, Any]] = {}
    for case in cases:
        row = found.setdefault(case.unit_name, {"unit": case.unit_name, "count": 0})
        row["count"] += 1
        row[str(case.status)] = row.get(str(case.status), 0) + 1
    return [found[unit] for unit in sorted(found)]


async def details(records: Repositories, office: Office, code: str, today: date) -> dict[str, Any]:
    """A case with all that happened to it and what was sent along. Raises OperatorError."""
    case = await case_of(records, office, code)
    steps = await records.feedback.steps(case.id)
    files = await records.files.of_feedback(case.id)
    return {
        **as_row(case, today),
        "channel": case.channel,
        "user_id": case.user_id,
        "steps": [
            {"kind": str(step.kind), "said": step.said, "at": step.at.isoformat(), "person": step.person_name}
            for step in steps
        ],
        "files": [{"name": f.shown_name, "status": str(f.status), "sha256": f.sha256, "size": f.size} for f in files],
    }


async def case_of(records: Repositories, office: Office, code: str) -> Feedback:
    """The case of this code. Raises OperatorError."""
    case = await records.feedback.by_code(office.id, code.strip().upper())
    if case is None:
        raise OperatorError("cli.case.unknown", code=code)
    return case


async def route(records: Repositories, office: Office, code: str, unit_name: str, now: datetime) -> str:
    """Pass a case to a unit and return the unit's full name. Raises OperatorError."""
    case = await case_of(records, office, code)
    unit = unit_named(unit_name, await records.people.units(office.id))
    if unit is None:
        raise OperatorError("cli.case.no_unit", unit=unit_name)
    await records.feedback.pass_on(case.id, unit.id)
    await records.feedback.note(case.id, StepKind.ROUTED, now, unit.name)
    await records.audit.note(office.id, None, "feedback.routed", case.code, now, {"unit": unit.name})
    return unit.name


async def end(
    records: Repositories, office: Office, code: str, said: str, status: FeedbackStatus, now: datetime
) -> None:
    """Answer or close a case, and have the citizen told. Raises OperatorError when it is open no more."""
    case = await case_of(records, office, code)
    kind, sentence = _ENDS[status]
    if not said.strip():
        raise OperatorError("cli.case.no_words")
    if not await records.feedback.move(case.id, OPEN, status):
        raise OperatorError("cli.case.not_open", code=case.code)
    await records.feedback.note(case.id, kind, now, said)
    await records.audit.note(office.id, None, f"feedback.{kind}", case.code, now)
    if not case.channel:
        # Whoever sent it has had their data erased: there is nobody to tell.
        return
    words = texts.say(sentence, code=case.code, said=said.strip(), unit=case.unit_name or office.name)
    buttons = judging_buttons(case) if status is FeedbackStatus.ANSWERED else ()
    count = len(await records.feedback.steps(case.id))
    await records.outbox.queue(
        channel=case.channel,
        chat_id=case.chat_id,
        reply=Reply(words, buttons),
        key=f"told:feedback:{case.id}:{kind}:{count}:0",
        now=now,
        cause="told",
        office_id=office.id,
    )


async def block(records: Repositories, office: Office, code: str, now: datetime, *, lift: bool) -> None:
    """Shut the account that sent a case out from sending more, or let it in again. Raises OperatorError."""
    case = await case_of(records, office, code)
    if not case.user_id:
        raise OperatorError("cli.case.no_account", code=case.code)
    if lift:
        await records.feedback.unblock(office.id, case.channel, case.user_id)
    else:
        await records.feedback.block(office.id, case.channel, case.user_id, now)
    await records.audit.note(office.id, None, "feedback.unblocked" if lift else "feedback.blocked", case.code, now)
