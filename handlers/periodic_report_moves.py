"""Moves a period's report along: rights and state are asked here, for the chat and the command line alike.

Each move looks at the version again inside the transaction, writes it down with a line in the audit log, and says who
is to be told; what cannot be done is answered with the reason and writes nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import texts
from domain.clock import day_text, local_day
from domain.messages import Attachment, Reply
from domain.people import Person
from domain.periodic_report import ReportContent
from domain.ports import Records
from domain.report_flow import Move, Part, ReportStatus, ReportVersion, after, answered
from domain.reporting_periods import Period
from domain.rights import (
    may_carry_on_periodic_report,
    may_decide_on_periodic_report,
    may_make_periodic_report,
    may_number_periodic_report,
    may_remark_on_periodic_report,
)
from handlers.periodic_report_card import button, card_buttons, card_text
from handlers.periodic_report_content import Now, says_the_same
from handlers.periodic_report_dossier import (
    Dossier,
    newest_dossier,
    number_words,
    open_dossier,
    period_words,
)
from handlers.turn import Told
from handlers.wording import moment_words

Files = tuple[Attachment, ...]

_MAY: dict[Move, tuple[Callable[[Person, ReportVersion], bool], str]] = {
    Move.CIRCULATE: (may_carry_on_periodic_report, "carry_on"),
    Move.SUBMIT: (may_carry_on_periodic_report, "carry_on"),
    Move.REPLACE: (may_carry_on_periodic_report, "carry_on"),
    Move.REMARK: (may_remark_on_periodic_report, "remark"),
    Move.AGREE: (may_remark_on_periodic_report, "remark"),
    Move.APPROVE: (may_decide_on_periodic_report, "decide"),
    Move.RETURN: (may_decide_on_periodic_report, "decide"),
    Move.NUMBER: (may_number_periodic_report, "number"),
}
_AUDITED = {
    Move.MAKE: "made",
    Move.ADD: "added",
    Move.STRIKE: "struck",
    Move.CIRCULATE: "circulated",
    Move.REMARK: "remarked",
    Move.AGREE: "agreed",
    Move.SUBMIT: "submitted",
    Move.APPROVE: "approved",
    Move.RETURN: "returned",
    Move.NUMBER: "issued",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a move: whether it was done, what the person is told, the version as it is now, who else is told."""

    done: bool
    text: str
    dossier: Dossier | None = None
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class By:
    """Who moves a report; without a `person` it is the operator of the installation, who acts as an administrator."""

    person: Person | None
    name: str

    @property
    def id(self) -> int | None:
        """The person's id, or None for the operator."""
        return None if self.person is None else self.person.id


def by(person: Person) -> By:
    """A member of staff who moves a report."""
    return By(person, person.name)


async def refusal(records: Records, who: By, dossier: Dossier, move: Move) -> str:
    """Why this person cannot make this move now; empty when they can."""
    version = dossier.version
    right, words = _MAY[move]
    # The person is looked up again: a button outlives a change of roles.
    person = None if who.person is None else await records.people.get(who.person.id)
    if who.person is not None and (person is None or not right(person, version)):
        return texts.say(f"report_flow.may_not.{words}", person=version.made_by)
    if who.person is None and words in ("remark", "decide"):
        return texts.say(f"report_flow.may_not.{words}", person=version.made_by)
    return "" if after(move, version.status) is not None else state_refusal(dossier, move)


def state_refusal(dossier: Dossier, move: Move) -> str:
    """Why the move cannot be made from where the version stands."""
    version, status = dossier.version, dossier.version.status
    if move in (Move.APPROVE, Move.RETURN) and status in (ReportStatus.DRAFT, ReportStatus.REMARKS):
        return texts.say("report_flow.state.not_submitted")
    if move is Move.NUMBER and not status.is_fixed and status is not ReportStatus.REPLACED:
        return texts.say("report_flow.state.not_approved")
    name = "circulated" if status is ReportStatus.REMARKS else str(status)
    return texts.say(
        f"report_flow.state.{name}",
        person=version.decided_by,
        at=moment_words(version.decided_at) if version.decided_at else "",
        number=number_words(dossier.content, version.number),
        day=day_text(version.issued_on) if version.issued_on else "",
    )


# --- making versions -------------------------------------------------------------------------------------------------


async def make(
    records: Records,
    who: By,
    office_id: int,
    period: Period,
    said_now: Now,
    template_sha256: str,
    now: datetime,
    *,
    instead_of: int,
    move: Move = Move.MAKE,
    part: Part | None = None,
    said: str = "",
) -> Outcome:
    """A new draft of the period after the version `instead_of`; leaders who were asked to approve that one are told.

    The period's row is made where there is none, and the figures of one that is over are frozen.
    """
    before = await newest_dossier(records, period.id) if period.id else None
    if before is None or before.version.status.is_fixed:
        person = None if who.person is None else await records.people.get(who.person.id)
        if who.person is not None and (person is None or not may_make_periodic_report(person)):
            return Outcome(False, texts.say("report_flow.may_not.make"))
    elif refused := await refusal(records, who, before, Move.REPLACE):
        return Outcome(False, refused, before)
    if not period.id:
        period = await records.periods.keep(period)
    await _freeze(records, office_id, period, said_now, now)
    content = said_now.content
    content = replace(content, period=replace(content.period, period_id=period.id))
    made = await records.periodic_reports.make(
        *(office_id, period.id, content.as_json(), template_sha256, who.id, now),
        instead_of=instead_of,
        move=move,
        part=part,
        said=said,
    )
    dossier = await newest_dossier(records, period.id)
    if made is None or dossier is None:
        return Outcome(False, texts.say("report_flow.made.busy"), dossier)
    await _audit(records, who, made, move, now, {"part": str(part or ""), "said": said} if said else {})
    told: list[Told] = []
    if before is not None and before.version.status is ReportStatus.SUBMITTED:
        words = texts.say(
            "report_flow.made.replaced_told",
            person=who.name,
            version=made.version,
            period=period_words(period),
        )
        people = await _people(records, may_decide_on_periodic_report, made)
        told = _tell(people, who, lambda _: Reply(words), f"{made.id}:replaced")
    return Outcome(True, _made_words(move, made, part), dossier, tuple(told))


def is_the_same(before: Dossier, content: ReportContent, template_sha256: str) -> bool:
    """True when a new version would say what the one before says, and look the same.

    What was returned is made anew even when nothing but the leader's mind is to change.
    """
    version = before.version
    if version.status is ReportStatus.RETURNED or template_sha256 != version.template_sha256:
        return False
    return says_the_same(content, before.content)


async def _freeze(records: Records, office_id: int, period: Period, said_now: Now, now: datetime) -> None:
    figures = said_now.figures
    if figures is None or not await records.periods.freeze(period.id, figures, now):
        return
    counts = {"tasks": len(figures.asked), "missing": len(figures.missing)}
    await records.audit.note(office_id, None, "period.frozen", f"period:{period.id}", now, counts)


def _made_words(move: Move, made: ReportVersion, part: Part | None) -> str:
    if move is Move.ADD:
        name = texts.say(f"report_flow.part.{part}")
        return texts.say("report_flow.made.added", part=name, version=made.version)
    if move is Move.STRIKE:
        return texts.say("report_flow.made.struck", version=made.version)
    if made.version == 1:
        return texts.say("report_flow.made.first")
    return texts.say("report_flow.made.again", version=made.version)


# --- the heads -------------------------------------------------------------------------------------------------------


async def circulate(
    records: Records, who: By, dossier: Dossier, files: Files, pictures: Files, now: datetime
) -> Outcome:
    """The draft sent to the heads, each with the part of their own unit."""
    if refused := await refusal(records, who, dossier, Move.CIRCULATE):
        return Outcome(False, refused, dossier)
    if not dossier.heads:
        return Outcome(False, texts.say("report_flow.circulate.nobody"), dossier)
    moved = await _moved(records, who, dossier, Move.CIRCULATE, now)
    if moved is None:
        return await _too_late(records, dossier, Move.CIRCULATE)
    lead = _told_words("report_flow.circulate.told", who, moved)

    def letter(head: Person) -> Reply:
        return Reply(card_text(moved, head, lead), card_buttons(moved, head), files, pictures)

    told = _tell(moved.heads, who, letter, f"{moved.version.id}:circulated")
    names = ", ".join(person.name for person in moved.heads)
    text = texts.say("report_flow.circulate.done", count=len(moved.heads), people=names)
    return Outcome(True, await _with_unreached(records, text, moved.heads, who), moved, tuple(told))


async def agree(records: Records, who: By, dossier: Dossier, now: datetime) -> Outcome:
    """A head has nothing to remark; said twice it is kept once."""
    if refused := await refusal(records, who, dossier, Move.AGREE):
        return Outcome(False, refused, dossier)
    last = answered(dossier.own_steps).get(who.id or 0)
    if last is not None and last.move is Move.AGREE:
        return Outcome(False, texts.say("report_flow.agree.already"), dossier)
    return await _answer(records, who, dossier, Move.AGREE, "", now)


async def remark(records: Records, who: By, dossier: Dossier, said: str, now: datetime) -> Outcome:
    """What a head finds amiss, kept and told to who made the report and to the administrators."""
    if refused := await refusal(records, who, dossier, Move.REMARK):
        return Outcome(False, refused, dossier)
    return await _answer(records, who, dossier, Move.REMARK, said, now)


async def _answer(records: Records, who: By, dossier: Dossier, move: Move, said: str, now: datetime) -> Outcome:
    moved = await _moved(records, who, dossier, move, now, said)
    if moved is None:
        return await _too_late(records, dossier, move)
    name = "agree" if move is Move.AGREE else "remark"
    words = _told_words(f"report_flow.{name}.told", who, moved, said=said)
    if _asked_round(moved) and not moved.unanswered:
        words += "\n" + texts.say("report_flow.remark.all_in")
    people = await _carriers(records, moved)
    if moved.version.status is ReportStatus.SUBMITTED and move is Move.REMARK:
        people += await _people(records, may_decide_on_periodic_report, moved.version)
    step = moved.own_steps[-1].id
    told = _tell(people, who, lambda p: Reply(words, (button("card", moved.version.id),)), f"{moved.version.id}:{step}")
    done = texts.say(f"report_flow.{name}.done", period=period_words(moved.period), version=moved.version.version)
    return Outcome(True, done, moved, tuple(told))


def _asked_round(dossier: Dossier) -> bool:
    return any(step.move is Move.CIRCULATE for step in dossier.own_steps)


# --- the leaders -----------------------------------------------------------------------------------------------------


def doubts(dossier: Dossier) -> list[str]:
    """What is to be asked once before the version is submitted: figures that may change, heads without an answer."""
    found = []
    if not dossier.content.is_final:
        words, day = period_words(dossier.period), day_text(dossier.period.cutoff)
        found.append(texts.say("report_flow.submit.provisional", period=words, day=day))
    if dossier.unanswered:
        people = ", ".join(head.name for head in dossier.unanswered)
        found.append(texts.say("report_flow.submit.unanswered", people=people))
    return found


async def submit(records: Records, who: By, dossier: Dossier, files: Files, pictures: Files, now: datetime) -> Outcome:
    """The version laid before the leaders, with everything that was said of it."""
    if refused := await refusal(records, who, dossier, Move.SUBMIT):
        return Outcome(False, refused, dossier)
    leaders = await _people(records, may_decide_on_periodic_report, dossier.version)
    if not leaders:
        return Outcome(False, texts.say("report_flow.submit.nobody"), dossier)
    moved = await _moved(records, who, dossier, Move.SUBMIT, now)
    if moved is None:
        return await _too_late(records, dossier, Move.SUBMIT)
    lead = _told_words("report_flow.submit.told", who, moved)

    def letter(leader: Person) -> Reply:
        return Reply(card_text(moved, leader, lead), card_buttons(moved, leader), files, pictures)

    told = _tell(leaders, who, letter, f"{moved.version.id}:submitted")
    names = ", ".join(leader.name for leader in leaders)
    text = texts.say(
        "report_flow.submit.done", people=names, period=period_words(moved.period), version=moved.version.version
    )
    return Outcome(True, await _with_unreached(records, text, leaders, who), moved, tuple(told))


async def approve(records: Records, who: By, dossier: Dossier, now: datetime) -> Outcome:
    """The version approved: it is fixed from now on, and an administrator is asked for its number."""
    if refused := await refusal(records, who, dossier, Move.APPROVE):
        return Outcome(False, refused, dossier)
    moved = await _moved(records, who, dossier, Move.APPROVE, now)
    if moved is None:
        return await _too_late(records, dossier, Move.APPROVE)
    words = _told_words("report_flow.approve.told", who, moved)

    def letter(person: Person) -> Reply:
        if may_number_periodic_report(person, moved.version):
            return Reply(f"{words}\n{texts.say('report_flow.approve.ask_number')}", card_buttons(moved, person))
        return Reply(words, (button("card", moved.version.id),))

    others = await _people(records, may_decide_on_periodic_report, moved.version)
    people = [*await _carriers(records, moved), *others]
    told = _tell(people, who, letter, f"{moved.version.id}:approved")
    done = texts.say("report_flow.approve.done", period=period_words(moved.period), version=moved.version.version)
    return Outcome(True, await _with_unreached(records, done, people, who), moved, tuple(told))


async def send_back(records: Records, who: By, dossier: Dossier, said: str, now: datetime) -> Outcome:
    """The version returned with a remark; a new one is to be made."""
    if refused := await refusal(records, who, dossier, Move.RETURN):
        return Outcome(False, refused, dossier)
    moved = await _moved(records, who, dossier, Move.RETURN, now, said)
    if moved is None:
        return await _too_late(records, dossier, Move.RETURN)
    words = _told_words("report_flow.return.told", who, moved, said=said)

    def letter(person: Person) -> Reply:
        if may_carry_on_periodic_report(person, moved.version):
            return Reply(words, card_buttons(moved, person))
        return Reply(words, (button("card", moved.version.id),))

    others = await _people(records, may_decide_on_periodic_report, moved.version)
    people = [*await _carriers(records, moved), *others]
    told = _tell(people, who, letter, f"{moved.version.id}:returned")
    done = texts.say("report_flow.return.done", period=period_words(moved.period), version=moved.version.version)
    return Outcome(True, await _with_unreached(records, done, people, who), moved, tuple(told))


# --- the number ------------------------------------------------------------------------------------------------------


async def number_refusal(records: Records, dossier: Dossier, number: str, day: date, today: date) -> str:
    """Why the report cannot be issued under this number on this day; empty when it can."""
    if day > today:
        return texts.say("report_flow.issue.ahead", day=day_text(day))
    for other in await records.periodic_reports.of_office(dossier.version.office_id, [ReportStatus.FINAL]):
        if other.number == number and other.issued_on is not None and other.issued_on.year == day.year:
            period = await records.periods.get(other.period_id)
            return texts.say(
                "report_flow.issue.taken",
                number=number_words(dossier.content, number),
                year=day.year,
                period=period_words(period) if period is not None else "",
            )
    return ""


async def issue(
    records: Records, who: By, dossier: Dossier, number: str, day: date, files: Files, now: datetime
) -> Outcome:
    """The approved version issued under its number; everybody who took part gets the final files."""
    if refused := await refusal(records, who, dossier, Move.NUMBER):
        return Outcome(False, refused, dossier)
    if refused := await number_refusal(records, dossier, number, day, local_day(now)):
        return Outcome(False, refused, dossier)
    moved = await _moved(records, who, dossier, Move.NUMBER, now, number=number, issued_on=day)
    if moved is None:
        # Two periods numbered at one moment: the other one has it now.
        if refused := await number_refusal(records, dossier, number, day, local_day(now)):
            return Outcome(False, refused, dossier)
        return await _too_late(records, dossier, Move.NUMBER)
    blanks = {
        "period": period_words(moved.period),
        "number": number_words(moved.content, number),
        "day": day_text(day),
    }
    words = texts.say("report_flow.issue.told", **blanks)
    people = await _taking_part(records, moved)
    told = _tell(
        people,
        who,
        lambda _: Reply(words, (button("card", moved.version.id),), files),
        f"{moved.version.id}:issued",
    )
    done = await _with_unreached(records, texts.say("report_flow.issue.done", **blanks), people, who)
    return Outcome(True, done, moved, tuple(told))


async def _taking_part(records: Records, dossier: Dossier) -> list[Person]:
    """Who made it, the administrators, the leaders, and the heads who were asked or said something."""
    people = await _carriers(records, dossier)
    people += await _people(records, may_decide_on_periodic_report, dossier.version)
    asked = any(step.move is Move.CIRCULATE for step in dossier.steps)
    spoke = {step.person_id for step in dossier.steps}
    return people + [head for head in dossier.heads if asked or head.id in spoke]


# --- what all of them do ---------------------------------------------------------------------------------------------


async def _moved(
    records: Records, who: By, dossier: Dossier, move: Move, now: datetime, said: str = "", **more: Any
) -> Dossier | None:
    taken = await records.periodic_reports.take(dossier.version.id, move, who.id, now, said, **more)
    if taken is None:
        return None
    details = {"said": said} if said else {}
    if more:
        details = {"number": str(more["number"]), "day": more["issued_on"].isoformat()}
    await _audit(records, who, taken, move, now, details)
    return await open_dossier(records, taken.id)


async def _too_late(records: Records, dossier: Dossier, move: Move) -> Outcome:
    """Somebody was faster: the version as it stands now, and why the move is not made."""
    now = await open_dossier(records, dossier.version.id)
    if now is None:
        return Outcome(False, texts.say("report_flow.state.gone"))
    return Outcome(False, state_refusal(now, move), now)


async def _audit(
    records: Records, who: By, version: ReportVersion, move: Move, now: datetime, details: dict[str, str]
) -> None:
    facts = {"period": version.period_id, "version": version.version, **details}
    if who.person is None or who.name != who.person.name:
        facts["by"] = who.name
    await records.audit.note(
        version.office_id, who.id, f"periodic_report.{_AUDITED[move]}", f"periodic_report:{version.id}", now, facts
    )


async def _people(
    records: Records, right: Callable[[Person, ReportVersion], bool], version: ReportVersion
) -> list[Person]:
    return [person for person in await records.people.of_office(version.office_id) if right(person, version)]


async def _carriers(records: Records, dossier: Dossier) -> list[Person]:
    """Who made the version, and the administrators."""
    return await _people(records, may_carry_on_periodic_report, dossier.version)


def _tell(people: Iterable[Person], who: By, letter: Callable[[Person], Reply], key: str) -> list[Told]:
    """One message to each of these people, but to none who did it themself."""
    once = {person.id: person for person in people if person.id != who.id}
    return [Told(letter(p), f"periodic:{key}:{p.id}", person_id=p.id) for p in once.values()]


async def _with_unreached(records: Records, text: str, people: Iterable[Person], who: By) -> str:
    """The text, with a word of those of these people whom nobody can tell."""
    others = {person.id: person for person in people if person.id != who.id}
    lost = [p.name for p in others.values() if not any(a.reachable for a in await records.people.accounts(p.id))]
    return f"{text}\n{texts.say('report_flow.unreached', people=', '.join(lost))}" if lost else text


def _told_words(key: str, who: By, dossier: Dossier, **more: str) -> str:
    version = dossier.version.version
    return texts.say(key, person=who.name, period=period_words(dossier.period), version=version, **more)
