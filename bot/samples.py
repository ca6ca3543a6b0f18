"""Loads the invented ward of `samples/`, so that a newcomer can talk to the product at once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
import yaml

from bot.channels.web import persona_account
from bot.ingesting import ingest
from bot.web.desk import Persona
from domain.clock import day_text, local_day
from domain.deadlines import Deadline, DeadlineKind, parse_deadline
from domain.feedback import OPEN, FeedbackStatus, StepKind
from domain.letterhead import letterhead_of
from domain.messages import Incoming, Kind
from domain.people import Person, Role
from domain.phones import phone_number
from domain.plans import Document, Target, Visibility
from domain.progress import Understood
from domain.tasks import Task, TaskStatus
from storage import Repositories, Storage

log = structlog.get_logger()
_DAYS_TO_ANSWER = 10


async def load_samples(storage: Storage, folder: Path, now: datetime) -> None:
    """Fill an empty data folder with the invented ward; one that already has people is left as it is."""
    described = yaml.safe_load((folder / "office.yaml").read_text(encoding="utf-8"))
    office_of = described["office"]
    async with storage.writing() as records:
        if await _is_in_use(records, office_of["name"]):
            return
        office = await records.offices.ensure(
            office_of["name"], office_of["locality"], tuple(office_of.get("aliases", ()))
        )
        await records.offices.set_letterhead(office.id, letterhead_of(office_of.get("letterhead", {})))
    for entry in described["documents"]:
        await ingest(storage, office.id, [folder / entry["file"]], Visibility(entry["visibility"]), now)
    # One transaction, so that a folder half filled by a crash is filled again at the next start.
    async with storage.writing() as records:
        await _Filling(records, office.id, described, now).fill()
    log.info("samples loaded", folder=folder.name)


async def personas(storage: Storage, folder: Path) -> list[Persona]:
    """Whom a visitor may play, as `samples/office.yaml` names them and the database holds them."""
    described = yaml.safe_load((folder / "office.yaml").read_text(encoding="utf-8"))
    found = []
    async with storage.reading() as records:
        for entry in described["people"]:
            if "persona" not in entry:
                continue
            person = await records.people.by_account("web", persona_account(entry["persona"]))
            if person is not None:
                found.append(Persona(id=entry["persona"], name=person.name, role=person.role, unit=person.unit_name))
    return found


async def _is_in_use(records: Repositories, sample: str) -> bool:
    """True when a real office lives here, or the sample office is furnished already."""
    for office in await records.offices.all():
        if await records.people.of_office(office.id):
            return True
        if office.name != sample and await records.library.documents(office.id):
            return True
    return False


class _Filling:
    """Writes what `office.yaml` describes into one transaction."""

    def __init__(self, records: Repositories, office_id: int, described: Mapping[str, Any], now: datetime) -> None:
        self._records = records
        self._office_id = office_id
        self._described = described
        self._now = now
        self._units: dict[str, tuple[int, str]] = {}
        self._people: dict[str, Person] = {}
        self._documents: dict[str, Document] = {}

    async def fill(self) -> None:
        for document in await self._records.library.documents(self._office_id):
            self._documents[document.file] = document
        for entry in self._described["units"]:
            unit = await self._records.people.add_unit(self._office_id, entry["name"], tuple(entry.get("aliases", ())))
            self._units[entry["id"]] = (unit.id, unit.name)
        for entry in self._described["people"]:
            await self._person(entry)
        for entry in self._described["tasks"]:
            await self._task(entry)
        for entry in self._described["targets"]:
            await self._target(entry)
        for number, entry in enumerate(self._described.get("feedback", ()), 1):
            await self._feedback(entry, f"citizen-{number}")

    async def _person(self, entry: Mapping[str, Any]) -> None:
        unit_id = self._units[entry["unit"]][0] if "unit" in entry else None
        phone = phone_number(str(entry.get("phone", ""))) or ""
        person = await self._records.people.add(self._office_id, entry["name"], Role(entry["role"]), unit_id, phone)
        self._people[entry["id"]] = person
        if "persona" in entry:
            account = persona_account(entry["persona"])
            await self._records.people.bind(person.id, "web", account, account)

    async def _task(self, entry: Mapping[str, Any]) -> None:
        document = self._documents.get(entry.get("document", ""))
        unit_id, unit_name = self._units[entry["lead"]]
        assignee = self._people[entry["assignee"]] if "assignee" in entry else None
        task = await self._records.register.put_task(
            Task(
                id=0,
                office_id=self._office_id,
                number=entry["number"],
                title=entry["title"],
                deadline=_deadline(entry, self._now),
                lead=unit_name,
                support=entry.get("support", ""),
                product=entry.get("product", ""),
                lead_unit_id=unit_id,
                assignee_id=assignee.id if assignee else None,
                document_id=document.id if document else None,
                confirmed=True,
                published=bool(entry.get("published")),
                result=entry.get("result", ""),
            )
        )
        if "status" in entry and assignee is not None:
            await self._report(task, assignee, entry, entry.get("said") or entry.get("obstacle") or entry["title"])
        if "shares" in entry:
            await self._records.register.set_shares(task.id, [self._units[unit][0] for unit in entry["shares"]])
        for report in entry.get("reports", ()):
            await self._report(task, self._people[report["by"]], report, report["said"])

    async def _report(self, task: Task, person: Person, entry: Mapping[str, Any], sentence: str) -> None:
        said = Understood(
            "report",
            task=task.number,
            percent=entry.get("percent"),
            status=TaskStatus(entry["status"]),
            obstacle=entry.get("obstacle"),
        )
        await self._records.register.add_report(task, person, said, sentence, self._now)

    async def _target(self, entry: Mapping[str, Any]) -> None:
        document = self._documents.get(entry.get("document", ""))
        unit_id, unit_name = self._units[entry["lead"]]
        target = await self._records.register.put_target(
            Target(
                id=0,
                office_id=self._office_id,
                number=entry["number"],
                title=entry["title"],
                values=tuple((int(year), str(words)) for year, words in entry["values"].items()),
                unit_of_measure=entry.get("unit", ""),
                lead=unit_name,
                lead_unit_id=unit_id,
                document_id=document.id if document else None,
                confirmed=True,
                published=bool(entry.get("published", False)),
            )
        )
        for year, reported in entry.get("reported", {}).items():
            person = self._people[reported["by"]]
            await self._records.achievements.add(
                target, person, int(year), float(reported["value"]), reported["said"], self._now
            )

    async def _feedback(self, entry: Mapping[str, Any], citizen: str) -> None:
        unit_id = self._units[entry["unit"]][0] if "unit" in entry else None
        account = persona_account(citizen)
        sent = Incoming("web", citizen, account, account, Kind.TEXT, entry["said"])
        due = local_day(self._now) + timedelta(days=_DAYS_TO_ANSWER)
        case = await self._records.feedback.add(
            self._office_id, sent, entry["said"], entry["place"], unit_id, due, self._now
        )
        if "answer" in entry:
            answered = entry["answer"]
            person = self._people[answered["by"]]
            await self._records.feedback.note(case.id, StepKind.ANSWERED, self._now, answered["said"], person.id)
            await self._records.feedback.move(case.id, OPEN, FeedbackStatus.ANSWERED)


def _deadline(entry: Mapping[str, Any], now: datetime) -> Deadline:
    if "in_days" in entry:
        due = local_day(now) + timedelta(days=int(entry["in_days"]))
        return Deadline(DeadlineKind.DATE, due=due, text=day_text(due))
    return parse_deadline(str(entry["deadline"]))
