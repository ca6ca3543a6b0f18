"""An office in memory: the ports that errands use, small and true to their contracts.

Everything kept is frozen or copied on the way in and out, so that a test cannot change the books by accident.
"""

import copy
import json
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.exporting import register_file
from domain.achievements import Achievement
from domain.answers import Answer, AnswerStatus, Asker, Citation
from domain.changes import ChangeStatus, DeadlineChange
from domain.channel_holds import ChannelHold
from domain.charts import Chart
from domain.clock import local_day
from domain.contacts import Chat, Contact, Windows
from domain.deadlines import Deadline, DeadlineKind
from domain.drafts import fingerprint, led_by
from domain.extensions import ExtensionRequest, RequestStatus
from domain.feedback import Feedback
from domain.files import FileStatus, KeptFile
from domain.message_templates import MessageTemplate
from domain.messages import Attachment, Incoming, Kind, Reply
from domain.notice_rules import NoticeRules
from domain.notices import LedgerNotice
from domain.people import Account, JoinRefused, Office, Person, Role, Unit
from domain.period_figures import PeriodFigures
from domain.plans import Document, Passage, PassageKind, Target, Visibility
from domain.ports import Records
from domain.progress import Approval, ProgressReport, Standing, Understood
from domain.reporting_periods import Period, PeriodKind, Schedule, default_schedules
from domain.rule_settings import checked
from domain.shares import share_of, together
from domain.tasks import Share, Task, TaskStatus
from domain.units import leads_of
from domain.working_days import CalendarDay, WorkCalendar
from handlers import respond
from handlers.turn import Told, Turn

OFFICE = Office(1, "UBND phường Gò Mây", "Gò Mây")
CULTURE = Unit(1, 1, "Phòng Văn hóa - Xã hội")
ECONOMY = Unit(2, 1, "Phòng Kinh tế")
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)

AN = Person(1, 1, "Lê Hoài An", Role.OFFICIAL, 1, CULTURE.name)
BINH = Person(2, 1, "Trần Quốc Bình", Role.OFFICIAL, 2, ECONOMY.name)
HANH = Person(3, 1, "Vũ Thị Hạnh", Role.HEAD, 1, CULTURE.name)
CHU_TICH = Person(4, 1, "Đặng Minh Sơn", Role.LEADER)
ADMIN = Person(5, 1, "Phan Thu Trang", Role.ADMINISTRATOR)
PEOPLE = (AN, BINH, HANH, CHU_TICH, ADMIN)


def task(number: str, title: str, unit: Unit | None = CULTURE, days: int | None = None, **more: Any) -> Task:
    """A task of the office, due so many days after TODAY."""
    due = None if days is None else TODAY + timedelta(days=days)
    return Task(
        id=more.pop("id", int(number)),
        office_id=1,
        number=number,
        title=title,
        deadline=Deadline(DeadlineKind.DATE, due=due) if due else Deadline(DeadlineKind.ONGOING),
        lead=unit.name if unit else "",
        lead_unit_id=unit.id if unit else None,
        lead_unit_name=unit.name if unit else "",
        document_number=more.pop("document_number", "12/KH-UBND"),
        **more,
    )


LIBRARY = task("4", "Số hóa thẻ thư viện phường", days=10)
CLASSES = task("5", "Mở lớp tin học cho người cao tuổi", days=-3, status=TaskStatus.IN_PROGRESS, percent=40.0)
MARKET = task("7", "Lắp mã QR tại chợ Gò Mây", ECONOMY, days=5)
RADIO = task("9", "Duy trì bản tin truyền thanh thông minh")


class FakeAnswerer:
    """Answers the questions it was given, and remembers what it was asked."""

    def __init__(self, answers: Mapping[str, Answer] | None = None) -> None:
        self.answers = dict(answers or {})
        self.asked: list[tuple[str, Asker, str]] = []

    async def answer(self, question: str, asker: Asker, previous: str = "") -> Answer:
        self.asked.append((question, asker, previous))
        return self.answers.get(question, Answer(AnswerStatus.NOT_FOUND, "Tôi chưa tìm thấy.", question))


def citation(passage_id: int = 1) -> Citation:
    """A citation of the office's plan."""
    return Citation(passage_id, "ke-hoach.txt", "12/KH-UBND", "Kế hoạch", "UBND phường", "II. Chỉ tiêu", "80%", "80%")


@dataclass
class Books:
    """Everything remembered, as plain lists. One object plays all the repositories."""

    tasks_kept: list[Task] = field(default_factory=lambda: [LIBRARY, CLASSES, MARKET, RADIO])
    people_kept: list[Person] = field(default_factory=lambda: list(PEOPLE))
    reports_kept: list[ProgressReport] = field(default_factory=list)
    targets_kept: list[Target] = field(default_factory=list)
    achieved: list[Achievement] = field(default_factory=list)
    codes: dict[str, tuple[int, str]] = field(default_factory=dict)
    documents_kept: list[Document] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    asked: list[tuple[str, Answer]] = field(default_factory=list)
    audited: list[tuple[int | None, int | None, str, str, dict[str, Any]]] = field(default_factory=list)
    files_kept: list[KeptFile] = field(default_factory=list)
    requests_kept: list[ExtensionRequest] = field(default_factory=list)
    sent: dict[str, Reply] = field(default_factory=dict)
    reminded: int | None = None
    second_confirmation: bool = False
    changes_kept: list[DeadlineChange] = field(default_factory=list)
    days_kept: dict[date, CalendarDay] = field(default_factory=dict)
    rules_kept: NoticeRules = field(default_factory=NoticeRules)
    hours_kept: dict[int, time] = field(default_factory=dict)
    channels_kept: dict[int, str] = field(default_factory=dict)
    schedules_kept: list[Schedule] = field(default_factory=list)
    periods_kept: list[Period] = field(default_factory=list)
    figures_kept: dict[int, PeriodFigures] = field(default_factory=dict)
    contacts_kept: dict[Chat, Contact] = field(default_factory=dict)
    templates_kept: list[MessageTemplate] = field(default_factory=list)
    held_channels: list[ChannelHold] = field(default_factory=list)
    opened: int = 0
    looking: int = 0
    looked: int = 0

    # -- offices and people
    async def all(self) -> Sequence[Office]:
        return [OFFICE]

    async def get(self, key: int) -> Any:
        return next((p for p in self.people_kept if p.id == key), None)

    async def by_account(self, channel: str, user_id: str) -> Person | None:
        return None

    async def of_office(self, office_id: int) -> Sequence[Person]:
        return [p for p in self.people_kept if p.office_id == office_id and p.active]

    async def units(self, office_id: int) -> Sequence[Unit]:
        return [CULTURE, ECONOMY]

    async def accounts(self, person_id: int) -> Sequence[Account]:
        return []

    async def accounts_of_office(self, office_id: int) -> Sequence[Account]:
        return []

    async def join(self, code: str, channel: str, user_id: str, chat_id: str, now: datetime) -> Person:
        person_id, state = self.codes.get(code.replace("-", "").upper(), (0, "unknown"))
        if state != "fresh":
            raise JoinRefused(state)
        self.codes[code.replace("-", "").upper()] = (person_id, "used")
        found: Person = await self.get(person_id)
        return found

    # -- library
    async def documents(self, office_id: int | None = None) -> Sequence[Document]:
        return list(self.documents_kept)

    async def document(self, document_id: int) -> Document | None:
        return next((d for d in self.documents_kept if d.id == document_id), None)

    async def passage(self, passage_id: int) -> Passage | None:
        return next((p for p in self.passages if p.id == passage_id), None)

    # -- register
    async def task(self, task_id: int) -> Task | None:
        return next((t for t in self.tasks_kept if t.id == task_id), None)

    async def tasks(self, office_id: int, *, confirmed_only: bool = True) -> Sequence[Task]:
        kept = [t for t in self.tasks_kept if t.office_id == office_id and not t.dropped]
        return [t for t in kept if t.confirmed or not confirmed_only]

    async def target(self, target_id: int) -> Target | None:
        return next((t for t in self.targets_kept if t.id == target_id), None)

    async def targets(self, office_id: int, *, confirmed_only: bool = False) -> Sequence[Target]:
        kept = [t for t in self.targets_kept if t.office_id == office_id and not t.dropped]
        return [t for t in kept if t.confirmed or not confirmed_only]

    async def reports(self, task_id: int) -> Sequence[ProgressReport]:
        return sorted((r for r in self.reports_kept if r.task_id == task_id), key=lambda r: -r.id)

    async def add_report(
        self,
        task: Task,
        person: Person,
        said: Understood,
        sentence: str,
        now: datetime,
        supersedes_id: int | None = None,
        *,
        unit_id: int | None = None,
        approval: Approval = Approval.NONE,
    ) -> ProgressReport:
        status = said.status or task.status
        share = share_of(task, unit_id or person.unit_id)
        report = ProgressReport(
            id=len(self.reports_kept) + 1,
            task_id=task.id,
            person_id=person.id,
            person_name=person.name,
            status=status,
            percent=said.percent,
            obstacle=said.obstacle or "",
            expected=said.expected,
            said=sentence,
            at=now,
            supersedes_id=supersedes_id,
            unit_id=None if share is None else share.unit_id,
            approval=approval,
        )
        self.reports_kept.append(report)
        if approval.counts:
            self._move(report)
        return report

    def _move(self, report: ProgressReport) -> None:
        task = next(t for t in self.tasks_kept if t.id == report.task_id)
        standing = Standing(report.status, report.percent, report.expected)
        if task.shares:
            task = replace(task, shares=tuple(self._moved_share(s, report) for s in task.shares))
            standing = together(task.shares)
        moved = replace(task, status=standing.status, percent=standing.percent, expected=standing.expected)
        self.tasks_kept = [moved if t.id == task.id else t for t in self.tasks_kept]

    def _moved_share(self, share: Share, report: ProgressReport) -> Share:
        if share.unit_id != report.unit_id:
            return share
        told = replace(share, status=report.status, percent=report.percent, expected=report.expected)
        return replace(told, reported_on=local_day(report.at))

    async def report(self, report_id: int) -> ProgressReport | None:
        return next((r for r in self.reports_kept if r.id == report_id), None)

    async def reports_of_office(self, office_id: int, since: datetime) -> Sequence[ProgressReport]:
        return sorted((r for r in self.reports_kept if r.at >= since), key=lambda r: -r.id)

    async def reports_waiting(self, office_id: int) -> Sequence[ProgressReport]:
        corrected = {r.supersedes_id for r in self.reports_kept}
        return [r for r in self.reports_kept if r.approval is Approval.WAITING and r.id not in corrected]

    async def decide(
        self, report_id: int, decider: Person, approval: Approval, now: datetime, remark: str = ""
    ) -> ProgressReport | None:
        if report_id not in {r.id for r in await self.reports_waiting(1)}:
            return None
        index = next(i for i, r in enumerate(self.reports_kept) if r.id == report_id)
        self.reports_kept[index] = decided = replace(
            self.reports_kept[index], approval=approval, decided_by=decider.name, decided_at=now, remark=remark
        )
        if approval.counts:
            self._move(decided)
        return decided

    async def hold(self, task_ids: Sequence[int]) -> None:
        assert task_ids, "there is something to hold"

    async def set_shares(self, task_id: int, unit_ids: Sequence[int]) -> None:
        names = {unit.id: unit.name for unit in await self.units(1)}
        shares = tuple(Share(unit, names[unit]) for unit in unit_ids)
        self.tasks_kept = [replace(t, shares=shares) if t.id == task_id else t for t in self.tasks_kept]

    # -- questions and audit share one method name, so they are told apart by a small view each
    @property
    def questions(self) -> "Questions":
        return Questions(self)

    @property
    def audit(self) -> "Audit":
        return Audit(self)

    @property
    def feedback(self) -> Any:
        return NoFeedback()

    @property
    def calls(self) -> Any:
        raise AssertionError("calls are tested over a real database")

    @property
    def snoozes(self) -> Any:
        raise AssertionError("snoozes are tested over a real database")

    @property
    def periodic_reports(self) -> Any:
        raise AssertionError("periodic reports are tested over a real database")

    @property
    def calendar(self) -> "Calendar":
        return Calendar(self)

    @property
    def notice_rules(self) -> "RulesOfOffices":
        return RulesOfOffices(self)

    @property
    def wishes(self) -> "Wishes":
        return Wishes(self)

    @property
    def verifications(self) -> Any:
        raise AssertionError("verified joining is tested over a real database")

    @property
    def groups(self) -> Any:
        raise AssertionError("groups are tested over a real database")

    @property
    def periods(self) -> "Periods":
        return Periods(self)

    @property
    def blocks(self) -> Any:
        raise AssertionError("blocks are tested over a real database")

    @property
    def switches(self) -> Any:
        raise AssertionError("switches are tested over a real database")

    @property
    def privacy(self) -> Any:
        raise AssertionError("notices of privacy are tested over a real database")

    @property
    def erasures(self) -> Any:
        raise AssertionError("erasures are tested over a real database")

    @property
    def personal(self) -> Any:
        raise AssertionError("personal data is tested over a real database")

    @property
    def contacts(self) -> "Contacts":
        return Contacts(self)

    @property
    def channel_holds(self) -> "ChannelHolds":
        return ChannelHolds(self)

    @property
    def message_templates(self) -> "MessageTemplates":
        return MessageTemplates(self)

    @property
    def drafts(self) -> "Drafts":
        return Drafts(self)

    @property
    def changes(self) -> "Changes":
        return Changes(self)

    @property
    def achievements(self) -> "Achievements":
        return Achievements(self)

    @property
    def files(self) -> "Files":
        return Files(self)

    @property
    def offices(self) -> "Offices":
        return Offices(self)

    @property
    def people(self) -> "Books":
        return self

    @property
    def stand_ins(self) -> Any:
        raise AssertionError("no errand here asks who acts for whom")

    @property
    def join_attempts(self) -> "Attempts":
        return Attempts()

    @property
    def assignments(self) -> Any:
        raise AssertionError("no errand here names people for tasks")

    async def join_by_phone(self, phone: str, channel: str, user_id: str, chat_id: str) -> Person:
        raise JoinRefused("unknown")

    async def with_phone(self, phone: str) -> Sequence[Person]:
        return [p for p in self.people_kept if phone and p.phone == phone]

    async def codes_since(self, person_id: int, moment: datetime) -> int:
        return 0

    async def void_codes(self, person_id: int) -> None:
        raise AssertionError("disowning is tested over a real database")

    async def join_verified(self, person_id: int, channel: str, user_id: str, chat_id: str) -> Person:
        raise AssertionError("verified joining is tested over a real database")

    async def issue_code(self, person_id: int, now: datetime, valid_for: timedelta) -> str:
        raise AssertionError("no errand here gives codes out")

    async def unbind(self, channel: str, user_id: str) -> None:
        raise AssertionError("no errand here lets an account go")

    @property
    def library(self) -> "Library":
        return Library(self)

    @property
    def register(self) -> "Books":
        return self

    async def open_tasks(
        self, office_id: int, reported_since: date | None = None, also: Collection[int] = ()
    ) -> Sequence[Task]:
        raise AssertionError("errands plan nothing")

    @property
    def notices(self) -> Any:
        return NoReminders()

    @property
    def outbox(self) -> "Outbox":
        return Outbox(self)

    @property
    def extensions(self) -> "Extensions":
        return Extensions(self)


class Library:
    """Documents and passages."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self.documents = books.documents
        self.document = books.document
        self.passage = books.passage

    async def passages(self, document_id: int) -> Sequence[Passage]:
        return [p for p in self._books.passages if p.document_id == document_id]


class Achievements:
    """Reported values of targets."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def of_target(self, target_id: int) -> Sequence[Achievement]:
        return sorted((a for a in self._books.achieved if a.target_id == target_id), key=lambda a: -a.id)

    async def of_office(self, office_id: int) -> Sequence[Achievement]:
        return sorted(self._books.achieved, key=lambda a: -a.id)

    async def add(
        self,
        target: Target,
        person: Person,
        year: int,
        value: float,
        sentence: str,
        now: datetime,
        supersedes_id: int | None = None,
    ) -> Achievement:
        number = len(self._books.achieved) + 1
        added = Achievement(number, target.id, person.id, person.name, year, value, sentence, now, supersedes_id)
        self._books.achieved.append(added)
        return added


class NoFeedback:
    """No citizen has sent anything; feedback is tested over a real database."""

    async def of_office(self, office_id: int, **asked: Any) -> Sequence[Feedback]:
        return []


class NoReminders:
    """Nobody was reminded of anything; what the ledger holds is tested over a real database."""

    async def last_shown(self, channel: str, chat_id: str) -> Sequence[LedgerNotice]:
        return []

    async def shown_as(self, channel: str, chat_id: str, message_id: str) -> Sequence[LedgerNotice]:
        return []


class Attempts:
    """Nobody is ever kept waiting."""

    async def locked_until(self, channel: str, user_id: str, now: datetime) -> datetime | None:
        return None

    async def failed(self, channel: str, user_id: str, now: datetime) -> int:
        return 1

    async def forget(self, channel: str, user_id: str) -> None:
        """Nothing was counted."""


class Offices:
    """The one office."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def ask_second_confirmation(self, office_id: int, wanted: bool) -> None:
        self._books.second_confirmation = wanted

    async def all(self) -> Sequence[Office]:
        return [OFFICE]

    async def get(self, office_id: int) -> Office | None:
        return OFFICE if office_id == OFFICE.id else None


class Outbox:
    """What chats were sent; errands look it up and queue nothing themselves."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def queue(self, **row: Any) -> int | None:
        raise AssertionError("errands return replies and queue nothing")

    async def cancel(self, key: str) -> bool:
        raise AssertionError("errands queue nothing and take nothing back")

    async def sent_as(self, channel: str, chat_id: str, message_id: str) -> Reply | None:
        return self._books.sent.get(message_id)

    async def last_notice(self, channel: str, chat_id: str, since: datetime) -> int | None:
        return self._books.reminded


class Extensions:
    """Requests for more time."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def ask(
        self, task: Task, person: Person, wanted: date, reason: str, said: str, now: datetime
    ) -> ExtensionRequest | None:
        if await self.open_of(task.id) is not None:
            return None
        kept = self._books.requests_kept
        kept.append(
            ExtensionRequest(
                *(len(kept) + 1, task.office_id, task.id, person.id, person.name),
                *(wanted, reason, said, RequestStatus.OPEN, now),
            )
        )
        return kept[-1]

    async def get(self, request_id: int) -> ExtensionRequest | None:
        return next((r for r in self._books.requests_kept if r.id == request_id), None)

    async def open_of(self, task_id: int) -> ExtensionRequest | None:
        return next((r for r in self._books.requests_kept if r.task_id == task_id and r.is_open), None)

    async def waiting(self, office_id: int) -> Sequence[ExtensionRequest]:
        return [r for r in self._books.requests_kept if r.is_open]

    async def settle(
        self,
        request: ExtensionRequest,
        decider: Person,
        status: RequestStatus,
        now: datetime,
        *,
        granted: date | None = None,
        remark: str = "",
    ) -> ExtensionRequest | None:
        found = await self.get(request.id)
        if found is None or not found.is_open:
            return None
        settled = replace(found, status=status, decided_by=decider.name, decided_at=now, granted=granted, remark=remark)
        self._books.requests_kept[request.id - 1] = settled
        if granted is not None:
            self._books.tasks_kept = [
                replace(t, deadline=replace(t.deadline, due=granted)) if t.id == request.task_id else t
                for t in self._books.tasks_kept
            ]
        return settled


class Calendar:
    """The office's own days."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def of_office(self, office_id: int) -> WorkCalendar:
        return WorkCalendar(self._books.days_kept)

    async def put(self, office_id: int, day: CalendarDay) -> None:
        self._books.days_kept[day.day] = day

    async def remove(self, office_id: int, day: date) -> bool:
        return self._books.days_kept.pop(day, None) is not None


class RulesOfOffices:
    """The office's rules for reminders."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def of_office(self, office_id: int) -> NoticeRules:
        return self._books.rules_kept

    async def put(self, office_id: int, rules: NoticeRules) -> None:
        self._books.rules_kept = checked(rules)

    async def planned_until(self, office_id: int) -> datetime | None:
        return None

    async def planned(self, office_id: int, moment: datetime) -> None:
        raise AssertionError("errands plan nothing")

    async def stirred(self) -> dict[int, datetime]:
        raise AssertionError("errands plan nothing")


class Wishes:
    """What people wish for their reminders."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def hours(self, office_id: int) -> Mapping[int, time]:
        return dict(self._books.hours_kept)

    async def set_hour(self, person_id: int, hour: time | None) -> None:
        if hour is None:
            self._books.hours_kept.pop(person_id, None)
        else:
            self._books.hours_kept[person_id] = hour

    async def channels(self, office_id: int) -> Mapping[int, str]:
        return dict(self._books.channels_kept)

    async def channel(self, person_id: int) -> str:
        return self._books.channels_kept.get(person_id, "")

    async def set_channel(self, person_id: int, channel: str) -> None:
        self._books.channels_kept[person_id] = channel


class Questions:
    """Questions asked."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def note(self, asked: str, answer: Answer, incoming: Incoming, person: Person | None, now: datetime) -> int:
        self._books.asked.append((asked, answer))
        return len(self._books.asked)


class Audit:
    """Who changed what."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def note(
        self,
        office_id: int | None,
        person_id: int | None,
        action: str,
        subject: str,
        now: datetime,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        self._books.audited.append((office_id, person_id, action, subject, copy.deepcopy(dict(details or {}))))


class Drafts:
    """What waits for review; nothing is written over what somebody changed meanwhile."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def tasks(self, office_id: int) -> Sequence[Task]:
        return [t for t in self._books.tasks_kept if t.office_id == office_id and not t.confirmed and not t.dropped]

    async def targets(self, office_id: int) -> Sequence[Target]:
        return [t for t in self._books.targets_kept if t.office_id == office_id and not t.confirmed and not t.dropped]

    async def every_task(self, office_id: int) -> Sequence[Task]:
        return [t for t in self._books.tasks_kept if t.office_id == office_id]

    async def every_target(self, office_id: int) -> Sequence[Target]:
        return [t for t in self._books.targets_kept if t.office_id == office_id]

    async def target(self, target_id: int) -> Target | None:
        return next((t for t in self._books.targets_kept if t.id == target_id), None)

    async def match_units(self, office_id: int, units: Sequence[Unit]) -> None:
        for task in await self.tasks(office_id):
            if task.lead and task.lead_unit_id is None and not task.shares and (named := leads_of(task.lead, units)):
                await self.save_task(led_by(task, named), fingerprint(task))

    async def save_task(self, task: Task, seen: str) -> Task | None:
        current = await self._books.task(task.id)
        if current is None or fingerprint(current) != seen:
            return None
        self._books.tasks_kept = [task if t.id == task.id else t for t in self._books.tasks_kept]
        return task

    async def save_target(self, target: Target, seen: str) -> Target | None:
        current = await self.target(target.id)
        if current is None or fingerprint(current) != seen:
            return None
        self._books.targets_kept = [target if t.id == target.id else t for t in self._books.targets_kept]
        return target

    async def add_task(self, task: Task) -> Task:
        added = replace(task, id=max(t.id for t in self._books.tasks_kept) + 1)
        self._books.tasks_kept.append(added)
        return added

    async def numbers(self, task: Task) -> Collection[str]:
        return {t.number for t in self._books.tasks_kept if t.document_number == task.document_number}

    async def settled_by(self, subject: str) -> str:
        who = [p for _, p, action, s, _ in self._books.audited if s == subject and action.startswith("draft.")]
        return next((p.name for p in self._books.people_kept if who and p.id == who[-1]), "")


class Changes:
    """How deadlines changed."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def of_task(self, task_id: int) -> Sequence[DeadlineChange]:
        applied = [c for c in self._books.changes_kept if c.status is ChangeStatus.APPLIED and c.task_id == task_id]
        return sorted(applied, key=lambda change: -change.id)

    async def applied_since(self, office_id: int, moment: datetime) -> Sequence[DeadlineChange]:
        kept = reversed(self._books.changes_kept)
        return [c for c in kept if c.status is ChangeStatus.APPLIED and c.at >= moment]

    async def proposed(self, office_id: int) -> Sequence[DeadlineChange]:
        return [c for c in self._books.changes_kept if c.status is ChangeStatus.PROPOSED and c.office_id == office_id]

    async def get(self, change_id: int) -> DeadlineChange | None:
        return next((c for c in self._books.changes_kept if c.id == change_id), None)

    async def note(self, change: DeadlineChange) -> int:
        self._books.changes_kept.append(replace(change, id=len(self._books.changes_kept) + 1))
        return len(self._books.changes_kept)

    async def settle(self, change_id: int, status: ChangeStatus, person_id: int | None, now: datetime) -> bool:
        change = await self.get(change_id)
        if change is None or change.status is not ChangeStatus.PROPOSED:
            return False
        name = next((p.name for p in self._books.people_kept if p.id == person_id), "")
        decided = replace(change, status=status, person_id=person_id, person_name=name, at=now)
        self._books.changes_kept = [decided if c.id == change_id else c for c in self._books.changes_kept]
        if status is ChangeStatus.APPLIED:
            self._books.tasks_kept = [
                replace(t, deadline=change.after) if t.id == change.task_id else t for t in self._books.tasks_kept
            ]
        return True


class Periods:
    """Schedules, periods and their figures, as the fake office keeps them."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def schedules(self, office_id: int) -> Sequence[Schedule]:
        kept = self._books.schedules_kept
        own = {s.kind: s for s in kept if s.document_id is None}
        office = [own.get(default.kind, default) for default in default_schedules(office_id)]
        return [*office, *(s for s in kept if s.document_id is not None)]

    async def put_schedule(self, schedule: Schedule, today: date) -> Schedule:
        kept = self._books.schedules_kept
        same = next((s for s in kept if (s.kind, s.document_id) == (schedule.kind, schedule.document_id)), None)
        put = replace(schedule, id=same.id if same else len(kept) + 1, since=today)
        self._books.schedules_kept = [*(s for s in kept if s is not same), put]
        self._books.periods_kept = [
            replace(p, dropped=True) if self._is_gone(p, put, today) else p for p in self._books.periods_kept
        ]
        return put

    def _is_gone(self, period: Period, schedule: Schedule, today: date) -> bool:
        if (period.kind, period.document_id) != (schedule.kind, schedule.document_id):
            return False
        named = schedule.kind is not PeriodKind.PLAN or f"{period.cutoff:%m-%d}" in schedule.dates
        return not period.frozen and period.cutoff >= today and not (schedule.active and named)

    async def keep(self, period: Period) -> Period:
        kept = self._books.periods_kept
        found = next((p for p in kept if p.key == period.key), None)
        if found is not None and found.frozen:
            return found
        put = replace(period, id=found.id if found else len(kept) + 1)
        self._books.periods_kept = [*(p for p in kept if p is not found), put]
        return put

    async def open_on(self, office_id: int, day: date) -> Sequence[Period]:
        return [p for p in await self.ended_since(office_id, day) if p.is_open(day)]

    async def ended_since(self, office_id: int, day: date) -> Sequence[Period]:
        kept = [self._apart(p) for p in self._books.periods_kept if not p.dropped and p.cutoff >= day]
        return sorted(kept, key=lambda p: (list(PeriodKind).index(p.kind), p.cutoff, p.id))

    async def of_office(self, office_id: int) -> Sequence[Period]:
        return sorted(await self.ended_since(office_id, date.min), key=lambda p: p.cutoff, reverse=True)

    async def to_freeze(self, office_id: int, day: date) -> Sequence[Period]:
        return [p for p in reversed(await self.of_office(office_id)) if p.cutoff < day and not p.frozen]

    async def get(self, period_id: int) -> Period | None:
        return next((self._apart(p) for p in self._books.periods_kept if p.id == period_id), None)

    async def freeze(self, period_id: int, figures: PeriodFigures, now: datetime) -> bool:
        found = await self.get(period_id)
        if found is None or found.frozen or found.dropped:
            return False
        self._books.figures_kept[period_id] = figures
        self._books.periods_kept = [
            replace(p, frozen=True, frozen_at=now) if p.id == period_id else p for p in self._books.periods_kept
        ]
        return True

    async def figures(self, period_id: int) -> PeriodFigures | None:
        return self._books.figures_kept.get(period_id)

    def _apart(self, period: Period) -> Period:
        plans = (s.document_id for s in self._books.schedules_kept if s.kind is PeriodKind.PLAN and s.active)
        return replace(period, apart=tuple(p for p in plans if p)) if period.document_id is None else period


class Contacts:
    """When each chat was last heard."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def of(self, chats: Collection[Chat]) -> Mapping[Chat, Contact]:
        return {chat: self._books.contacts_kept[chat] for chat in chats if chat in self._books.contacts_kept}

    async def open_many(self, chats: Collection[Chat], windows: Windows, now: datetime) -> Collection[Chat]:
        known = await self.of(chats)
        return {chat for chat in chats if chat not in known or not known[chat].is_closed(windows.get(chat[0]), now)}


class ChannelHolds:
    """The apps through which nothing goes out."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def all(self) -> Sequence[ChannelHold]:
        return list(self._books.held_channels)

    async def avoided(self, now: datetime) -> frozenset[str]:
        return frozenset(hold.channel for hold in await self.all())


class MessageTemplates:
    """The templates that an app has approved."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def of_office(self, office_id: int) -> Sequence[MessageTemplate]:
        return [t for t in self._books.templates_kept if t.office_id == office_id]


class Files:
    """What people sent, kept at once."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def note(self, office_id: int | None, incoming: Incoming, now: datetime) -> list[int]:
        ids = []
        for sent in incoming.files:
            key = (incoming.channel, incoming.chat_id, incoming.message_id, sent.remote_id)
            kept = self._books.files_kept
            known = [f.id for f in kept if (f.channel, f.chat_id, f.message_id, f.remote_id) == key]
            if not known:
                known = [len(kept) + 1]
                kept.append(
                    KeptFile(
                        *(known[0], office_id, incoming.channel, incoming.chat_id, incoming.user_id),
                        *(incoming.message_id, sent.remote_id, sent.name, sent.media_type, sent.size),
                        *(FileStatus.KEPT, "", "", 0, now),
                    )
                )
            ids += known
        return list(dict.fromkeys(ids))

    async def attach(self, ids: Sequence[int], *, report_id: int | None = None, feedback_id: int | None = None) -> None:
        self._books.files_kept = [
            replace(f, report_id=report_id or f.report_id, feedback_id=feedback_id or f.feedback_id)
            if f.id in ids
            else f
            for f in self._books.files_kept
        ]

    async def get(self, file_id: int) -> KeptFile | None:
        return next((f for f in self._books.files_kept if f.id == file_id), None)

    async def get_many(self, ids: Collection[int]) -> Sequence[KeptFile]:
        return [f for f in self._books.files_kept if f.id in ids]

    async def of_report(self, report_id: int) -> Sequence[KeptFile]:
        return [f for f in self._books.files_kept if f.report_id == report_id]

    async def of_feedback(self, feedback_id: int) -> Sequence[KeptFile]:
        return [f for f in self._books.files_kept if f.feedback_id == feedback_id]


class Talk:
    """One person's chat with the bot: says and presses, and reads the last replies."""

    def __init__(
        self,
        person: Person | None = None,
        books: Books | None = None,
        answerer: FakeAnswerer | None = None,
        *,
        in_group: bool = False,
    ) -> None:
        self.person = person
        self.books = books or Books()
        self.answerer = answerer or FakeAnswerer()
        self.now = NOW
        self.memory: dict[str, Any] = {}
        self.replies: list[Reply] = []
        self.told: list[Told] = []
        self.drawn: list[Chart] = []
        self._in_group = in_group
        self._sent = 0

    async def send(self, kind: Kind = Kind.TEXT, text: str = "", action: str = "", **more: Any) -> list[Reply]:
        """One message; the memory goes through JSON, as it does between real turns."""
        self._sent += 1
        incoming = Incoming(
            channel="web",
            update_id="u",
            chat_id="c",
            user_id="u",
            kind=kind,
            text=text,
            action=action,
            in_group=self._in_group,
            message_id=str(self._sent),
            **more,
        )
        turn = Turn(
            incoming=incoming,
            office=replace(OFFICE, second_confirmation=self.books.second_confirmation),
            person=self.person,
            memory=json.loads(json.dumps(self.memory)),
            now=self.now,
            answerer=self.answerer,
            open_records=self._open,
            open_reading=self._look,
            draw=self._draw,
            write_sheet=register_file,
        )
        self.replies = await respond(turn)
        self.told = list(turn.told)
        self.memory = json.loads(json.dumps(turn.memory))
        return self.replies

    async def _open(self) -> Records:
        self.books.opened += 1
        return self.books

    @asynccontextmanager
    async def _look(self) -> AsyncIterator[Records]:
        self.books.looking += 1
        self.books.looked += 1
        yield self.books
        self.books.looking -= 1

    async def _draw(self, chart: Chart) -> Attachment | None:
        assert not self.books.looking, "a chart is drawn after the books are closed"
        self.drawn.append(chart)
        return Attachment(chart.file, "image/png", b"picture")

    async def say(self, text: str) -> str:
        """Type a message; the replies' text."""
        await self.send(text=text)
        return self.text

    async def press(self, label: str) -> str:
        """Press a button of the last replies by its label; the replies' text."""
        actions = [b.action for reply in self.replies for b in reply.buttons if b.label == label]
        assert actions, f"no button {label!r} among {self.labels}"
        return await self.act(actions[0])

    async def act(self, action: str) -> str:
        """Send a button's action, whether or not it was offered."""
        await self.send(Kind.ACTION, action=action)
        return self.text

    @property
    def text(self) -> str:
        return "\n---\n".join(reply.text for reply in self.replies)

    @property
    def labels(self) -> list[str]:
        return [b.label for reply in self.replies for b in reply.buttons]


def paper(document_id: int = 1, visibility: Visibility = Visibility.PUBLIC) -> Document:
    """The office's plan."""
    return Document(document_id, 1, "ke-hoach.txt", "12/KH-UBND", title="Kế hoạch năm 2026", visibility=visibility)


def line_of_plan(passage_id: int, document_id: int = 1, page: int | None = None) -> Passage:
    """A passage of the plan."""
    return Passage(
        passage_id,
        document_id,
        1,
        PassageKind.BULLET,
        ("II. Chỉ tiêu", "1. Dịch vụ công"),
        "Trên 80% hồ sơ nộp trực tuyến.",
        "- Trên 80% hồ sơ nộp trực tuyến.",
        120,
        152,
        page,
    )
