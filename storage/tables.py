"""The tables: one declarative class each, and the same tables by name for the statements of the repositories."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A point in time: always given with a zone, always returned in UTC with its zone (SQLite itself keeps none)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC. Raises ValueError for a moment without a zone, which nobody could place."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment is stored with its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC, with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text of any origin. What no database can hold (NUL, half a surrogate pair) is replaced by a mark.

    An app can deliver such characters inside well-formed JSON; refusing them would make one message stop all others.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text as both databases can hold it."""
        if value is None or (value.isascii() and "\x00" not in value):
            return value
        return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


ID = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite counts up only an INTEGER key."""


class Schema(DeclarativeBase):
    """What all tables share: how Python types are kept, and how constraints are named on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: ID,
        str: Words(),
        datetime: Moment(),
        date: Date(),
        bytes: LargeBinary(),
        list[Any]: JSON(none_as_null=True),
        dict[str, Any]: JSON(none_as_null=True),
    }


class Office(Schema):
    """A local government served by this installation."""

    __tablename__ = "offices"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    locality: Mapped[str]
    aliases: Mapped[list[Any]]
    second_confirmation: Mapped[bool] = mapped_column(server_default=false())
    letterhead: Mapped[dict[str, Any] | None]


class Unit(Schema):
    """A department of an office."""

    __tablename__ = "units"
    __table_args__ = (UniqueConstraint("office_id", "name"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"))
    name: Mapped[str]
    aliases: Mapped[list[Any]]


class Person(Schema):
    """A member of staff."""

    __tablename__ = "people"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id", ondelete="SET NULL"), index=True)
    name: Mapped[str]
    role: Mapped[str]
    active: Mapped[bool]
    phone: Mapped[str] = mapped_column(server_default=text("''"))


class Account(Schema):
    """One app's user, and the person it belongs to."""

    __tablename__ = "accounts"
    __table_args__ = (Index(None, "channel", "chat_id"),)

    channel: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    chat_id: Mapped[str]
    reachable: Mapped[bool]


class JoinCode(Schema):
    """A one-time code, kept only as its hash."""

    __tablename__ = "join_codes"

    code_sha256: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class JoinAttempts(Schema):
    """How often one account tried a code or a phone number in vain, so that nobody can go through them all."""

    __tablename__ = "join_attempts"

    channel: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]


class StandIn(Schema):
    """A colleague who acts for a person who is away, from a day to a day, both included."""

    __tablename__ = "stand_ins"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]


class Document(Schema):
    """A plan or another paper of an office."""

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("office_id", "file"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"))
    file: Mapped[str]
    number: Mapped[str]
    issued_on: Mapped[date | None]
    issuer: Mapped[str]
    title: Mapped[str]
    pages: Mapped[int]
    visibility: Mapped[str]
    sha256: Mapped[str]
    checked_on: Mapped[date | None]
    read_by: Mapped[str] = mapped_column(server_default=text("''"))


class Passage(Schema):
    """A piece of a document, with its vector once computed and the model that computed it."""

    __tablename__ = "passages"
    __table_args__ = (UniqueConstraint("document_id", "ordinal"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    kind: Mapped[str]
    heading: Mapped[list[Any]]
    text: Mapped[str]
    source: Mapped[str]
    start_at: Mapped[int]
    end_at: Mapped[int]
    page: Mapped[int | None]
    damage: Mapped[float] = mapped_column(server_default="0")
    sureness: Mapped[float] = mapped_column(server_default="1")
    vector: Mapped[bytes | None]
    vector_model: Mapped[str | None]


class Task(Schema):
    """A task of the register, its deadline in parts beside the plan's own words."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index(
            "uq_tasks_of_document",
            "office_id",
            "document_id",
            "number",
            unique=True,
            sqlite_where=text("number <> ''"),
            postgresql_where=text("number <> ''"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id", ondelete="SET NULL"), index=True)
    document_number: Mapped[str]
    file: Mapped[str]
    number: Mapped[str]
    title: Mapped[str]
    deadline_kind: Mapped[str]
    deadline_due: Mapped[date | None]
    deadline_every: Mapped[str | None]
    deadline_dates: Mapped[list[Any]]
    deadline_day: Mapped[int | None]
    deadline_text: Mapped[str]
    lead: Mapped[str]
    support: Mapped[str]
    product: Mapped[str]
    lead_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id", ondelete="SET NULL"), index=True)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    source: Mapped[str]
    confirmed: Mapped[bool]
    confidence: Mapped[float] = mapped_column(server_default="1")
    page: Mapped[int | None]
    spans: Mapped[list[Any] | None]
    dropped: Mapped[bool] = mapped_column(server_default=false())
    published: Mapped[bool] = mapped_column(server_default=false())
    support_unit_ids: Mapped[list[Any] | None]
    result: Mapped[str] = mapped_column(server_default=text("''"))
    status: Mapped[str]
    percent: Mapped[float | None]
    expected: Mapped[date | None]


class Target(Schema):
    """A figure the plan wants reached; `years` is a list of [year, the plan's words]."""

    __tablename__ = "targets"
    __table_args__ = (
        Index(
            "uq_targets_of_document",
            "office_id",
            "document_id",
            "number",
            unique=True,
            sqlite_where=text("number <> ''"),
            postgresql_where=text("number <> ''"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id", ondelete="SET NULL"), index=True)
    document_number: Mapped[str]
    number: Mapped[str]
    title: Mapped[str]
    years: Mapped[list[Any]]
    unit_of_measure: Mapped[str]
    lead: Mapped[str]
    source: Mapped[str]
    lead_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id", ondelete="SET NULL"), index=True)
    confirmed: Mapped[bool]
    confidence: Mapped[float] = mapped_column(server_default="1")
    page: Mapped[int | None]
    spans: Mapped[list[Any] | None]
    dropped: Mapped[bool] = mapped_column(server_default=false())
    published: Mapped[bool] = mapped_column(server_default=false())


class Share(Schema):
    """One unit's part in a task that several units carry."""

    __tablename__ = "task_shares"

    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="CASCADE"), primary_key=True, index=True)
    status: Mapped[str]
    percent: Mapped[float | None]
    expected: Mapped[date | None]


class Report(Schema):
    """A progress report as it was confirmed; a corrected one stays and is named by the report that supersedes it."""

    __tablename__ = "progress_reports"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    status: Mapped[str]
    percent: Mapped[float | None]
    obstacle: Mapped[str]
    expected: Mapped[date | None]
    said: Mapped[str]
    at: Mapped[datetime]
    supersedes_id: Mapped[int | None] = mapped_column(
        ForeignKey("progress_reports.id", ondelete="SET NULL"), index=True
    )
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id", ondelete="SET NULL"), index=True)
    approval: Mapped[str] = mapped_column(server_default=text("'none'"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    decided_at: Mapped[datetime | None]
    remark: Mapped[str] = mapped_column(server_default=text("''"))


class Achievement(Schema):
    """What was reported as reached of a target for a year; a corrected one stays and is named by what supersedes it."""

    __tablename__ = "achievements"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    year: Mapped[int]
    value: Mapped[float]
    said: Mapped[str]
    at: Mapped[datetime]
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("achievements.id", ondelete="SET NULL"), index=True)


class ExtensionRequest(Schema):
    """An official's request for more time, and what was decided."""

    __tablename__ = "extension_requests"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    wanted: Mapped[date]
    reason: Mapped[str]
    said: Mapped[str]
    status: Mapped[str]
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    decided_at: Mapped[datetime | None]
    granted: Mapped[date | None]
    remark: Mapped[str] = mapped_column(server_default=text("''"))


class DeadlineChange(Schema):
    """How a task's deadline changed: what it was, what it became, and the paper, request or person that changed it."""

    __tablename__ = "deadline_changes"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), index=True)
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    cause: Mapped[str]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id", ondelete="SET NULL"), index=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("extension_requests.id", ondelete="SET NULL"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    source: Mapped[str] = mapped_column(server_default=text("''"))
    status: Mapped[str]
    at: Mapped[datetime]


class Feedback(Schema):
    """What a citizen reported or proposed, under a code by which they follow it."""

    __tablename__ = "feedback"
    __table_args__ = (Index(None, "channel", "user_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str]
    chat_id: Mapped[str]
    user_id: Mapped[str]
    said: Mapped[str]
    place: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id", ondelete="SET NULL"), index=True)
    status: Mapped[str]
    at: Mapped[datetime]
    due: Mapped[date]


class FeedbackStep(Schema):
    """What happened to a citizen's feedback: passed on, answered, closed."""

    __tablename__ = "feedback_steps"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    status: Mapped[str]
    said: Mapped[str]
    at: Mapped[datetime]


class FeedbackBlock(Schema):
    """An account that the administrator has shut out from sending feedback."""

    __tablename__ = "feedback_blocks"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class File(Schema):
    """A photo or file somebody sent: known by the app's own id first, kept under the data folder once fetched."""

    __tablename__ = "files"
    __table_args__ = (
        UniqueConstraint("channel", "chat_id", "message_id", "remote_id"),
        Index(None, "status", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str]
    chat_id: Mapped[str]
    user_id: Mapped[str]
    message_id: Mapped[str]
    remote_id: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    status: Mapped[str]
    attempts: Mapped[int]
    next_try_at: Mapped[datetime]
    sha256: Mapped[str]
    error: Mapped[str | None]
    received_at: Mapped[datetime]
    report_id: Mapped[int | None] = mapped_column(ForeignKey("progress_reports.id", ondelete="SET NULL"), index=True)
    feedback_id: Mapped[int | None] = mapped_column(ForeignKey("feedback.id", ondelete="SET NULL"), index=True)


class CalendarDay(Schema):
    """A day that an office's calendar has otherwise than the rule: off, or worked in exchange."""

    __tablename__ = "calendar_days"
    __table_args__ = (UniqueConstraint("office_id", "day"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"))
    day: Mapped[date]
    works: Mapped[bool]
    label: Mapped[str] = mapped_column(server_default=text("''"))


class NoticeRules(Schema):
    """An office's own settings for reminders (only what differs from the defaults), and up to when it was planned."""

    __tablename__ = "notice_rules"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), primary_key=True)
    rules: Mapped[dict[str, Any]]
    planned_until: Mapped[datetime | None]


class NoticeWish(Schema):
    """The hour and the channel a person prefers for reminders."""

    __tablename__ = "notice_wishes"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    hour: Mapped[str | None]
    channel: Mapped[str | None]


class Snooze(Schema):
    """A person's wish to hear of a task, or of everything, no sooner than a moment."""

    __tablename__ = "snoozes"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), index=True)
    until: Mapped[datetime]
    said: Mapped[str] = mapped_column(server_default=text("''"))
    at: Mapped[datetime]


class Call(Schema):
    """An announcement or a request to report, as it was confirmed; `audience` and `about` are lists of ids."""

    __tablename__ = "calls"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    text: Mapped[str]
    audience: Mapped[list[Any]]
    about: Mapped[list[Any]]
    due: Mapped[date | None]
    emergency: Mapped[bool]
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class ReportSchedule(Schema):
    """That an office, or a plan, is reported on by this kind of period."""

    __tablename__ = "report_schedules"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), index=True)
    dates: Mapped[list[Any]]
    first_day: Mapped[int]
    opens_before: Mapped[int]
    lead_days: Mapped[int]
    active: Mapped[bool]
    since: Mapped[date | None]


class ReportPeriod(Schema):
    """One reporting period, unique by its name; `figures` are what stood in the register when it was frozen."""

    __tablename__ = "report_periods"
    __table_args__ = (UniqueConstraint("office_id", "key"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("report_schedules.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), index=True)
    first: Mapped[date]
    cutoff: Mapped[date]
    opens: Mapped[date]
    due: Mapped[date]
    key: Mapped[str]
    dropped: Mapped[bool] = mapped_column(server_default=false())
    frozen_at: Mapped[datetime | None]
    figures: Mapped[dict[str, Any] | None]


class PeriodicReport(Schema):
    """A version of a period's report: its whole content, the template it was made with, and where it stands."""

    __tablename__ = "periodic_reports"
    __table_args__ = (UniqueConstraint("period_id", "version"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("report_periods.id", ondelete="CASCADE"))
    version: Mapped[int]
    status: Mapped[str]
    number: Mapped[str] = mapped_column(server_default=text("''"))
    content: Mapped[dict[str, Any]]
    template_sha256: Mapped[str] = mapped_column(server_default=text("''"))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    made_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    decided_at: Mapped[datetime | None]
    issued_on: Mapped[date | None]


class PeriodicReportStep(Schema):
    """What happened to a periodic report: a remark, an approval, a return."""

    __tablename__ = "periodic_report_steps"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("periodic_reports.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    step: Mapped[str]
    part: Mapped[str] = mapped_column(server_default=text("''"))
    said: Mapped[str] = mapped_column(server_default=text("''"))
    at: Mapped[datetime]


class Sender(Schema):
    """A process that empties the outbox, for which channels, and when it last said that it is alive."""

    __tablename__ = "senders"

    id: Mapped[str] = mapped_column(primary_key=True)
    channels: Mapped[list[Any]]
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]


class Notice(Schema):
    """The ledger of reminders: one row for each occurrence and person, so that none is lost and none sent twice."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("office_id", "subject", "rule", "occurrence", "person_id"),
        Index(None, "status", "release_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    subject: Mapped[str]
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), index=True)
    period_id: Mapped[int | None] = mapped_column(ForeignKey("report_periods.id", ondelete="CASCADE"), index=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), index=True)
    rule: Mapped[str]
    occurrence: Mapped[date]
    scheduled: Mapped[datetime]
    release_at: Mapped[datetime]
    late: Mapped[bool]
    urgent: Mapped[bool]
    status: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default=text("''"))
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id", ondelete="SET NULL"), index=True)
    channel: Mapped[str] = mapped_column(server_default=text("''"))
    message_id: Mapped[str | None]
    opened_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]


class Conversation(Schema):
    """What one chat remembers between two messages."""

    __tablename__ = "conversations"

    channel: Mapped[str] = mapped_column(primary_key=True)
    chat_id: Mapped[str] = mapped_column(primary_key=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    memory: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(server_default=text("0"))


class Update(Schema):
    """The inbox: a raw update, stored before it is acknowledged to the app."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "update_id"),
        Index(None, "status", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id", ondelete="SET NULL"))
    channel: Mapped[str]
    update_id: Mapped[str]
    raw: Mapped[str]
    status: Mapped[str]
    attempts: Mapped[int]
    error: Mapped[str | None]
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Message(Schema):
    """The outbox: a reply decided upon, until the app has given it a message id."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(None, "channel", "status", "priority", "office_id", "id"),
        Index(None, "channel", "chat_id", "status", "id"),
        Index(None, "message_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id", ondelete="SET NULL"))
    key: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str]
    chat_id: Mapped[str]
    reply: Mapped[dict[str, Any]]
    cause: Mapped[str]
    status: Mapped[str]
    attempts: Mapped[int]
    maybe_duplicate: Mapped[bool]
    next_try_at: Mapped[datetime]
    message_id: Mapped[str | None]
    error: Mapped[str | None]
    queued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    sender_id: Mapped[str | None]
    delivered_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    said_by_id: Mapped[int | None]
    priority: Mapped[int] = mapped_column(server_default="0")
    unanswered: Mapped[bool] = mapped_column(server_default=false())


class Question(Schema):
    """A question asked, as understood, and how it ended."""

    __tablename__ = "questions"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    channel: Mapped[str]
    chat_id: Mapped[str]
    asked: Mapped[str]
    understood: Mapped[str]
    status: Mapped[str]
    answer: Mapped[str]
    citations: Mapped[list[Any]]
    took_ms: Mapped[float]
    at: Mapped[datetime]


class Contact(Schema):
    """A chat's last word to the bot, by which an app tells whether it may be written to."""

    __tablename__ = "contacts"

    channel: Mapped[str] = mapped_column(primary_key=True)
    chat_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str]
    last_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    template_refused_at: Mapped[datetime | None]


class Quota(Schema):
    """How much an app still lets us send, as it said or as we counted."""

    __tablename__ = "quotas"

    channel: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    remaining: Mapped[int | None]
    total: Mapped[int | None]
    read_at: Mapped[datetime]
    until: Mapped[datetime | None]


class ChannelHold(Schema):
    """An app through which nothing goes out until a moment, or until somebody has mended what is the matter."""

    __tablename__ = "channel_holds"

    channel: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    detail: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    told_at: Mapped[datetime | None]


class ZaloToken(Schema):
    """The Official Account's tokens, sealed with the installation's key, and who is renewing them."""

    __tablename__ = "zalo_tokens"

    app_id: Mapped[str] = mapped_column(primary_key=True)
    sealed_access: Mapped[bytes | None]
    sealed_refresh: Mapped[bytes | None]
    sealed_seed: Mapped[bytes | None]
    seeds: Mapped[list[Any]]
    generation: Mapped[int]
    expires_at: Mapped[datetime | None]
    refreshed_at: Mapped[datetime | None]
    refresh_since: Mapped[datetime | None]
    claimed_by: Mapped[str | None]
    claimed_at: Mapped[datetime | None]
    trouble: Mapped[str | None]
    troubled_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]


class MessageTemplate(Schema):
    """A template that the app has approved for a purpose, and what fills its parameters."""

    __tablename__ = "message_templates"
    __table_args__ = (UniqueConstraint("channel", "office_id", "purpose"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"))
    channel: Mapped[str]
    purpose: Mapped[str]
    template_id: Mapped[str]
    fields: Mapped[dict[str, Any]]
    parameters: Mapped[list[Any]]
    status: Mapped[str]
    checked_at: Mapped[datetime]


class Group(Schema):
    """A group chat the bot is in, and what its office lets it say there."""

    __tablename__ = "groups"

    channel: Mapped[str] = mapped_column(primary_key=True)
    chat_id: Mapped[str] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    title: Mapped[str]
    is_staff: Mapped[bool]
    summary: Mapped[bool]
    since: Mapped[datetime]
    left_at: Mapped[datetime | None]
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    summary_weekday: Mapped[int | None]
    summary_hour: Mapped[str | None]
    summed_on: Mapped[date | None]


class Verification(Schema):
    """A code sent to where a person is known already, by which an account that named their number proves it."""

    __tablename__ = "verifications"
    __table_args__ = (Index(None, "channel", "user_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    user_id: Mapped[str]
    chat_id: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    code_sha256: Mapped[str]
    sent_to: Mapped[str]
    tries: Mapped[int]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Block(Schema):
    """An account that is not answered, until a moment or for good."""

    __tablename__ = "blocks"

    channel: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class Switch(Schema):
    """The bot turned off or on by an office, with the reason; the newest row holds."""

    __tablename__ = "switches"
    __table_args__ = (Index(None, "office_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id", ondelete="CASCADE"))
    is_on: Mapped[bool]
    reason: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    until: Mapped[datetime | None]


class PrivacyNotice(Schema):
    """That somebody was shown what is kept of them, and whether they agreed or took it back."""

    __tablename__ = "privacy_notices"

    channel: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str]
    shown_at: Mapped[datetime]
    agreed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class Erasure(Schema):
    """A request to erase what is kept of somebody; once it is done it names the account by its hash alone."""

    __tablename__ = "erasures"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id", ondelete="SET NULL"))
    account_sha256: Mapped[str]
    source: Mapped[str]
    channel: Mapped[str | None]
    user_id: Mapped[str | None]
    chat_id: Mapped[str | None]
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any]]


class Handout(Schema):
    """A file that may be fetched by a link for some time, where an app cannot carry it."""

    __tablename__ = "handouts"

    token_sha256: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    media_type: Mapped[str]
    sha256: Mapped[str]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class AuditEntry(Schema):
    """Who changed what. It points at offices and people by number only, so that it outlives them."""

    __tablename__ = "audit_log"
    __table_args__ = (Index(None, "office_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int | None]
    person_id: Mapped[int | None]
    action: Mapped[str]
    subject: Mapped[str]
    details: Mapped[dict[str, Any]]
    at: Mapped[datetime]


def _table(model: type[Schema]) -> Table:
    return cast(Table, model.__table__)


offices = _table(Office)
units = _table(Unit)
people = _table(Person)
accounts = _table(Account)
join_codes = _table(JoinCode)
join_attempts = _table(JoinAttempts)
stand_ins = _table(StandIn)
documents = _table(Document)
passages = _table(Passage)
tasks = _table(Task)
targets = _table(Target)
shares = _table(Share)
reports = _table(Report)
achievements = _table(Achievement)
extension_requests = _table(ExtensionRequest)
deadline_changes = _table(DeadlineChange)
feedback = _table(Feedback)
feedback_steps = _table(FeedbackStep)
feedback_blocks = _table(FeedbackBlock)
files = _table(File)
calendar_days = _table(CalendarDay)
notice_rules = _table(NoticeRules)
notice_wishes = _table(NoticeWish)
snoozes = _table(Snooze)
calls = _table(Call)
report_schedules = _table(ReportSchedule)
report_periods = _table(ReportPeriod)
periodic_reports = _table(PeriodicReport)
periodic_report_steps = _table(PeriodicReportStep)
senders = _table(Sender)
notices = _table(Notice)
conversations = _table(Conversation)
inbox = _table(Update)
outbox = _table(Message)
questions = _table(Question)
audit_log = _table(AuditEntry)
contacts = _table(Contact)
quotas = _table(Quota)
channel_holds = _table(ChannelHold)
zalo_tokens = _table(ZaloToken)
message_templates = _table(MessageTemplate)
groups = _table(Group)
verifications = _table(Verification)
blocks = _table(Block)
switches = _table(Switch)
privacy_notices = _table(PrivacyNotice)
erasures = _table(Erasure)
handouts = _table(Handout)
