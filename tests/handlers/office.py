"""An office in memory: the ports that errands use, small and true to their contracts.

Everything kept is frozen or copied on the way in and out, so that a test cannot change the books by accident.
"""

import copy
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.answers import Answer, AnswerStatus, Asker, Citation
from domain.charts import Chart
from domain.deadlines import Deadline, DeadlineKind
from domain.messages import Attachment, Incoming, Kind, Reply
from domain.people import Account, JoinRefused, Office, Person, Role, Unit
from domain.plans import Document, Passage, PassageKind, Target, Visibility
from domain.ports import Records
from domain.progress import ProgressReport, Understood
from domain.tasks import Task, TaskStatus
from handlers import respond
from handlers.turn import Turn

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
    codes: dict[str, tuple[int, str]] = field(default_factory=dict)
    documents_kept: list[Document] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    asked: list[tuple[str, Answer]] = field(default_factory=list)
    audited: list[tuple[int | None, int | None, str, str, dict[str, Any]]] = field(default_factory=list)
    opened: int = 0
    looking: int = 0

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
        return [t for t in self.tasks_kept if t.office_id == office_id and (t.confirmed or not confirmed_only)]

    async def targets(self, office_id: int) -> Sequence[Target]:
        return []

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
    ) -> ProgressReport:
        status = said.status or task.status
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
        )
        self.reports_kept.append(report)
        moved = replace(task, status=status, percent=said.percent, expected=said.expected)
        self.tasks_kept = [moved if t.id == task.id else t for t in self.tasks_kept]
        return report

    # -- questions and audit share one method name, so they are told apart by a small view each
    @property
    def questions(self) -> "Questions":
        return Questions(self)

    @property
    def audit(self) -> "Audit":
        return Audit(self)

    @property
    def offices(self) -> "Offices":
        return Offices()

    @property
    def people(self) -> "Books":
        return self

    @property
    def library(self) -> "Books":
        return self

    @property
    def register(self) -> "Books":
        return self

    @property
    def reminders(self) -> Any:
        raise AssertionError("errands send no reminders")

    @property
    def outbox(self) -> Any:
        raise AssertionError("errands return replies and queue nothing")


class Offices:
    """The one office."""

    async def all(self) -> Sequence[Office]:
        return [OFFICE]

    async def get(self, office_id: int) -> Office | None:
        return OFFICE if office_id == OFFICE.id else None


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
        self.drawn: list[Chart] = []
        self._in_group = in_group

    async def send(self, kind: Kind = Kind.TEXT, text: str = "", action: str = "") -> list[Reply]:
        """One message; the memory goes through JSON, as it does between real turns."""
        incoming = Incoming(
            channel="web",
            update_id="u",
            chat_id="c",
            user_id="u",
            kind=kind,
            text=text,
            action=action,
            in_group=self._in_group,
        )
        turn = Turn(
            incoming=incoming,
            office=OFFICE,
            person=self.person,
            memory=json.loads(json.dumps(self.memory)),
            now=self.now,
            answerer=self.answerer,
            open_records=self._open,
            open_reading=self._look,
            draw=self._draw,
        )
        self.replies = await respond(turn)
        self.memory = json.loads(json.dumps(turn.memory))
        return self.replies

    async def _open(self) -> Records:
        self.books.opened += 1
        return self.books

    @asynccontextmanager
    async def _look(self) -> AsyncIterator[Records]:
        self.books.opened += 1
        self.books.looking += 1
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
