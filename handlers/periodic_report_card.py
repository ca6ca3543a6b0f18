"""A period's report in a few words for a phone, with the buttons that this person may press."""

from collections.abc import Sequence

import texts
from domain.after_cutoff import Afterwards
from domain.clock import day_text
from domain.messages import Button
from domain.people import Person
from domain.periodic_report import Position, ReportContent, TaskRow, tally
from domain.report_flow import Move, ReportStatus, ReportStep, after, answered
from domain.rights import (
    may_carry_on_periodic_report,
    may_decide_on_periodic_report,
    may_number_periodic_report,
    may_remark_on_periodic_report,
)
from handlers.periodic_report_dossier import Dossier, period_words, status_words
from handlers.wording import moment_words, short

REMARK_SHOWN = 300
NAMES_SHOWN = 12


def card_text(dossier: Dossier, person: Person | None = None, lead: str = "") -> str:
    """What stands in the report, what was said of it, and where it is; for a head with the part of their own unit."""
    period = period_words(dossier.period)
    version = dossier.version
    lines = [lead] if lead else []
    # A head is told of their own unit in the place of what every unit owes.
    own = person is not None and bool(person.unit_name) and may_remark_on_periodic_report(person, version)
    lines.append(texts.say("report_flow.named", period=period, version=version.version))
    lines += figures_lines(dossier, by_unit=not own)
    if own and person is not None:
        lines += own_part_lines(dossier.content, person.unit_name)
    if not version.status.is_fixed:
        lines += _said_lines(dossier, person)
    lines.append(texts.say("report_flow.card.status", status=status_words(dossier)))
    return "\n".join(lines)


def figures_lines(dossier: Dossier, *, by_unit: bool = True) -> list[str]:
    """The period, up to when its figures are, and the figures themselves; what units owe only `by_unit`."""
    content, period = dossier.content, dossier.period
    lines = [texts.say("report_flow.card.days", first=day_text(period.first), last=day_text(period.cutoff))]
    if content.is_final:
        lines.append(texts.say("report_flow.card.final", day=day_text(period.cutoff)))
    else:
        at = moment_words(content.taken_at)
        lines.append(texts.say("report_flow.card.provisional", at=at, day=day_text(period.cutoff)))
    tasks = [row for row in content.tasks if row.in_period]
    lines.append(_tasks_line(tasks))
    figures = tally(tasks)
    if figures.late:
        lines.append(texts.say("report_flow.card.late", count=figures.late))
    if content.targets:
        known = [target for target in content.targets if target.reached is not None]
        reached = sum(target.is_reached is True for target in known)
        total = len(content.targets)
        lines.append(texts.say("report_flow.card.targets", total=total, known=len(known), reached=reached))
    if content.difficulties or content.proposals:
        counts = {"difficulties": len(content.difficulties), "proposals": len(content.proposals)}
        lines.append(texts.say("report_flow.card.difficulties", **counts))
    if by_unit and (missing := _missing_by_unit(content.parts)):
        lines.append(texts.say("report_flow.card.missing", units=missing))
    if late := sum(row.what is Afterwards.LATE for row in content.after):
        lines.append(texts.say("report_flow.card.came_late", count=late))
    if content.waiting:
        lines.append(texts.say("report_flow.card.waiting", count=len(content.waiting)))
    return lines


def _tasks_line(tasks: Sequence[TaskRow]) -> str:
    figures = tally(tasks)
    if not figures.total:
        return texts.say("report_flow.card.none")
    if figures.unreported == figures.total:
        return texts.say("report_flow.card.nobody", total=figures.total)
    return texts.say(
        "report_flow.card.tasks",
        total=figures.total,
        done=figures.done,
        doing=figures.in_progress,
        blocked=figures.blocked,
        idle=figures.not_started,
        missing=figures.unreported,
    )


def _missing_by_unit(parts: Sequence[TaskRow]) -> str:
    counts: dict[str, int] = {}
    for row in parts:
        if row.position is Position.UNREPORTED and row.unit:
            counts[row.unit] = counts.get(row.unit, 0) + 1
    return ", ".join(
        texts.say("report_flow.card.missing_unit", unit=unit, count=count) for unit, count in sorted(counts.items())
    )


def own_part_lines(content: ReportContent, unit: str) -> list[str]:
    """The part of one unit: its figures, and what it has not reported."""
    own = [row for row in content.parts if row.unit == unit and row.in_period]
    if not own:
        return [texts.say("report_flow.card.own_none", unit=unit)]
    figures = tally(own)
    lines = [
        texts.say("report_flow.card.own", unit=unit, total=figures.total, done=figures.done, missing=figures.unreported)
    ]
    names = [_row_name(row, content) for row in own if row.position is Position.UNREPORTED]
    if names:
        more = ["…"] if len(names) > NAMES_SHOWN else []
        lines.append(texts.say("report_flow.card.own_missing", names=", ".join([*names[:NAMES_SHOWN], *more])))
    return lines


def _row_name(row: TaskRow, content: ReportContent) -> str:
    """The task's name, with its plan where the report is about several."""
    if row.plan and len({other.plan for other in content.parts}) > 1:
        return texts.say("task.name_in", number=row.number, document=row.plan)
    return texts.say("task.name", number=row.number)


def _said_lines(dossier: Dossier, person: Person | None) -> list[str]:
    lines: list[str] = []
    if added := dossier.additions:
        lines.append(texts.say("report_flow.card.added"))
        lines += [addition_line(number, step) for number, step in enumerate(added, 1)]
    if before := dossier.remarks_before:
        lines += [texts.say("report_flow.card.earlier"), *(_remark_line(step) for step in before)]
    now = [step for step in dossier.own_steps if step.move in (Move.REMARK, Move.AGREE, Move.RETURN)]
    last = {step.id for step in answered(now).values()}
    shown = [_remark_line(step) for step in now if step.move is not Move.AGREE or step.id in last]
    is_head = person is not None and may_remark_on_periodic_report(person, dossier.version)
    if (unanswered := dossier.unanswered) and not is_head:
        people = ", ".join(person.name for person in unanswered)
        shown.append(texts.say("report_flow.card.unanswered", people=people))
    return [*lines, texts.say("report_flow.card.now"), *shown] if shown else lines


def addition_line(number: int, step: ReportStep) -> str:
    """Words put in by hand, with their part, who put them in and when."""
    return texts.say(
        "report_flow.card.added_line",
        number=number,
        part=texts.say(f"report_flow.part.{step.part}"),
        said=short(step.said, REMARK_SHOWN),
        person=step.person_name,
        at=moment_words(step.at),
    )


def _remark_line(step: ReportStep) -> str:
    said = short(step.said, REMARK_SHOWN)
    if step.move is Move.AGREE:
        return texts.say("report_flow.card.agreed", person=step.person_name)
    if step.move is Move.RETURN:
        return texts.say("report_flow.card.returned", person=step.person_name, said=said)
    return texts.say("report_flow.card.remark", person=step.person_name, said=said)


def card_buttons(dossier: Dossier, person: Person) -> tuple[Button, ...]:
    """What this person may do with the version as it stands now."""
    version, status = dossier.version, dossier.version.status
    if version.id != dossier.newest_id and status is not ReportStatus.APPROVED:
        return (button("files", version.id), button("card", dossier.newest_id))
    offered: list[str] = []
    struck: tuple[Button, ...] = ()
    if may_decide_on_periodic_report(person, version) and after(Move.APPROVE, status):
        offered += ["approve", "return"]
    if may_number_periodic_report(person, version) and after(Move.NUMBER, status):
        offered.append("number")
    if may_remark_on_periodic_report(person, version) and after(Move.REMARK, status):
        last = answered(dossier.own_steps).get(person.id)
        offered += ["remark"] if last is not None and last.move is Move.AGREE else ["agree", "remark"]
    if may_carry_on_periodic_report(person, version):
        offered += [name for name, move in _CARRIED_ON if after(move, status)]
        if not status.is_fixed:
            offered.append("again")
            struck = strike_buttons(dossier)
    return (*(button(name, version.id) for name in offered), *struck, button("files", version.id))


_CARRIED_ON = (("circulate", Move.CIRCULATE), ("submit", Move.SUBMIT))


def button(what: str, report_id: int) -> Button:
    """The button for one thing to do with a version."""
    return Button(texts.say(f"report_flow.button.{what}"), f"bk:{what}:{report_id}")


def strike_buttons(dossier: Dossier) -> tuple[Button, ...]:
    """A button for each addition that may be taken out again."""
    return tuple(
        Button(texts.say("report_flow.button.strike", number=number), f"bk:strike:{dossier.version.id}:{step.id}")
        for number, step in enumerate(dossier.additions, 1)
    )
