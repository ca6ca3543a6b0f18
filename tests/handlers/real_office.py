"""The errands over a real database: an office of two units, and a chat for each of its people."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from domain.deadlines import parse_deadline
from domain.exports import WriteReport, write_no_report
from domain.messages import Incoming, Kind, Reply
from domain.people import Office, Person, Role
from domain.tasks import Task
from handlers import respond
from handlers.turn import Told, Turn
from storage import Storage
from tests.handlers.office import FakeAnswerer

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday 2 March 2026, 08:00 in the office."""

STAFF = {
    "an": ("Lê Hoài An", Role.OFFICIAL, "Phòng Văn hóa - Xã hội"),
    "binh": ("Trần Quốc Bình", Role.OFFICIAL, "Phòng Kinh tế"),
    "binh_too": ("Phạm Thị Bình", Role.OFFICIAL, "Phòng Văn hóa - Xã hội"),
    "hanh": ("Vũ Thị Hạnh", Role.HEAD, "Phòng Văn hóa - Xã hội"),
    "hai": ("Bùi Đức Hải", Role.HEAD, "Phòng Kinh tế"),
    "son": ("Đặng Minh Sơn", Role.LEADER, ""),
    "trang": ("Phan Thu Trang", Role.ADMINISTRATOR, ""),
}
TASKS = (
    ("1", "Kiện toàn Tổ công nghệ số cộng đồng", "Phòng Văn hóa - Xã hội", "an", "27/3/2026", "08/KH-UBND"),
    ("2", "Mở 4 lớp kỹ năng số", "Phòng Văn hóa - Xã hội", "an", "31/3/2026", "08/KH-UBND"),
    ("3", "Lắp mã QR tại chợ", "Phòng Kinh tế", "binh", "15/4/2026", "08/KH-UBND"),
    ("5", "Duy trì bản tin truyền thanh", "Phòng Văn hóa - Xã hội", "", "Thường xuyên", "08/KH-UBND"),
    ("2", "Trồng 300 cây bóng mát", "Phòng Kinh tế", "binh", "10/3/2026", "15/KH-UBND"),
)


@dataclass
class RealOffice:
    """The database, who works here, and what was said to others than the speakers."""

    storage: Storage
    office: Office
    people: dict[str, Person]
    now: datetime = NOW
    told: list[Told] = field(default_factory=list)
    warned: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    write_report: WriteReport = write_no_report

    def chat(self, who: str = "", channel: str = "telegram", *, in_group: bool = False, group: str = "") -> "RealChat":
        """Somebody's chat; without a name, or with a stranger's, that of a citizen. `group` names the group's id."""
        return RealChat(self, who or "stranger", channel, in_group or bool(group), group)

    def told_to(self, who: str) -> str:
        """What was said to a colleague, in order."""
        return "\n---\n".join(t.reply.text for t in self.told if t.person_id == self.people[who].id)

    async def holder(self, number: str, document: str = "08/KH-UBND") -> str:
        """Who is named for a task."""
        async with self.storage.reading() as records:
            for task in await records.register.tasks(self.office.id):
                if (task.number, task.document_number) == (number, document):
                    return task.assignee_name
        raise AssertionError(f"there is no task {number} of {document}")

    async def task_id(self, number: str, document: str = "08/KH-UBND") -> int:
        """The id of a task."""
        async with self.storage.reading() as records:
            tasks = await records.register.tasks(self.office.id)
        return next(t.id for t in tasks if (t.number, t.document_number) == (number, document))

    async def audited(self) -> list[str]:
        """What the audit log holds, in order."""
        async with self.storage.reading() as records:
            return [str(entry["action"]) for entry in reversed(await records.audit.recent(self.office.id))]


@asynccontextmanager
async def open_real_office(folder: Path) -> AsyncIterator[RealOffice]:
    """An office in a fresh database; everyone has joined on Telegram under their key."""
    opened: list[RealOffice] = []
    clock = lambda: opened[0].now if opened else NOW  # noqa: E731
    storage = Storage.open(f"sqlite:///{folder / 'office.db'}", clock=clock)
    await storage.migrate()
    async with storage.writing() as records:
        office = await records.offices.ensure("UBND phường Gò Mây", "Gò Mây", [])
        people = {}
        for key, (name, role, unit_name) in STAFF.items():
            unit = await records.people.add_unit(office.id, unit_name) if unit_name else None
            people[key] = await records.people.add(office.id, name, role, unit.id if unit else None)
            await records.people.bind(people[key].id, "telegram", key, key)
        for number, title, unit_name, who, deadline, document in TASKS:
            unit = await records.people.unit_by_name(office.id, unit_name)
            assert unit is not None
            await records.register.add_task(
                Task(
                    0,
                    office.id,
                    number,
                    title,
                    parse_deadline(deadline),
                    lead=unit_name,
                    lead_unit_id=unit.id,
                    assignee_id=people[who].id if who else None,
                    document_number=document,
                )
            )
    try:
        opened.append(RealOffice(storage, office, people))
        yield opened[0]
    finally:
        await storage.close()


class RealChat:
    """One person's chat with the bot, each message a transaction of its own."""

    def __init__(self, office: RealOffice, who: str, channel: str, in_group: bool, group: str = "") -> None:
        self.chat_id = group or who
        self.office = office
        self.who = who
        self.channel = channel
        self.in_group = in_group
        self.memory: dict[str, Any] = {}
        self.replies: list[Reply] = []
        self._count = 0

    async def send(
        self,
        kind: Kind = Kind.TEXT,
        text: str = "",
        action: str = "",
        phone: str = "",
        reply_to: str = "",
        **more: Any,
    ) -> str:
        """One message; the memory goes through JSON, as it does between real turns."""
        self._count += 1
        async with self.office.storage.reading() as records:
            person = await records.people.by_account(self.channel, self.who)
        async with self.office.storage.writing() as records:

            async def opened() -> Any:
                return records

            turn = Turn(
                incoming=Incoming(
                    channel=self.channel,
                    update_id=f"{self.who}{self._count}",
                    chat_id=self.chat_id,
                    user_id=self.who,
                    kind=kind,
                    text=text,
                    action=action,
                    in_group=self.in_group,
                    phone=phone,
                    reply_to=reply_to,
                    **more,
                ),
                office=self.office.office,
                person=person,
                memory=json.loads(json.dumps(self.memory)),
                now=self.office.now,
                answerer=FakeAnswerer(),
                open_records=opened,
                open_reading=self.office.storage.reading,
                write_report=self.office.write_report,
            )
            self.replies = await respond(turn)
        self.memory = json.loads(json.dumps(turn.memory))
        self.office.told += turn.told
        self.office.warned += turn.warnings
        return self.text

    async def say(self, text: str) -> str:
        """Type a message; the replies' text."""
        return await self.send(text=text)

    async def press(self, label: str) -> str:
        """Press a button of the last replies by its label; the replies' text."""
        actions = [b.action for reply in self.replies for b in reply.buttons if b.label == label]
        assert actions, f"no button {label!r} among {self.labels}"
        return await self.act(actions[0])

    async def act(self, action: str) -> str:
        """Send a button's action, whether or not it was offered."""
        return await self.send(Kind.ACTION, action=action)

    async def share(self, phone: str) -> str:
        """Share one's own number, as the app vouches."""
        return await self.send(Kind.CONTACT, phone=phone)

    @property
    def text(self) -> str:
        return "\n---\n".join(reply.text for reply in self.replies)

    @property
    def labels(self) -> list[str]:
        return [b.label for reply in self.replies for b in reply.buttons]

    @property
    def actions(self) -> list[str]:
        return [b.action for reply in self.replies for b in reply.buttons]
