"""Writes what was decided on a review's card: each change once, with its line in the audit log."""

from dataclasses import replace
from typing import Any

import texts
from domain.changes import Cause, ChangeStatus, DeadlineChange, is_same
from domain.drafts import fingerprint, split
from domain.messages import Button, Reply
from domain.people import Person
from domain.plans import Target
from domain.ports import Records
from domain.tasks import Task
from handlers.review_card import as_told, differences, entry_name
from handlers.review_queue import Entry, Review, as_changed, entry_of, is_settled, key_of, mark_of
from handlers.turn import Turn
from handlers.wording import deadline_words, short, task_name


async def confirm(turn: Turn, records: Records, person: Person, review: Review, entry: Entry) -> tuple[Review, str]:
    """The entry written as the card showed it, and the review at the next one; what to tell the person."""
    if isinstance(entry, DeadlineChange):
        return await _apply(turn, records, person, review, entry)
    if review.is_edit:
        return await _save_edit(turn, records, person, review, entry)
    others = await _take_others(records, person, review)
    if others is None:
        return review.with_changes({"merge": []}), texts.say("review.changed_meanwhile")
    changed = as_changed(entry, review.changed, others)
    assert isinstance(changed, Task | Target)
    saved = await _save(records, replace(changed, confirmed=True, dropped=False), review.seen)
    if saved is None:
        # The drafts merged into this one were set aside a moment ago: they wait again.
        for other in others:
            await _save(records, replace(other, dropped=False), fingerprint(replace(other, dropped=True)))
        return review, texts.say("review.changed_meanwhile")
    details: dict[str, Any] = {"changed": differences(entry, saved)}
    if others:
        details["merged"] = [_subject(other) for other in others]
    await records.audit.note(person.office_id, person.id, "draft.confirmed", _subject(entry), turn.now, details)
    for other in others:
        into = {"into": _subject(entry)}
        await records.audit.note(person.office_id, person.id, "draft.merged", _subject(other), turn.now, into)
    _tell_assignee(turn, person, entry, saved)
    told = texts.say("review.confirmed", name=entry_name(saved), title=short(saved.title, 60))
    if others:
        told += " " + texts.say("review.merged", names=", ".join(entry_name(other) for other in others))
    merged_keys = {key_of(other) for other in others}
    queue = (*review.queue[: review.at + 1], *(k for k in review.queue[review.at + 1 :] if k not in merged_keys))
    return replace(review.without_changes(), queue=queue, confirmed=review.confirmed + 1).onward(), told


async def _take_others(records: Records, person: Person, review: Review) -> list[Task | Target] | None:
    """The drafts merged into the one on the card, each set aside as dropped; None when one of them has changed."""
    pairs = [(str(key), str(seen)) for key, seen in review.changed.get("merge", ())]
    found: list[Task | Target] = []
    for key, seen in pairs:
        other = await entry_of(records, person, key)
        if not isinstance(other, Task | Target) or is_settled(other) or mark_of(other) != seen:
            return None
        found.append(other)
    for at, other in enumerate(found):
        if await _save(records, replace(other, dropped=True), fingerprint(other)) is None:
            for before in found[:at]:
                await _save(records, replace(before, dropped=False), fingerprint(replace(before, dropped=True)))
            return None
    return found


async def _save(records: Records, entry: Task | Target, seen: str) -> Task | Target | None:
    if isinstance(entry, Task):
        return await records.drafts.save_task(entry, seen)
    return await records.drafts.save_target(entry, seen)


async def _apply(
    turn: Turn, records: Records, person: Person, review: Review, change: DeadlineChange
) -> tuple[Review, str]:
    task = await records.register.task(change.task_id)
    done = await records.changes.settle(change.id, ChangeStatus.APPLIED, person.id, turn.now)
    if not done or task is None:
        return review.onward(), await told_settled(records, change)
    details = {"before": task.deadline.as_json(), "after": change.after.as_json(), "document": change.document_number}
    await records.audit.note(person.office_id, person.id, "deadline.changed", f"task:{task.id}", turn.now, details)
    before, after = deadline_words(task.deadline), deadline_words(change.after)
    told = texts.say("review.change.applied", name=task_name(task), before=before, after=after)
    return replace(review, confirmed=review.confirmed + 1).onward(), told


async def _save_edit(
    turn: Turn, records: Records, person: Person, review: Review, entry: Task | Target
) -> tuple[Review, str]:
    changed = as_changed(entry, review.changed)
    assert isinstance(changed, Task | Target)
    saved = await _save(records, changed, review.seen)
    if saved is None:
        return review, texts.say("review.changed_meanwhile")
    details = {"changed": differences(entry, saved)}
    await records.audit.note(person.office_id, person.id, "register.edited", _subject(entry), turn.now, details)
    if isinstance(entry, Task) and isinstance(saved, Task):
        await note_deadline(records, person, entry, saved, turn)
    _tell_assignee(turn, person, entry, saved)
    told = texts.say("review.edited", name=entry_name(saved), fields=as_told(review.changed))
    return review.without_changes().onward(), told


async def note_deadline(records: Records, person: Person, before: Task, after: Task, turn: Turn) -> None:
    """A deadline that a person edited leaves its trace beside those that papers and requests moved."""
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
        at=turn.now,
        person_id=person.id,
        source=after.deadline.text,
    )
    await records.changes.note(change)


async def drop(turn: Turn, records: Records, person: Person, review: Review, entry: Entry) -> tuple[Review, str]:
    """The draft set aside for good, or the proposed change dismissed; the review at the next entry."""
    if isinstance(entry, DeadlineChange):
        if not await records.changes.settle(entry.id, ChangeStatus.DISMISSED, person.id, turn.now):
            return review.onward(), await told_settled(records, entry)
        details = {"change": entry.id, "document": entry.document_number}
        subject = f"task:{entry.task_id}"
        await records.audit.note(person.office_id, person.id, "deadline.dismissed", subject, turn.now, details)
        return replace(review, dropped=review.dropped + 1).onward(), texts.say("review.change.dismissed")
    saved = await _save(records, replace(entry, dropped=True), review.seen)
    if saved is None:
        return review, texts.say("review.changed_meanwhile")
    await records.audit.note(person.office_id, person.id, "draft.dropped", _subject(entry), turn.now)
    told = texts.say("review.dropped", name=entry_name(entry), title=short(entry.title, 60))
    return replace(review.without_changes(), dropped=review.dropped + 1).onward(), told


async def confirm_together(turn: Turn, records: Records, person: Person, review: Review) -> tuple[Review, str]:
    """All that the bulk card named, each written only if nobody changed it meanwhile; the review over what is left."""
    done: list[str] = []
    for key, seen in review.bulk:
        entry = await entry_of(records, person, key)
        if not isinstance(entry, Task | Target) or is_settled(entry) or mark_of(entry) != seen:
            continue
        changed = as_changed(entry, review.edits.get(key, {}))
        assert isinstance(changed, Task | Target)
        saved = await _save(records, replace(changed, confirmed=True), seen)
        if saved is None:
            continue
        details = {"changed": differences(entry, saved), "together": len(review.bulk)}
        await records.audit.note(person.office_id, person.id, "draft.confirmed", _subject(entry), turn.now, details)
        _tell_assignee(turn, person, entry, saved)
        done.append(key)
    skipped = len(review.bulk) - len(done)
    told = texts.say("review.bulk.done", count=len(done))
    if skipped:
        told += " " + texts.say("review.bulk.skipped", count=skipped)
    left = tuple(key for key in review.queue[review.at :] if key not in done)
    queue = (*review.queue[: review.at], *done, *left)
    edits = {key: changes for key, changes in review.edits.items() if key not in done}
    confirmed, at = review.confirmed + len(done), review.at + len(done)
    return replace(review, queue=queue, at=at, edits=edits, bulk=(), confirmed=confirmed), told


async def split_up(turn: Turn, records: Records, person: Person, review: Review, entry: Task) -> tuple[Review, str]:
    """The draft set aside and its parts put in its place, drafts still; the review at the first of them."""
    whole = as_changed(entry, review.changed)
    assert isinstance(whole, Task)
    taken = await records.drafts.numbers(entry)
    if await records.drafts.save_task(replace(entry, dropped=True), review.seen) is None:
        return review, texts.say("review.changed_meanwhile")
    added = [await records.drafts.add_task(part) for part in split(whole, review.parts, taken)]
    details = {"into": [_subject(part) for part in added], "titles": [part.title for part in added]}
    await records.audit.note(person.office_id, person.id, "draft.split", _subject(entry), turn.now, details)
    keys = tuple(key_of(part) for part in added)
    queue = (*review.queue[: review.at], *keys, *review.queue[review.at + 1 :])
    told = texts.say("review.split", count=len(added), names=", ".join(entry_name(part) for part in added))
    return replace(review.without_changes(), queue=queue), told


async def told_settled(records: Records, entry: Entry) -> str:
    """What to say of an entry that somebody else has settled, with their name where it is known."""
    if isinstance(entry, DeadlineChange):
        now = await records.changes.get(entry.id)
        applied = now is not None and now.status is ChangeStatus.APPLIED
        key = "review.change.already_applied" if applied else "review.change.already_dismissed"
        return texts.say(key, person=_by(now.person_name if now is not None else ""))
    name = _by(await records.drafts.settled_by(_subject(entry)))
    if entry.confirmed:
        return texts.say("review.already_confirmed", name=entry_name(entry), person=name)
    return texts.say("review.already_dropped", name=entry_name(entry), person=name)


def _by(name: str) -> str:
    return name or texts.say("review.somebody")


def _tell_assignee(turn: Turn, person: Person, before: Task | Target, saved: Task | Target) -> None:
    """Whoever is newly named for a task hears of it."""
    if not isinstance(saved, Task) or not isinstance(before, Task) or saved.assignee_id in (None, person.id):
        return
    if before.confirmed and before.assignee_id == saved.assignee_id:
        return
    text = texts.say(
        "review.assigned",
        name=task_name(saved),
        title=short(saved.title),
        deadline=deadline_words(saved.deadline),
        person=person.name,
    )
    button = Button(texts.say("report.button.open"), f"task:{saved.id}")
    key = f"assigned:{saved.id}:{saved.assignee_id}:{int(turn.now.timestamp())}"
    turn.tell_person(saved.assignee_id or 0, Reply(text, (button,)), key)


def _subject(entry: Task | Target) -> str:
    return f"task:{entry.id}" if isinstance(entry, Task) else f"target:{entry.id}"
