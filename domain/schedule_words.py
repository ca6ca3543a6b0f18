"""What an administrator says of the office's reporting: cutoff, lead, kinds of period on or off, a plan's own days."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from domain.deadlines import DeadlineKind, Rhythm, parse_deadline
from domain.reporting_periods import PeriodKind, Schedule
from domain.tasks import Task
from domain.vietnamese import fold

LEAD_AT_MOST = 20
"""Working days: more would reach into the period before."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to change: of one kind of period, or of all of the office's. None stays as it is.

    `cutoff_day` is 1 to 31, 31 the last of the month. `document` is the number of a plan with days of its own.
    """

    kind: PeriodKind | None = None
    cutoff_day: int | None = None
    lead_days: int | None = None
    opens_before: int | None = None
    active: bool | None = None
    document: str = ""
    dates: tuple[str, ...] = ()

    @property
    def is_possible(self) -> bool:
        """False for a day that no month has, and for a lead that reaches beyond the period."""
        days = self.cutoff_day is None or 1 <= self.cutoff_day <= 31
        leads = all(n is None or 0 <= n <= LEAD_AT_MOST for n in (self.lead_days, self.opens_before))
        return days and leads


_KIND = r"(?P<kind>thang|quy|6 thang|sau thang|nua nam|nam)"
_EVERY = r"(?: (?:hang|moi|dinh ky|cua) (?:thang|thang nay|quy|nam|ky))*"
_OF = rf"(?: (?:cua |cho |trong )?(?:ky |bao cao |ky bao cao )+(?:(?:hang|dinh ky) )?{_KIND})?"
_CLOSING = r"(?: nhe| a| di| nua)?[ .!]*"
_CUTOFF = re.compile(
    rf"(?:doi |sua |dat |chinh )?(?:ngay |lich )?(?:chot|khoa)(?: so)?(?: so lieu| ky bao cao| bao cao)?{_OF}"
    rf"(?: thanh| sang| la| vao)*(?: het)? ngay (?:(?P<day>\d{{1,2}})|(?P<last>cuoi(?: cung)?(?: cua)?(?: thang)?))"
    rf"{_EVERY}{_OF.replace('kind', 'kind2')}{_CLOSING}"
)
_CALENDAR = re.compile(
    rf"(?:chot|lay)(?: so lieu)?(?: bao cao)? (?:theo thang duong lich|cuoi (?:hang )?thang){_CLOSING}"
)
_LEAD = re.compile(
    rf"(?:yeu cau |de nghi )?(?:nop |gui )?bao cao(?: (?:hang |dinh ky )?{_KIND})?"
    rf" (?:truoc han|som|truoc (?:khi|ngay) chot|truoc chot)(?: so lieu)? (?P<n>\d{{1,2}}) ngay(?: lam viec)?{_CLOSING}"
)
_OPENS = re.compile(
    rf"mo ky(?: bao cao)?(?: {_KIND})? (?:truoc|som)(?: han| khi chot| ngay chot)? (?P<n>\d{{1,2}}) ngay"
    rf"(?: lam viec)?{_CLOSING}"
)
_SWITCH = re.compile(
    rf"(?P<what>bat|mo|tat|dung|ngung|bo)(?: lai)?(?: che do| viec| lich)?(?: ky)? ?bao cao (?:hang |dinh ky )?{_KIND}"
    rf"{_CLOSING}"
)
_NUMBER = r"(?P<document>\d{1,5}\s*/\s*[a-z0-9-]+(?:\s*-\s*[a-z0-9]+)*)"
_PAPER = rf"(?:ke hoach|kh|van ban|quyet dinh|de an)(?: so)? {_NUMBER}"
_PLAN = re.compile(rf"{_PAPER},? (?P<rest>(?:bao cao|nop|chot) .{{4,120}})")
_PLAN_OFF = re.compile(rf"(?:tat|dung|bo|ngung)(?: ky| lich| che do)? bao cao rieng(?: cua| cho)? {_PAPER}{_CLOSING}")
_SHOW = re.compile(r"(?:/lichbaocao|(?:xem |cho xem )?(?:lich|che do) (?:ky )?bao cao(?: dinh ky)?)[ .?!]*")

_KINDS = {
    "thang": PeriodKind.MONTH,
    "quy": PeriodKind.QUARTER,
    "6 thang": PeriodKind.HALF_YEAR,
    "sau thang": PeriodKind.HALF_YEAR,
    "nua nam": PeriodKind.HALF_YEAR,
    "nam": PeriodKind.YEAR,
}


def asks_for_schedules(words: str) -> bool:
    """True for words that only want to see by what the office reports."""
    return _SHOW.fullmatch(_folded(words)) is not None


def wanted_in(words: str) -> Wanted | None:
    """What the words want changed, or None where they are about something else."""
    said = _folded(words)
    if match := _SWITCH.fullmatch(said):
        return Wanted(_KINDS[match["kind"]], active=match["what"] in ("bat", "mo"))
    if match := _CUTOFF.fullmatch(said):
        kind = match["kind"] or match["kind2"]
        return Wanted(_KINDS.get(kind or ""), cutoff_day=31 if match["last"] else int(match["day"]))
    if _CALENDAR.fullmatch(said):
        return Wanted(cutoff_day=31)
    if match := _LEAD.fullmatch(said):
        return Wanted(_KINDS.get(match["kind"] or ""), lead_days=int(match["n"]))
    if match := _OPENS.fullmatch(said):
        return Wanted(_KINDS.get(match["kind"] or ""), opens_before=int(match["n"]))
    if match := _PLAN_OFF.fullmatch(said):
        return Wanted(PeriodKind.PLAN, active=False, document=_number(match["document"]))
    if match := _PLAN.fullmatch(said):
        dates = days_in(match["rest"])
        return Wanted(PeriodKind.PLAN, active=True, document=_number(match["document"]), dates=dates) if dates else None
    return None


def days_in(words: str) -> tuple[str, ...]:
    """The days of every year ("MM-DD") that words name as deadlines of a report; none where there are none."""
    for said in (words, f"{words} hang nam"):
        found = parse_deadline(said)
        if found.kind is DeadlineKind.RECURRING and found.dates:
            return found.dates
    return ()


def changed(schedules: Iterable[Schedule], wanted: Wanted) -> list[Schedule]:
    """The office's schedules that become others, as they will be; plans are changed with `plan_schedule`."""
    found = []
    for schedule in schedules:
        if schedule.document_id is not None or wanted.kind not in (None, schedule.kind):
            continue
        after = replace(
            schedule,
            first_day=schedule.first_day if wanted.cutoff_day is None else wanted.cutoff_day % 31 + 1,
            lead_days=schedule.lead_days if wanted.lead_days is None else wanted.lead_days,
            opens_before=schedule.opens_before if wanted.opens_before is None else wanted.opens_before,
            active=schedule.active if wanted.active is None else wanted.active,
        )
        # People are asked before it is due: a longer lead takes the opening with it.
        after = replace(after, opens_before=max(after.opens_before, after.lead_days))
        if after != schedule:
            found.append(after)
    return found


def plan_schedule(
    schedules: Iterable[Schedule], office_id: int, document_id: int, wanted: Wanted, number: str = ""
) -> Schedule:
    """The schedule of a plan (its id and number) as it will be, with these days or switched off."""
    now = next((s for s in schedules if s.document_id == document_id), None)
    base = now or Schedule(0, office_id, PeriodKind.PLAN, document_id=document_id, document_number=number)
    return replace(base, active=wanted.active is not False, dates=wanted.dates or base.dates)


def proposed(tasks: Iterable[Task], schedules: Sequence[Schedule]) -> list[tuple[int, str, tuple[str, ...]]]:
    """The plans whose own tasks name days for reports, and that have no days yet: id, number and the days.

    Only a report that comes round on named days of the year counts, read from its title, its product or its deadline.
    """
    settled = {schedule.document_id for schedule in schedules}
    found: dict[int, tuple[str, set[str]]] = {}
    for task in tasks:
        if task.document_id is None or task.document_id in settled or not task.confirmed or task.dropped:
            continue
        deadline = task.deadline
        is_yearly = deadline.kind is DeadlineKind.RECURRING and deadline.every in (Rhythm.HALF_YEAR, Rhythm.YEAR)
        if is_yearly and deadline.dates and _is_report(task):
            found.setdefault(task.document_id, (task.document_number, set()))[1].update(deadline.dates)
    return [(document_id, number, tuple(sorted(dates))) for document_id, (number, dates) in found.items()]


def _is_report(task: Task) -> bool:
    named = (fold(task.title), fold(task.product), fold(task.deadline.text))
    return any(re.search(r"\bbao cao\b", words) for words in named)


def _number(written: str) -> str:
    return re.sub(r"\s+", "", written).upper()


def _folded(words: str) -> str:
    return " ".join(fold(words).split())
