"""What an office hears from day to day; the stories stand in reminders.txt, in words an official can check."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from domain.clock import at_local, local_day
from domain.deadlines import Deadline, DeadlineKind, parse_deadline
from domain.notices import Notice
from domain.people import Person, Role
from domain.reminders import OfficeView, due_notices
from domain.reporting_periods import Period, PeriodKind
from domain.tasks import Share, Task, TaskStatus
from domain.working_days import CalendarDay, WorkCalendar

OCCURRENCES = [date(2026, 1, 1) + timedelta(days=days) for days in range(400)]
"""A story has one task, so that whatever was acknowledged in it was of the occurrence it was about."""
FILE = Path(__file__).parent / "reminders.txt"
VAN_PHONG, KINH_TE, VAN_HOA, TU_PHAP, Y_TE = 10, 20, 30, 40, 50
UNITS = {"Văn phòng": VAN_PHONG, "Kinh tế": KINH_TE, "Văn hóa": VAN_HOA, "Tư pháp": TU_PHAP, "Y tế": Y_TE}
PEOPLE = {
    person.name: person
    for person in (
        Person(1, 1, "An", Role.OFFICIAL, VAN_PHONG),
        Person(2, 1, "Bình", Role.HEAD, VAN_PHONG),
        Person(3, 1, "Dũng", Role.OFFICIAL, KINH_TE),
        Person(4, 1, "Giang", Role.HEAD, KINH_TE),
        Person(5, 1, "Hà", Role.HEAD, VAN_HOA),
        Person(6, 1, "Khoa", Role.HEAD, VAN_HOA),
        Person(7, 1, "Lan", Role.HEAD, Y_TE),
        Person(8, 1, "Chi", Role.LEADER),
        Person(9, 1, "Quân", Role.ADMINISTRATOR),
    )
}


def day_of(words: str) -> date:
    """A day as 05/6/2026."""
    day, month, year = (int(part) for part in words.split("/"))
    return date(year, month, day)


@dataclass
class Story:
    """A task or period under given circumstances, and who hears what on which day."""

    name: str
    line: int
    task: Task = field(default_factory=lambda: Task(1, 1, "4", "Số hóa hồ sơ", Deadline(DeadlineKind.UNKNOWN)))
    people: dict[str, Person] = field(default_factory=lambda: dict(PEOPLE))
    calendar: dict[date, CalendarDay] = field(default_factory=dict)
    receipts: list[tuple[int, datetime]] = field(default_factory=list)
    later: list[tuple[date, str]] = field(default_factory=list)
    periods: tuple[Period, ...] = ()
    expected: dict[date, str] = field(default_factory=dict)

    def tell(self, key: str, words: str) -> None:
        """Take in one line of the story's circumstances."""
        setting: dict[str, Callable[[str], None]] = {
            "hạn": self._deadline,
            "ban hành": lambda said: self._set(begins=day_of(said)),
            "người": lambda said: self._set(assignee_id=PEOPLE[said].id),
            "đơn vị": lambda said: self._set(lead_unit_id=UNITS[said]),
            "các đơn vị": self._shared,
            "báo cáo": lambda said: self._set(reported_on=day_of(said)),
            "nghỉ": lambda said: self._calendar(said, works=False),
            "làm bù": lambda said: self._calendar(said, works=True),
            "làm thay": self._stand_in,
            "nghỉ việc": lambda said: self.people.update({said: replace(PEOPLE[said], active=False)}),
            "đã nhận": self._receipt,
            "kỳ": self._period,
        }
        if (match := re.fullmatch(r"từ (\S+), (.+)", key)) is not None:
            self.later.append((day_of(match[1]), f"{match[2]}: {words}"))
        else:
            setting[key](words)

    def _set(self, **changes: object) -> None:
        self.task = replace(self.task, **changes)  # type: ignore[arg-type]

    def _deadline(self, words: str) -> None:
        is_day = re.fullmatch(r"\d+/\d+/\d{4}", words)
        self._set(deadline=Deadline(DeadlineKind.DATE, due=day_of(words)) if is_day else parse_deadline(words))

    def _shared(self, words: str) -> None:
        """Units with their own part; "xong" after a name when it is done."""
        parts = [part.strip() for part in words.split(",")]
        named = [(part.removesuffix(" xong"), part.endswith(" xong")) for part in parts]
        shares = [Share(UNITS[n], n, TaskStatus.DONE if done else TaskStatus.IN_PROGRESS) for n, done in named]
        self._set(shares=tuple(shares))

    def _calendar(self, words: str, *, works: bool) -> None:
        for part in words.split(","):
            day = day_of(part.strip())
            self.calendar[day] = CalendarDay(day, works)

    def _stand_in(self, words: str) -> None:
        deputy, absent = words.split(" cho ")
        self.people[deputy] = replace(self.people[deputy], acts_for=(PEOPLE[absent].id,))

    def _receipt(self, words: str) -> None:
        name, day = words.split()
        self.receipts.append((PEOPLE[name].id, at_local(day_of(day), time(10))))

    def _period(self, words: str) -> None:
        """A kind with its first day, cutoff, opening and due day."""
        kind, *days = words.split()
        first, cutoff, opens, due = (day_of(day) for day in days)
        number = len(self.periods) + 1
        self.periods += (Period(number, 1, PeriodKind(kind), first, cutoff, opens, due),)

    def on(self, day: date) -> "Story":
        """The story as it stands on a day: with what was changed by then."""
        changed = replace(self, people=dict(self.people), later=[])
        for since, words in self.later:
            if since <= day:
                changed.tell(*words.split(": ", 1))
        return changed

    def view(self, day: date, told_overdue: Mapping[tuple[str, date], date]) -> OfficeView:
        """The office as it is on a day, with when it was first said that something is overdue."""
        now = self.on(day)
        receipts = [(person, moment) for person, moment in now.receipts if local_day(moment) <= day]
        return OfficeView(
            1,
            (now.task,),
            tuple(now.people.values()),
            calendar=WorkCalendar(now.calendar),
            periods=now.periods,
            acknowledged={("task:1", occurrence): receipts for occurrence in OCCURRENCES},
            told_overdue=told_overdue,
        )


def stories() -> Iterator[Story]:
    """The stories of the file."""
    story: Story | None = None
    for number, line in enumerate(FILE.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("== "):
            if story is not None:
                yield story
            story = Story(line.removeprefix("== "), number)
        elif line.strip() and not line.startswith("#") and story is not None:
            if " | " in line:
                day, words = line.split(" | ")
                story.expected[day_of(day.strip())] = words.strip()
            else:
                key, words = line.split(": ", 1)
                story.tell(key.strip(), words.strip())
    if story is not None:
        yield story


def told(story: Story) -> Iterator[tuple[date, str]]:
    """Day by day from the first that is named to the last: who hears what for the first time, "-" for nothing."""
    day, last = min(story.expected), max(story.expected)
    overdue: dict[tuple[str, date], date] = {}
    for notice in _due(story, day - timedelta(days=1), {}):
        _hear(overdue, notice, local_day(notice.scheduled))
    known = {notice.key for notice in _due(story, day - timedelta(days=1), overdue)}
    while day <= last:
        fresh = [notice for notice in _due(story, day, overdue) if notice.key not in known]
        for notice in fresh:
            _hear(overdue, notice, day)
        known |= {notice.key for notice in fresh}
        yield day, _in_words([notice for notice in fresh if not notice.folded])
        day += timedelta(days=1)


def _hear(overdue: dict[tuple[str, date], date], notice: Notice, day: date) -> None:
    """Remember the first day on which something was said to be overdue."""
    if notice.rule.startswith("overdue_"):
        about = (str(notice.subject), notice.occurrence)
        overdue[about] = min(day, overdue.get(about, day))


def _due(story: Story, day: date, overdue: Mapping[tuple[str, date], date]) -> list[Notice]:
    """What is due late in the evening of a day."""
    return due_notices(story.view(day, overdue), at_local(day, time(23)))


def _in_words(notices: list[Notice]) -> str:
    named = {person.id: person.name for person in PEOPLE.values()}
    units = {number: f" ({name})" for name, number in UNITS.items()}
    found: dict[str, list[str]] = defaultdict(list)
    for notice in notices:
        found[notice.rule + units.get(notice.subject.unit_id or 0, "")].append(named[notice.person_id])
    return "; ".join(f"{rule}: {', '.join(sorted(names))}" for rule, names in sorted(found.items())) or "-"


@pytest.mark.parametrize("story", stories(), ids=lambda story: f"{story.line}: {story.name}")
def test_who_hears_what_on_which_day(story: Story) -> None:
    for day, words in told(story):
        assert (day, words) == (day, story.expected.get(day, "-"))
