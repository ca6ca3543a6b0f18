"""The register on the administrator's desk: what the commands do with drafts, tasks, targets and moved deadlines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import texts
from domain.changes import Cause, ChangeStatus, DeadlineChange, is_same
from domain.deadlines import DeadlineKind, parse_deadline
from domain.drafts import confidence_of, doubts, fingerprint, merged, merged_targets, split
from domain.editing import means_every_unit, people_named
from domain.plans import Target
from domain.tasks import Share, Task
from domain.units import units_in
from storage import Repositories

Entry = Task | Target


class Impossible(Exception):
    """What was asked for cannot be done; `key` and `blanks` say why in a sentence."""

    def __init__(self, key: str, **blanks: object) -> None:
        super().__init__(key)
        self.key = key
        self.blanks = blanks


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one entry: "confirmed", "dropped", "edited", "merged", "split", "published" and the like."""

    outcome: str
    id: str
    number: str
    title: str

    def as_json(self) -> dict[str, Any]:
        """The form the commands print with --json."""
        return {"outcome": self.outcome, "id": self.id, "number": self.number, "title": self.title}


@dataclass(frozen=True, slots=True)
class Desk:
    """One office's register within one transaction. `kind` is "tasks" or "targets"."""

    records: Repositories
    office_id: int
    kind: str
    now: datetime

    async def waiting(self, document: str = "") -> list[dict[str, Any]]:
        """What waits for a decision, as rows to print: drafts, and before the tasks the deadlines papers would move."""
        await self._match_units()
        rows = [_row(entry) for entry in await self._drafts() if document in ("", entry.document_number)]
        if self.kind != "tasks":
            return rows
        changes = []
        for change in await self.records.changes.proposed(self.office_id):
            task = await self.records.register.task(change.task_id)
            if task is not None and document in ("", task.document_number, change.document_number):
                changes.append(_change_row(change, task))
        return [*changes, *rows]

    async def confirm(self, ids: Sequence[str], document: str = "", *, sure_only: bool = False) -> list[Done]:
        """Make drafts part of the register, by id or all of a document; a moved deadline ("c7") is applied."""
        done = []
        for change_id in (i for i in ids if i.startswith("c")):
            done.append(await self._decide(change_id, ChangeStatus.APPLIED, "applied"))
        await self._match_units()
        drafts = await self._chosen([i for i in ids if not i.startswith("c")], document)
        for entry in drafts:
            if entry.confirmed or (sure_only and doubts(entry)):
                continue
            await self._save(entry, replace(entry, confirmed=True, dropped=False), "draft.confirmed")
            done.append(_done("confirmed", entry))
        return done

    async def drop(self, ids: Sequence[str]) -> list[Done]:
        """Set drafts aside for good; a moved deadline ("c7") is dismissed."""
        done = []
        for change_id in (i for i in ids if i.startswith("c")):
            done.append(await self._decide(change_id, ChangeStatus.DISMISSED, "dismissed"))
        for entry in await self._chosen([i for i in ids if not i.startswith("c")]):
            if entry.confirmed:
                raise Impossible("cli.register.not_a_draft", id=entry.id)
            await self._save(entry, replace(entry, dropped=True), "draft.dropped")
            done.append(_done("dropped", entry))
        return done

    async def publish(self, ids: Sequence[str], document: str, *, published: bool) -> list[Done]:
        """Show confirmed entries to citizens, or no longer."""
        done = []
        for entry in await self._chosen(ids, document):
            if not entry.confirmed:
                if ids:
                    raise Impossible("cli.register.not_confirmed", id=entry.id)
                continue
            if entry.published != published:
                await self._save(entry, replace(entry, published=published), "register.published")
                done.append(_done("published" if published else "unpublished", entry))
        return done

    async def edit(self, entry_id: str, said: dict[str, str | None]) -> list[Done]:
        """Change fields of a draft or of what is confirmed. Raises Impossible for what cannot be read."""
        (entry,) = await self._chosen([entry_id])
        fields: dict[str, Any] = {
            name: said[name] for name in ("title", "lead", "support", "product") if said.get(name) is not None
        }
        if (words := said.get("deadline")) is not None:
            fields["deadline"] = parse_deadline(words)
            if fields["deadline"].kind is DeadlineKind.UNKNOWN and words:
                raise Impossible("cli.register.bad_deadline", text=words)
        if (words := said.get("lead")) is not None:
            fields |= await self._lead(words, entry)
        if (words := said.get("assignee")) is not None:
            fields |= await self._assignee(words)
        known = {name: value for name, value in fields.items() if hasattr(entry, name)}
        changed = replace(entry, **known)
        await self._save(entry, changed, "register.edited" if entry.confirmed else "draft.edited")
        if isinstance(entry, Task) and isinstance(changed, Task) and entry.confirmed:
            await self._note_deadline(entry, changed)
        return [_done("edited", changed)]

    async def merge(self, ids: Sequence[str]) -> list[Done]:
        """Put drafts together into the first of them, which stays a draft; the others are set aside."""
        first, *others = await self._chosen(ids)
        if not others or any(entry.confirmed or entry.dropped for entry in (first, *others)):
            raise Impossible("cli.register.only_drafts")
        whole: Entry = first
        for other in others:
            if isinstance(whole, Task) and isinstance(other, Task):
                whole = merged(whole, other)
            elif isinstance(whole, Target) and isinstance(other, Target):
                whole = merged_targets(whole, other)
            await self._save(other, replace(other, dropped=True), "draft.merged")
        await self._save(first, whole, "draft.edited")
        return [_done("merged", whole)]

    async def split(self, entry_id: str, titles: Sequence[str]) -> list[Done]:
        """Put several drafts in the place of one."""
        (entry,) = await self._chosen([entry_id])
        if not isinstance(entry, Task) or entry.confirmed or entry.dropped:
            raise Impossible("cli.register.only_drafts")
        if len(titles) < 2:
            raise Impossible("cli.register.two_parts")
        taken = await self.records.drafts.numbers(entry)
        await self._save(entry, replace(entry, dropped=True), "draft.split")
        return [_done("split", await self.records.drafts.add_task(part)) for part in split(entry, titles, taken)]

    async def _match_units(self) -> None:
        units = await self.records.people.units(self.office_id)
        await self.records.drafts.match_units(self.office_id, units)

    async def _drafts(self) -> Sequence[Entry]:
        if self.kind == "tasks":
            return await self.records.drafts.tasks(self.office_id)
        return await self.records.drafts.targets(self.office_id)

    async def _every(self) -> Sequence[Entry]:
        if self.kind == "tasks":
            return await self.records.drafts.every_task(self.office_id)
        return await self.records.drafts.every_target(self.office_id)

    async def _chosen(self, ids: Sequence[str], document: str = "") -> list[Entry]:
        every = await self._every()
        if not ids:
            found = [e for e in every if document and e.document_number == document and not e.dropped]
            if document and not found:
                raise Impossible("cli.register.no_document", document=document)
            return found
        by_id = {str(entry.id): entry for entry in every}
        for wanted in ids:
            if wanted not in by_id:
                raise Impossible("cli.register.no_entry", id=wanted)
        return [by_id[wanted] for wanted in dict.fromkeys(ids)]

    async def _save(self, before: Entry, after: Entry, action: str) -> None:
        seen = fingerprint(before)
        if isinstance(after, Task):
            saved: Entry | None = await self.records.drafts.save_task(after, seen)
        else:
            saved = await self.records.drafts.save_target(after, seen)
        if saved is None:
            raise Impossible("cli.register.moved", id=before.id)
        subject = f"{'task' if isinstance(after, Task) else 'target'}:{before.id}"
        await self.records.audit.note(self.office_id, None, action, subject, self.now)

    async def _lead(self, words: str, entry: Entry) -> dict[str, Any]:
        units = await self.records.people.units(self.office_id)
        named = list(units) if means_every_unit(words) else units_in(words, units)
        if len(named) > 1 and isinstance(entry, Task):
            shares = tuple(Share(unit.id, unit.name) for unit in named)
            return {"lead_unit_id": None, "lead_unit_name": "", "shares": shares}
        one = named[0] if named else None
        return {"lead_unit_id": one.id if one else None, "lead_unit_name": one.name if one else "", "shares": ()}

    async def _assignee(self, words: str) -> dict[str, Any]:
        named = people_named(words, await self.records.people.of_office(self.office_id))
        if words and len(named) != 1:
            raise Impossible("cli.register.no_person", name=words)
        return {"assignee_id": named[0].id if words else None, "assignee_name": named[0].name if words else ""}

    async def _note_deadline(self, before: Task, after: Task) -> None:
        if is_same(before.deadline, after.deadline):
            return
        change = DeadlineChange(
            id=0,
            office_id=after.office_id,
            task_id=after.id,
            before=before.deadline,
            after=after.deadline,
            cause=Cause.EDIT,
            status=ChangeStatus.APPLIED,
            at=self.now,
            source=after.deadline.text,
        )
        await self.records.changes.note(change)

    async def _decide(self, change_id: str, status: ChangeStatus, outcome: str) -> Done:
        number = int(change_id[1:]) if change_id[1:].isdecimal() else 0
        change = await self.records.changes.get(number)
        task = await self.records.register.task(change.task_id) if change is not None else None
        if change is None or task is None or task.office_id != self.office_id:
            raise Impossible("cli.register.no_entry", id=change_id)
        if not await self.records.changes.settle(number, status, None, self.now):
            raise Impossible("cli.register.decided", id=change_id)
        details = {"before": task.deadline.as_json(), "after": change.after.as_json()}
        await self.records.audit.note(self.office_id, None, f"deadline.{outcome}", f"task:{task.id}", self.now, details)
        return Done(outcome, change_id, task.number, task.title)


def _done(outcome: str, entry: Entry) -> Done:
    return Done(outcome, str(entry.id), entry.number, entry.title)


def _row(entry: Entry) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": str(entry.id),
        "document": entry.document_number,
        "number": entry.number,
        "title": entry.title,
        "lead": entry.lead,
        "unit": entry.lead_unit_name,
        "confidence": texts.say(f"sheets.confidence.{confidence_of(entry)}"),
        "page": entry.page,
        "doubts": [str(doubt) for doubt in doubts(entry)],
    }
    if isinstance(entry, Task):
        return row | {"deadline": entry.deadline.as_json(), "text": entry.deadline.text}
    return row | {"values": {str(year): value for year, value in entry.values}}


def _change_row(change: DeadlineChange, task: Task) -> dict[str, Any]:
    return {
        "id": f"c{change.id}",
        "document": change.document_number,
        "number": task.number,
        "title": task.title,
        "lead": task.lead,
        "unit": task.lead_unit_name,
        "confidence": "",
        "page": None,
        "doubts": [],
        "deadline": change.after.as_json(),
        "text": f"{task.deadline.text} → {change.after.text}",
    }
