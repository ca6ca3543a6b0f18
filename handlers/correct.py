"""Corrects the speaker's last report: the new one supersedes it, and both stay in the history."""

import re
from collections.abc import Sequence
from dataclasses import replace

import texts
from domain.messages import Kind, Reply
from domain.people import Person
from domain.ports import Register
from domain.progress import ProgressReport, Understood, understand
from domain.rights import is_responsible, may_report
from domain.tasks import Task
from domain.vietnamese import fold
from handlers.card import show_card
from handlers.draft import Asking, Draft, keep_draft, merged, new_draft, of_unit, says_something
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.wording import TASK_NUMBER, TASK_WORD, same_number, state_words, task_name, tasks_button

_ASKED = re.compile(
    r"(cho |xin )?(toi |em |minh )?(muon |can |xin )?(sua|dinh chinh|chinh|chinh sua|dieu chinh)( lai)? bao cao"
    r"( vua roi| vua gui| cuoi| gan nhat| truoc| cu)?"
    rf"( {TASK_WORD}\s*{TASK_NUMBER})?(?P<rest>([ ,:.].*)?)"
)


def wants_to_correct(turn: Turn) -> bool:
    """True for "sua bao cao", with or without the task and the right figure."""
    return turn.incoming.kind is Kind.TEXT and _ASKED.fullmatch(fold(turn.text)) is not None


async def correct(turn: Turn) -> list[Reply]:
    """The card of the corrected report, or the question what it should say."""
    person = staff_alone(turn, "report.not_staff")
    if not isinstance(person, Person):
        return person
    asked = _ASKED.fullmatch(fold(turn.text))
    number = asked["number"] if asked else None
    register = (await turn.records()).register
    tasks = await register.tasks(person.office_id)
    allowed = [t for t in tasks if may_report(person, t) and (number is None or same_number(number, t))]
    found = await _last_of(person, allowed, register)
    if found is None:
        return [Reply(texts.say("report.nothing_to_correct"), (tasks_button(),))]
    task, report, reports = found
    newest = of_unit(reports, task, report.unit_id)[0]
    if newest.id != report.id:
        newer = texts.say("report.newer_report", person=newest.person_name, number=task.number)
        return [Reply(newer, (tasks_button(),))]
    draft = _draft_of(turn, person, task, report)
    said = _said_at_once(turn, task, asked["rest"] if asked else "")
    if says_something(said):
        corrected = replace(draft, said=turn.text, values=merged(draft.values, said))
        return [show_card(turn, corrected, task, reports)]
    keep_draft(turn, replace(draft, asking=Asking.CORRECTION, asked=1))
    last = texts.say("report.last_was", name=task_name(task), state=state_words(report.status, report.percent))
    return [Reply(f"{last}\n{texts.say('report.ask_correction', number=task.number)}")]


async def _last_of(
    person: Person, tasks: Sequence[Task], register: Register
) -> tuple[Task, ProgressReport, Sequence[ProgressReport]] | None:
    """The person's latest report that still stands, with its task and that task's whole history."""
    # The administrator may report on every task; reading the history of each is worth it only for their own reports.
    own_first = sorted(tasks, key=lambda t: not is_responsible(person, t))
    latest: tuple[Task, ProgressReport, Sequence[ProgressReport]] | None = None
    for task in own_first:
        reports = await register.reports(task.id)
        superseded = {r.supersedes_id for r in reports}
        mine = [r for r in reports if r.person_id == person.id and r.id not in superseded]
        if mine and (latest is None or (mine[0].at, mine[0].id) > (latest[1].at, latest[1].id)):
            latest = (task, mine[0], reports)
    return latest


def _draft_of(turn: Turn, person: Person, task: Task, report: ProgressReport) -> Draft:
    values = Understood(
        "report",
        task=task.number,
        percent=report.percent,
        status=report.status,
        obstacle=report.obstacle or None,
        expected=report.expected,
    )
    draft = new_draft(turn, person, "", values)
    return replace(draft, task_id=task.id, name=task_name(task), supersedes_id=report.id, unit_id=report.unit_id)


def _said_at_once(turn: Turn, task: Task, rest: str) -> Understood:
    """What the request itself says the report should be ("sua bao cao thanh 70%"), in its own words."""
    length = len(rest.split())
    if not length:
        return Understood("not_report")
    tail = " ".join(turn.text.split()[-length:]).lstrip(" ,:.")
    said = understand(f"nv {task.number} {tail}", turn.today)
    return said if said.is_report else Understood("not_report")
