"""What handlers, the scheduler and the answerer need from the outside, as Protocols.

The layers above `domain` never import each other, so each asks here for what it needs; `storage`, `knowledge` and
`bot/channels` provide it. Everything returned is a frozen value of `domain`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

from domain.achievements import Achievement
from domain.answers import Answer, Asker
from domain.blocking import Block
from domain.changes import ChangeStatus, DeadlineChange
from domain.channel_holds import ChannelHold
from domain.contacts import Chat, Contact, Windows
from domain.extensions import ExtensionRequest, RequestStatus
from domain.feedback import Feedback, FeedbackStatus, FeedbackStep, StepKind
from domain.files import KeptFile
from domain.groups import Group, SummaryTime
from domain.message_templates import MessageTemplate
from domain.messages import Incoming, Priority, Reply
from domain.notice_rules import NoticeRules
from domain.notices import Call, CallKind, LedgerNotice, Notice, Snooze
from domain.people import Account, Office, Person, StandIn, Unit
from domain.period_figures import PeriodFigures
from domain.plans import Document, Passage, Target
from domain.privacy import Holding, Kept, Owner, Shown
from domain.progress import Approval, ProgressReport, Understood
from domain.report_flow import Move, Part, ReportStatus, ReportStep, ReportVersion
from domain.reporting_periods import Period, Schedule
from domain.switching import Switch
from domain.tasks import Task
from domain.verifications import Checked, Claim
from domain.working_days import CalendarDay, WorkCalendar


class Answerer(Protocol):
    """Answers a question from the documents the asker may see, with citations."""

    async def answer(self, question: str, asker: Asker, previous: str = "") -> Answer:
        """The answer; `previous` is the last question of the same talk, so that a follow-up keeps its subject."""
        ...


class Offices(Protocol):
    """The offices this installation serves."""

    async def all(self) -> Sequence[Office]: ...

    async def get(self, office_id: int) -> Office | None: ...

    async def ask_second_confirmation(self, office_id: int, wanted: bool) -> None:
        """Whether a report counts only once the head of the unit has confirmed it."""
        ...


class People(Protocol):
    """Staff, their units and their accounts; each person comes with whom they act for today."""

    async def by_account(self, channel: str, user_id: str) -> Person | None:
        """The active person who uses this account, or None for a citizen."""
        ...

    async def get(self, person_id: int) -> Person | None: ...

    async def of_office(self, office_id: int) -> Sequence[Person]:
        """Active staff, by name."""
        ...

    async def units(self, office_id: int) -> Sequence[Unit]: ...

    async def accounts(self, person_id: int) -> Sequence[Account]: ...

    async def accounts_of_office(self, office_id: int) -> Sequence[Account]: ...

    async def join(self, code: str, channel: str, user_id: str, chat_id: str, now: datetime) -> Person:
        """Bind an account to the person the code was issued for and use the code up. Raises JoinRefused."""
        ...

    async def join_by_phone(self, phone: str, channel: str, user_id: str, chat_id: str) -> Person:
        """Bind an account to the one person of the staff list who has this number. Raises JoinRefused."""
        ...

    async def with_phone(self, phone: str) -> Sequence[Person]:
        """The active staff, of all offices, who have this number (+84...)."""
        ...

    async def join_verified(self, person_id: int, channel: str, user_id: str, chat_id: str) -> Person:
        """Bind an account that has proved whose it is. Raises JoinRefused."""
        ...

    async def issue_code(self, person_id: int, now: datetime, valid_for: timedelta) -> str:
        """A new one-time code for the person; only its hash is kept."""
        ...

    async def codes_since(self, person_id: int, moment: datetime) -> int:
        """How many codes were issued for the person since this moment."""
        ...

    async def void_codes(self, person_id: int) -> None:
        """Nobody joins as this person by a code that was issued before."""
        ...

    async def unbind(self, channel: str, user_id: str) -> None:
        """The account is a citizen's again."""
        ...


class JoinAttempts(Protocol):
    """How often an account tried to join in vain."""

    async def locked_until(self, channel: str, user_id: str, now: datetime) -> datetime | None:
        """When the account may try again, or None when it may now."""
        ...

    async def failed(self, channel: str, user_id: str, now: datetime) -> int:
        """Count one more failure; returns how many there are."""
        ...

    async def forget(self, channel: str, user_id: str) -> None: ...


class Assignments(Protocol):
    """Who carries which task."""

    async def of(self, person_id: int) -> Sequence[int]:
        """The ids of the confirmed tasks the person is named for."""
        ...

    async def give(self, task_id: int, person_id: int | None, was: int | None) -> bool:
        """Name another person for a task; False when it was not in the hands it was thought to be in."""
        ...


class StandIns(Protocol):
    """Who acts for whom while somebody is away."""

    async def put(self, office_id: int, person_id: int, deputy_id: int, first_day: date, last_day: date) -> StandIn:
        """The stand-in between these days; what this pair had in those days is replaced, so said twice it is once."""
        ...

    async def open(self, office_id: int, day: date) -> Sequence[StandIn]:
        """The stand-ins that act on this day or later, the earliest first."""
        ...

    async def get(self, stand_in_id: int) -> StandIn | None: ...

    async def remove(self, stand_in_id: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Shelved:
    """A passage with its document and, once computed, its vector (float32, little endian)."""

    passage: Passage
    document: Document
    vector: bytes | None = None


class Shelf(Protocol):
    """All passages of all offices, as the index reads them; every call is a transaction of its own."""

    async def version(self) -> tuple[int, int]:
        """Changes whenever a passage was added or removed (count and highest id; ids are never used twice)."""
        ...

    async def all(self, model: str | None = None) -> Sequence[Shelved]:
        """Every passage in the order of ids; with `model`, only the vectors that this model computed."""
        ...

    async def keep_vectors(self, vectors: Mapping[int, bytes], model: str) -> None:
        """Remember vectors by passage id, so that a lost index is rebuilt without computing them again."""
        ...


class Library(Protocol):
    """Documents and their passages."""

    async def documents(self, office_id: int | None = None) -> Sequence[Document]: ...

    async def document(self, document_id: int) -> Document | None: ...

    async def passage(self, passage_id: int) -> Passage | None: ...

    async def passages(self, document_id: int) -> Sequence[Passage]:
        """The document's passages in its order."""
        ...


class Register(Protocol):
    """Tasks, targets and what was reported of them."""

    async def task(self, task_id: int) -> Task | None: ...

    async def tasks(self, office_id: int, *, confirmed_only: bool = True) -> Sequence[Task]:
        """The office's tasks in the order of their documents and numbers."""
        ...

    async def open_tasks(
        self, office_id: int, reported_since: date | None = None, also: Collection[int] = ()
    ) -> Sequence[Task]:
        """The office's confirmed tasks that are not over, without their words and in no order.

        Also those that are over and of which something was reported since a day, and of `also` what is confirmed.
        """
        ...

    async def target(self, target_id: int) -> Target | None: ...

    async def targets(self, office_id: int, *, confirmed_only: bool = False) -> Sequence[Target]:
        """The office's targets, drafts included unless told otherwise, in the order of documents and numbers."""
        ...

    async def reports(self, task_id: int) -> Sequence[ProgressReport]:
        """The task's reports, newest first; superseded ones included."""
        ...

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
        """Write a confirmed report and move the task's state with it; a superseded report stays in the history.

        Of a group task it moves the share of `unit_id`, else of the person's own unit. One that waits moves nothing.
        """
        ...

    async def report(self, report_id: int) -> ProgressReport | None: ...

    async def reports_of_office(self, office_id: int, since: datetime) -> Sequence[ProgressReport]:
        """What was reported in the office since a moment, newest first."""
        ...

    async def reports_waiting(self, office_id: int) -> Sequence[ProgressReport]:
        """The reports that wait for a head's word, the oldest first."""
        ...

    async def decide(
        self, report_id: int, decider: Person, approval: Approval, now: datetime, remark: str = ""
    ) -> ProgressReport | None:
        """The report approved or returned with a remark; None when it no longer waits for anybody's word."""
        ...

    async def hold(self, task_ids: Sequence[int]) -> None:
        """No other transaction moves these tasks until this one ends, so that what is read now is still true then."""
        ...

    async def set_shares(self, task_id: int, unit_ids: Sequence[int]) -> None:
        """Make these units carry the task together; a unit that did already keeps its standing. None ends it."""
        ...


class Drafts(Protocol):
    """What was drafted from papers and waits for a person, and entries of the register as they are edited."""

    async def tasks(self, office_id: int) -> Sequence[Task]:
        """The drafted tasks that nobody has confirmed or dropped, in the order of their documents and numbers."""
        ...

    async def targets(self, office_id: int) -> Sequence[Target]: ...

    async def every_task(self, office_id: int) -> Sequence[Task]:
        """All tasks of the office, drafts and what was set aside among them."""
        ...

    async def every_target(self, office_id: int) -> Sequence[Target]: ...

    async def target(self, target_id: int) -> Target | None: ...

    async def match_units(self, office_id: int, units: Sequence[Unit]) -> None:
        """Tie drafts whose lead names one of these units to it."""
        ...

    async def save_task(self, task: Task, seen: str) -> Task | None:
        """Write what the register says of the task, its progress left alone; None, and nothing written, when its
        fingerprint is no longer `seen`: somebody was faster."""
        ...

    async def save_target(self, target: Target, seen: str) -> Target | None: ...

    async def add_task(self, task: Task) -> Task: ...

    async def numbers(self, task: Task) -> Collection[str]:
        """The numbers that the tasks of the same document have."""
        ...

    async def settled_by(self, subject: str) -> str:
        """The name of who last confirmed, dropped or changed this entry ("task:5"); empty where no person did."""
        ...


class Changes(Protocol):
    """How deadlines changed, and the changes that papers propose."""

    async def of_task(self, task_id: int) -> Sequence[DeadlineChange]:
        """The changes that were applied to the task's deadline, the latest first."""
        ...

    async def applied_since(self, office_id: int, moment: datetime) -> Sequence[DeadlineChange]:
        """The changes that were applied to the office's deadlines from a moment on, the latest first."""
        ...

    async def proposed(self, office_id: int) -> Sequence[DeadlineChange]: ...

    async def get(self, change_id: int) -> DeadlineChange | None: ...

    async def note(self, change: DeadlineChange) -> int:
        """Write a change down; its id. It moves nothing by itself."""
        ...

    async def settle(self, change_id: int, status: ChangeStatus, person_id: int | None, now: datetime) -> bool:
        """Decide a proposed change; applied, it moves the task's deadline. False when it is not proposed any more."""
        ...


class Achievements(Protocol):
    """What was reported as reached of the targets."""

    async def of_target(self, target_id: int) -> Sequence[Achievement]:
        """What was reported of a target, newest first; superseded reports included."""
        ...

    async def of_office(self, office_id: int) -> Sequence[Achievement]: ...

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
        """Write a confirmed value; the one it supersedes stays in the history. Raises LookupError."""
        ...


class NoticeMessage(Protocol):
    """A message of the outbox that carries notices, or carried them before it was cancelled."""

    @property
    def id(self) -> int: ...

    @property
    def key(self) -> str: ...

    @property
    def cause(self) -> str: ...

    @property
    def status(self) -> str: ...


class Notices(Protocol):
    """The ledger of reminders: what is to be said to whom, and what became of it."""

    async def open_many(self, notices: Iterable[tuple[Notice, datetime]], now: datetime) -> int:
        """Enter notices, each with the moment from which it may go out; returns how many are to be sent."""
        ...

    async def known(self, office_id: int) -> Collection[tuple[str, str, date, int]]:
        """The keys of this office's notices that need not be entered: of tasks that are not over."""
        ...

    async def pending(self, office_id: int) -> Sequence[LedgerNotice]:
        """What has not been handed to an app, the earliest scheduled first; what a message carries included."""
        ...

    async def get(self, notice_id: int) -> LedgerNotice | None: ...

    async def of_person(self, person_id: int, since: datetime) -> Sequence[LedgerNotice]:
        """The person's notices that were scheduled, or sent, since a moment."""
        ...

    async def of_office(self, office_id: int, since: datetime) -> Sequence[LedgerNotice]: ...

    async def of_subjects(self, office_id: int, subjects: Collection[str]) -> Sequence[LedgerNotice]:
        """Every notice about these subjects, whatever became of it."""
        ...

    async def of_message(self, outbox_id: int) -> Sequence[LedgerNotice]:
        """What this message of the outbox carries."""
        ...

    async def last_shown(self, channel: str, chat_id: str) -> Sequence[LedgerNotice]:
        """What the last message of this chat carries; nothing where that was an answer."""
        ...

    async def shown_as(self, channel: str, chat_id: str, message_id: str) -> Sequence[LedgerNotice]:
        """What the message carries that the chat has under this id of its app."""
        ...

    async def messages(self, office_id: int, since: datetime) -> Sequence[NoticeMessage]:
        """The messages with notices that were queued since a moment, cancelled ones included."""
        ...

    async def carry(self, ids: Collection[int], outbox_id: int, channel: str) -> int:
        """Say which message carries these waiting notices; returns how many it took."""
        ...

    async def hold(self, held: Iterable[tuple[int, datetime, str]]) -> None:
        """Put waiting notices off to a moment, each with the reason."""
        ...

    async def take_back(self, outbox_ids: Collection[int], *, begun: bool = True) -> Collection[int]:
        """Cancel messages that still wait, so that their notices wait for another one; which ones it could.

        One of which a part has been handed to its app is left to be finished, unless `begun` ones are meant too.
        """
        ...

    async def in_doubt(self, office_id: int) -> Sequence[LedgerNotice]:
        """What went out without an answer and is to go out once more."""
        ...

    async def repeat_at(self, outbox_ids: Collection[int], moment: datetime) -> None:
        """Messages that went out without an answer go out once more at a moment, and not before."""
        ...

    async def put_back(self, ids: Collection[int]) -> int:
        """These could not be sent the way they were: they wait again, for another message."""
        ...

    async def acknowledge(self, ids: Collection[int], person_id: int, now: datetime) -> int:
        """The person says that they received these; how many had not been acknowledged."""
        ...

    async def cancel(self, ids: Collection[int], reason: str) -> int:
        """These became pointless; how many were still waiting and are now not sent."""
        ...

    async def fail(self, ids: Collection[int], reason: str) -> int:
        """These can never be sent; how many were on their way."""
        ...

    async def acknowledged(self, office_id: int) -> Mapping[tuple[str, date], Sequence[tuple[int, datetime]]]:
        """Who acknowledged something of a subject's occurrence, and when: by (subject, occurrence)."""
        ...

    async def told_overdue(self, office_id: int) -> Mapping[tuple[str, date], tuple[datetime, datetime | None]]:
        """When it was first said that something is overdue: by (subject, occurrence), planned and sent."""
        ...

    async def counts(self, office_id: int | None = None) -> Mapping[str, int]:
        """How many notices, of one office or of all, are in each state."""
        ...

    async def missed(self, before: datetime) -> int:
        """How many still wait although they could go out before a moment, and nothing says why."""
        ...


class Outbox(Protocol):
    """Replies and notices on their way out."""

    async def queue(
        self,
        *,
        channel: str,
        chat_id: str,
        reply: Reply,
        key: str,
        now: datetime,
        cause: str,
        office_id: int | None = None,
        priority: int = Priority.REPLY,
        said_by_id: int | None = None,
    ) -> int | None:
        """The row's id, or None when `key` is queued already. Offices take turns within each priority."""
        ...

    async def cancel(self, key: str) -> bool:
        """True when the row was still waiting and will now not be sent; its notices wait for another message."""
        ...

    async def sent_as(self, channel: str, chat_id: str, message_id: str) -> Reply | None:
        """What the chat has under this message id of its app, or None."""
        ...

    async def last_notice(self, channel: str, chat_id: str, since: datetime) -> int | None:
        """The one task that the last notices this chat was sent since a moment speak of; None when it is not one."""
        ...


class Questions(Protocol):
    """The questions people asked and how they ended."""

    async def note(
        self, asked: str, answer: Answer, incoming: Incoming, person: Person | None, now: datetime
    ) -> int: ...


class Extensions(Protocol):
    """Requests for more time, and the deadlines that were moved for them."""

    async def ask(
        self, task: Task, person: Person, wanted: date, reason: str, said: str, now: datetime
    ) -> ExtensionRequest | None:
        """The request as it now waits; None when another one of this task waits already."""
        ...

    async def get(self, request_id: int) -> ExtensionRequest | None: ...

    async def open_of(self, task_id: int) -> ExtensionRequest | None: ...

    async def waiting(self, office_id: int) -> Sequence[ExtensionRequest]:
        """The office's requests that still wait, the oldest first."""
        ...

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
        """The request decided or withdrawn, the deadline moved when granted; None when it no longer waits."""
        ...


class Files(Protocol):
    """Photos and files that people sent."""

    async def note(self, office_id: int | None, incoming: Incoming, now: datetime) -> list[int]:
        """A row for each file of the message, fetched once this is committed; their ids. Again gives the same ids."""
        ...

    async def attach(self, ids: Sequence[int], *, report_id: int | None = None, feedback_id: int | None = None) -> None:
        """Say what the files belong to: a progress report as its evidence, or a citizen's feedback."""
        ...

    async def get(self, file_id: int) -> KeptFile | None: ...

    async def get_many(self, ids: Collection[int]) -> Sequence[KeptFile]: ...

    async def of_report(self, report_id: int) -> Sequence[KeptFile]: ...

    async def of_feedback(self, feedback_id: int) -> Sequence[KeptFile]: ...


class FeedbackCases(Protocol):
    """What citizens reported or proposed, and what happened to it."""

    async def add(
        self, office_id: int, incoming: Incoming, said: str, place: str, unit_id: int | None, due: date, now: datetime
    ) -> Feedback:
        """A new case of the account that speaks, under a code that nobody can guess."""
        ...

    async def get(self, feedback_id: int) -> Feedback | None: ...

    async def by_code(self, office_id: int, code: str) -> Feedback | None: ...

    async def of_account(self, office_id: int, channel: str, user_id: str) -> Sequence[Feedback]:
        """Everything that one account sent, the oldest first."""
        ...

    async def of_office(
        self,
        office_id: int,
        *,
        unit_id: int | None = None,
        statuses: Collection[FeedbackStatus] = (),
        since: datetime | None = None,
    ) -> Sequence[Feedback]:
        """The office's cases, the oldest first; of one unit, in these states, sent from a moment on, where asked."""
        ...

    async def steps(self, feedback_id: int) -> Sequence[FeedbackStep]: ...

    async def note(
        self, feedback_id: int, kind: StepKind, now: datetime, said: str = "", person_id: int | None = None
    ) -> None: ...

    async def move(
        self, feedback_id: int, before: Collection[FeedbackStatus], after: FeedbackStatus, due: date | None = None
    ) -> bool:
        """Change where a case stands; False when it no longer stands where it did. A new day replaces the old."""
        ...

    async def pass_on(self, feedback_id: int, unit_id: int) -> None: ...

    async def is_blocked(self, office_id: int, channel: str, user_id: str) -> bool: ...


class PeriodicReports(Protocol):
    """The versions of the periods' reports, and what happened to them."""

    async def make(
        self,
        office_id: int,
        period_id: int,
        content: Mapping[str, Any],
        template_sha256: str,
        person_id: int | None,
        now: datetime,
        *,
        instead_of: int,
        move: Move = Move.MAKE,
        part: Part | None = None,
        said: str = "",
    ) -> ReportVersion | None:
        """A new draft after the version `instead_of` (0 for the first); None when that is no longer the newest.

        What nobody had approved is replaced by it; what was approved stays as it is.
        """
        ...

    async def get(self, report_id: int) -> ReportVersion | None: ...

    async def newest(self, period_id: int) -> ReportVersion | None: ...

    async def of_period(self, period_id: int) -> Sequence[ReportVersion]:
        """The period's versions, the newest first."""
        ...

    async def of_office(self, office_id: int, statuses: Collection[ReportStatus] = ()) -> Sequence[ReportVersion]:
        """The office's versions in these states (in any without), the last made first."""
        ...

    async def take(
        self,
        report_id: int,
        move: Move,
        person_id: int | None,
        now: datetime,
        said: str = "",
        *,
        number: str = "",
        issued_on: date | None = None,
    ) -> ReportVersion | None:
        """The version after the move; None, and nothing written, when it no longer stands where that can be done."""
        ...

    async def steps(self, report_id: int) -> Sequence[ReportStep]:
        """What happened to one version, in its order."""
        ...

    async def steps_of_period(self, period_id: int) -> Sequence[ReportStep]:
        """What happened to all versions of the period, in its order."""


class Calendar(Protocol):
    """Each office's own days off and days worked in exchange."""

    async def of_office(self, office_id: int) -> WorkCalendar: ...

    async def put(self, office_id: int, day: CalendarDay) -> None:
        """Have the office keep this day as said; what it had for that day before is replaced."""
        ...

    async def remove(self, office_id: int, day: date) -> bool:
        """The day is as the law has it again; False when the office had nothing of its own there."""
        ...


class RulesOfOffices(Protocol):
    """When and how often each office reminds, and up to when its notices were planned."""

    async def of_office(self, office_id: int) -> NoticeRules: ...

    async def put(self, office_id: int, rules: NoticeRules) -> None:
        """Keep the rules. Raises RulesRefused where they make no sense."""
        ...

    async def planned_until(self, office_id: int) -> datetime | None: ...

    async def planned(self, office_id: int, moment: datetime) -> None:
        """Everything due up to this moment has its row now; an earlier moment than the last one changes nothing."""
        ...

    async def stirred(self) -> Mapping[int, datetime]:
        """When something was last done or said in the offices in which anything was lately."""
        ...


class Wishes(Protocol):
    """What people wish for their reminders."""

    async def hours(self, office_id: int) -> Mapping[int, time]:
        """The hours that people of the office chose, by the person's id."""
        ...

    async def set_hour(self, person_id: int, hour: time | None) -> None:
        """Remind the person at this hour from now on; None is the office's hour again."""
        ...

    async def channels(self, office_id: int) -> Mapping[int, str]:
        """The apps that people of the office chose, by the person's id; the others have the usual order."""
        ...

    async def channel(self, person_id: int) -> str:
        """The app that this person chose; empty for none."""
        ...

    async def set_channel(self, person_id: int, channel: str) -> None:
        """Write to the person through this app first from now on; empty is any app again."""
        ...


class Verifications(Protocol):
    """Codes by which an account proves that the number it named is its own."""

    async def opened_lately(self, channel: str, user_id: str, person_id: int | None, now: datetime) -> tuple[int, int]:
        """How many codes this account asked for within a day, and how many were sent to this person."""
        ...

    async def open(
        self, channel: str, user_id: str, chat_id: str, person_id: int | None, sent_to: str, now: datetime
    ) -> tuple[int, str]:
        """A new code for the account, with its id; the one it had is over. Without a person no code is ever right."""
        ...

    async def check(self, channel: str, user_id: str, code: str, now: datetime) -> Checked:
        """What a typed code is worth; the right one is used up, a wrong one counts."""
        ...

    async def joined(self, channel: str, user_id: str, chat_id: str, person_id: int, now: datetime) -> None:
        """Note that an account joined as this person in another way, so that they can disown it too."""
        ...

    async def claimed(self, person_id: int, now: datetime) -> list[Claim]:
        """What was asked for as this person within a day and is open or was used, the earliest first."""
        ...

    async def void(self, ids: Collection[int], now: datetime) -> None:
        """These can prove nothing any more and are no claims."""
        ...


class Periods(Protocol):
    """By what an office reports, and what became of each period."""

    async def schedules(self, office_id: int) -> Sequence[Schedule]:
        """By what the office reports, the default of each kind where it set none (id 0); then its plans' own days."""
        ...

    async def put_schedule(self, schedule: Schedule, today: date) -> Schedule:
        """The schedule as it holds from today on, in place of the office's (or the plan's) one of this kind.

        What is switched off, or a plan's day that is no longer among its days, drops the periods still open by it.
        """
        ...

    async def keep(self, period: Period) -> Period:
        """The period's row, made when it is not there; one that is not frozen takes the days it has now."""
        ...

    async def open_on(self, office_id: int, day: date) -> Sequence[Period]:
        """The periods for which people are asked on this day, the shortest first."""
        ...

    async def ended_since(self, office_id: int, day: date) -> Sequence[Period]:
        """The periods that are open or ended on this day or later, the shortest first."""
        ...

    async def of_office(self, office_id: int) -> Sequence[Period]:
        """Every period that was opened, the latest first."""
        ...

    async def to_freeze(self, office_id: int, day: date) -> Sequence[Period]:
        """The periods whose cutoff lies before this day and whose figures nobody has taken, the earliest first."""
        ...

    async def get(self, period_id: int) -> Period | None: ...

    async def freeze(self, period_id: int, figures: PeriodFigures, now: datetime) -> bool:
        """Keep the figures of the period; False, and nothing changed, when they were taken before."""
        ...

    async def figures(self, period_id: int) -> PeriodFigures | None:
        """What stood in the register at the period's cutoff, or None while it is not frozen."""
        ...


class Contacts(Protocol):
    """Each chat's last word, and whether its app has closed it."""

    async def of(self, chats: Collection[Chat]) -> Mapping[Chat, Contact]:
        """What is known of these chats; one that was never heard is absent."""
        ...

    async def open_many(self, chats: Collection[Chat], windows: Windows, now: datetime) -> Collection[Chat]:
        """Which of these chats may be written to, as far as is known."""
        ...


class ChannelHolds(Protocol):
    """Which channels are held, and why."""

    async def all(self) -> Sequence[ChannelHold]:
        """The channels held now, by name."""
        ...

    async def avoided(self, now: datetime) -> Collection[str]:
        """The channels that are held or used up: another one is taken where a person has one."""
        ...


class MessageTemplates(Protocol):
    """The templates that an app has approved."""

    async def of_office(self, office_id: int) -> Sequence[MessageTemplate]:
        """The office's templates, by channel and purpose."""
        ...


class Audit(Protocol):
    """Who changed what."""

    async def note(
        self,
        office_id: int | None,
        person_id: int | None,
        action: str,
        subject: str,
        now: datetime,
        details: Mapping[str, Any] | None = None,
    ) -> None: ...


class Calls(Protocol):
    """Announcements and requests to report, as they were confirmed."""

    async def add(
        self,
        office_id: int,
        author_id: int,
        kind: CallKind,
        text: str,
        audience: Sequence[int],
        now: datetime,
        *,
        about: Sequence[int] = (),
        due: date | None = None,
        emergency: bool = False,
    ) -> Call: ...

    async def get(self, call_id: int) -> Call | None: ...

    async def of_office(self, office_id: int, since: datetime) -> Sequence[Call]:
        """What was sent in the office since a moment, the newest first."""
        ...

    async def withdraw(self, call_id: int, now: datetime) -> bool:
        """Take it back; False when it was taken back before, or never was."""
        ...


class Snoozes(Protocol):
    """What each person has put off: a task, or everything."""

    async def add(
        self, office_id: int, person_id: int, until: datetime, said: str, now: datetime, task_id: int | None = None
    ) -> Snooze:
        """The person's wish for this task (None: for everything); it takes the place of what they wished of it."""
        ...

    async def of_office(self, office_id: int, now: datetime) -> Sequence[Snooze]:
        """The wishes of the office that still hold something back."""
        ...

    async def of_person(self, person_id: int, now: datetime) -> Sequence[Snooze]: ...

    async def end(self, ids: Sequence[int]) -> None:
        """The person is reminded as usual again."""
        ...


class Groups(Protocol):
    """The group chats the bot is in, and what their offices let it say there."""

    async def get(self, channel: str, chat_id: str) -> Group | None:
        """The group, also one that the bot has left."""
        ...

    async def of_office(self, office_id: int) -> Sequence[Group]:
        """The groups of the office that the bot is in, the oldest first."""
        ...

    async def join(self, channel: str, chat_id: str, office_id: int, title: str, now: datetime) -> bool:
        """The bot is in this group; False when it was known to be. One it comes back to is nobody's staff group."""
        ...

    async def leave(self, channel: str, chat_id: str, now: datetime) -> bool:
        """The bot is no longer there; False when it was known not to be."""
        ...

    async def rename(self, channel: str, chat_id: str, title: str) -> None: ...

    async def move(self, channel: str, chat_id: str, moved_to: str) -> None:
        """The group goes on under another id, with what was decided for it; what was queued for it goes there."""
        ...

    async def make_staff(
        self, channel: str, chat_id: str, office_id: int, is_staff: bool, person_id: int | None
    ) -> bool:
        """The group is this office's staff group, or none any more and without summary; False when it was so."""
        ...

    async def set_summary(self, channel: str, chat_id: str, at: SummaryTime | None, since: date) -> bool:
        """Send the summary at these times, first after `since`, or no more (None); False where it is no staff group."""
        ...

    async def summed(self, channel: str, chat_id: str, day: date) -> bool:
        """The summary of this day is queued; False when that one, or a later one, was before."""


class Blocks(Protocol):
    """The accounts that are answered by silence."""

    async def put(self, block: Block) -> None:
        """Block the account; what was decided of it before is replaced, except that for good stays for good."""
        ...

    async def lift(self, channel: str, user_id: str) -> bool:
        """Answer the account again; False when it was not blocked."""
        ...

    async def holding(self, now: datetime) -> Sequence[Block]:
        """The accounts that are not answered now, the one blocked last in front."""
        ...


class Switches(Protocol):
    """Every turning off and on of the bot by an office."""

    async def turn(
        self,
        office_id: int,
        *,
        is_on: bool,
        reason: str,
        now: datetime,
        by_id: int | None = None,
        until: datetime | None = None,
    ) -> Switch:
        """The switch as it is now kept."""
        ...

    async def off(self, now: datetime) -> Mapping[int, Switch]:
        """The offices that are off now, each with the switch that says why."""
        ...

    async def history(self, office_id: int, most: int = 20) -> Sequence[Switch]:
        """The office's switches, the newest first."""
        ...


class Privacy(Protocol):
    """Who was told what is kept of them."""

    async def of(self, channel: str, user_id: str) -> Shown | None: ...

    async def agree(self, channel: str, user_id: str, now: datetime) -> None:
        """The account has agreed by something it did; the first time counts."""
        ...

    async def withdraw(self, channel: str, user_id: str, now: datetime) -> None:
        """The account takes its consent back."""
        ...


class Erasures(Protocol):
    """The wishes to be forgotten."""

    async def ask(
        self, office_id: int | None, channel: str, user_id: str, chat_id: str, source: str, now: datetime
    ) -> bool:
        """Keep the wish; False when the same account's is still to be done."""
        ...

    async def is_open(self, channel: str, user_id: str) -> bool:
        """True while the account's wish is still to be done."""
        ...


class PersonalData(Protocol):
    """What is kept of one account, over all tables."""

    async def holding(self, owner: Owner) -> Holding:
        """How much is kept by kind, and since when."""
        ...

    async def kept(self, owner: Owner) -> Kept:
        """Everything that is kept, as it is kept: rows by kind; the bytes of photos and files are not among them."""
        ...


class Records(Protocol):
    """Everything remembered, inside one transaction."""

    @property
    def offices(self) -> Offices: ...

    @property
    def people(self) -> People: ...

    @property
    def stand_ins(self) -> StandIns: ...

    @property
    def join_attempts(self) -> JoinAttempts: ...

    @property
    def assignments(self) -> Assignments: ...

    @property
    def library(self) -> Library: ...

    @property
    def register(self) -> Register: ...

    @property
    def drafts(self) -> Drafts: ...

    @property
    def changes(self) -> Changes: ...

    @property
    def achievements(self) -> Achievements: ...

    @property
    def notices(self) -> Notices: ...

    @property
    def outbox(self) -> Outbox: ...

    @property
    def questions(self) -> Questions: ...

    @property
    def audit(self) -> Audit: ...

    @property
    def extensions(self) -> Extensions: ...

    @property
    def files(self) -> Files: ...

    @property
    def feedback(self) -> FeedbackCases: ...

    @property
    def calls(self) -> Calls: ...

    @property
    def snoozes(self) -> Snoozes: ...

    @property
    def periodic_reports(self) -> PeriodicReports: ...

    @property
    def calendar(self) -> Calendar: ...

    @property
    def notice_rules(self) -> RulesOfOffices: ...

    @property
    def wishes(self) -> Wishes: ...

    @property
    def periods(self) -> Periods: ...

    @property
    def verifications(self) -> Verifications: ...

    @property
    def blocks(self) -> Blocks: ...

    @property
    def switches(self) -> Switches: ...

    @property
    def privacy(self) -> Privacy: ...

    @property
    def erasures(self) -> Erasures: ...

    @property
    def personal(self) -> PersonalData: ...

    @property
    def contacts(self) -> Contacts: ...

    @property
    def channel_holds(self) -> ChannelHolds: ...

    @property
    def message_templates(self) -> MessageTemplates: ...

    @property
    def groups(self) -> Groups: ...


class SendFailed(Exception):
    """A reply did not go out. `kind` says what to do about it; the text never holds a token.

    "retry": try again after `after` seconds; nothing was delivered. "uncertain": it may have been delivered.
    "unreachable": this chat can no longer be written to. "rejected": this message can never be sent. "closed": the
    chat may not be written to until the person writes again. "held": nothing may go out through this app for `after`
    seconds, or, without it, until somebody has mended what `reason` names; this message waits and counts no try.
    """

    def __init__(self, kind: str, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.after = after


class FetchFailed(Exception):
    """The bytes of what somebody sent did not come. `kind` says what to do about it; the text never holds a token.

    "retry": try again after `after` seconds. "gone": the app has them no more. "too_large": more than is taken in.
    """

    def __init__(self, kind: str, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.after = after


@dataclass(frozen=True, slots=True)
class Limits:
    """What a channel carries: text units in one message, messages a second over all chats, and to one chat.

    `window`: for how long after a person's last word they may be written to; None where that is always allowed.
    `can_edit` says that a message already sent may be given other words and buttons.
    """

    text_units: int
    per_second: float
    per_chat_second: float
    has_buttons: bool = True
    window: timedelta | None = None
    can_edit: bool = False


class Channel(Protocol):
    """An app people write from: reads raw updates and sends replies. It holds no talk and dispatches nothing."""

    @property
    def name(self) -> str: ...

    @property
    def limits(self) -> Limits: ...

    def update_id(self, raw: Mapping[str, Any]) -> str:
        """The update's own id, which makes it unique in the inbox. Raises Unreadable."""
        ...

    def read(self, raw: Mapping[str, Any]) -> Incoming:
        """The message in the office's own form. Raises Unreadable, or Ignored when nothing is asked of the bot."""
        ...

    async def send(self, chat_id: str, reply: Reply) -> str:
        """Send one reply, already within the limits, and return the app's message id. Raises SendFailed."""
        ...

    async def edit(self, chat_id: str, message_id: str, reply: Reply) -> None:
        """Give a message of ours this reply's words and buttons. Raises SendFailed: "rejected" where that is over.

        A message that is already so, was deleted or is too old is none to trouble anybody with: it is left as it is.
        """
        raise SendFailed("rejected", "this app edits no messages")

    async def busy(self, chat_id: str) -> None:
        """Show in the chat, for some seconds, that an answer is being written; never raises."""

    async def fetch(self, remote_id: str, most_bytes: int) -> bytes:
        """The bytes of a photo or file that somebody sent, by the app's own id. Raises FetchFailed."""
        ...

    async def ping(self) -> None:
        """Return when the app answers a call that does nothing. Raises SendFailed."""
        ...

    async def acknowledge(self, incoming: Incoming) -> None:
        """Tell the app a button press or message was received (stops the spinner); never raises."""
        ...

    async def close(self) -> None: ...
