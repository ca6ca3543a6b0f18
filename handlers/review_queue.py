"""A review of drafts as it is remembered between turns: what waits, what is shown, what was changed so far.

An entry is named by its kind and id: "t12" is a task, "g4" a target, "c7" a proposed change of a deadline.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.changes import ChangeStatus, DeadlineChange, from_kept_form
from domain.drafts import fingerprint, merged, merged_targets
from domain.people import Person
from domain.plans import Target
from domain.ports import Records
from domain.rights import may_edit_register, may_review
from domain.tasks import Share, Task
from handlers.turn import Turn

REVIEW = "review"
CARDS = "review_cards"
WAITS = timedelta(hours=24)
"""A review older than this is begun anew; what was decided in it is written already."""

Entry = Task | Target | DeadlineChange


class Asking(StrEnum):
    """What the person is expected to say next."""

    DECISION = "decision"
    EDIT = "edit"
    PARTS = "parts"
    BULK = "bulk"


@dataclass(frozen=True, slots=True)
class Review:
    """What is being reviewed. `card` numbers the card last shown, so that an older one cannot be pressed.

    `seen` is the fingerprint of the entry when its card was shown; `edits` hold, by entry, what was changed and not
    yet written; `parts` the titles a draft is to be split into, `bulk` what a press confirms together, each with its
    fingerprint. With `is_edit` a confirmed task is being changed and not a draft.
    """

    person_id: int
    opened: datetime
    queue: tuple[str, ...]
    at: int = 0
    card: int = 0
    seen: str = ""
    asking: Asking = Asking.DECISION
    asked: int = 0
    edits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    bulk: tuple[tuple[str, str], ...] = ()
    later: tuple[str, ...] = ()
    confirmed: int = 0
    dropped: int = 0
    is_edit: bool = False

    @property
    def key(self) -> str:
        """The entry before the person; empty when all were seen."""
        return self.queue[self.at] if self.at < len(self.queue) else ""

    @property
    def changed(self) -> Mapping[str, Any]:
        """What was changed in the entry before the person and is not yet written."""
        return self.edits.get(self.key, {})

    def with_changes(self, changes: Mapping[str, Any]) -> "Review":
        """The review with these fields of the entry changed as well."""
        edits = {**self.edits, self.key: {**self.changed, **changes}}
        return replace(self, edits=edits, asking=Asking.DECISION, asked=0, parts=())

    def without_changes(self) -> "Review":
        """The review with the entry as it stands in the register."""
        return replace(self, edits={k: v for k, v in self.edits.items() if k != self.key})

    def onward(self) -> "Review":
        """The review at its next entry."""
        return replace(self, at=self.at + 1, asking=Asking.DECISION, asked=0, seen="", parts=(), bulk=())


def open_review(turn: Turn) -> Review | None:
    """The speaker's own review that is still open in this chat, or None."""
    kept = turn.memory.get(REVIEW)
    if not kept or turn.person is None or kept["person"] != turn.person.id:
        return None
    review = _from_json(kept)
    return review if turn.now - review.opened <= WAITS else None


def keep_review(turn: Turn, review: Review) -> None:
    """Remember the review until the next turn."""
    turn.memory[REVIEW] = _as_json(review)


def end_review(turn: Turn) -> None:
    """Forget the review."""
    turn.memory.pop(REVIEW, None)


def next_card(turn: Turn) -> int:
    """The number of a new card."""
    card = int(turn.memory.get(CARDS, 0)) + 1
    turn.memory[CARDS] = card
    return card


def key_of(entry: Entry) -> str:
    """The entry's name in a review."""
    letter = "t" if isinstance(entry, Task) else "g" if isinstance(entry, Target) else "c"
    return f"{letter}{entry.id}"


async def waiting(records: Records, person: Person) -> list[Entry]:
    """Everything that waits for this person: changes of deadlines, then tasks, then targets."""
    found: list[Entry] = []
    for change in await records.changes.proposed(person.office_id):
        task = await records.register.task(change.task_id)
        if task is not None and may_review(person, task):
            found.append(change)
    found += [task for task in await records.drafts.tasks(person.office_id) if may_review(person, task)]
    found += [target for target in await records.drafts.targets(person.office_id) if may_review(person, target)]
    return found


async def entry_of(records: Records, person: Person, key: str, *, is_edit: bool = False) -> Entry | None:
    """The entry as it stands now; None when it is gone or this person may not review it (any more)."""
    number = int(key[1:])
    if key.startswith("c"):
        change = await records.changes.get(number)
        task = await records.register.task(change.task_id) if change is not None else None
        return change if task is not None and may_review(person, task) else None
    entry = await (records.register.task(number) if key.startswith("t") else records.drafts.target(number))
    if entry is None:
        return None
    if is_edit:
        return entry if may_edit_register(person) and entry.office_id == person.office_id else None
    return entry if may_review(person, entry) else None


def is_settled(entry: Entry) -> bool:
    """True when somebody has decided already."""
    if isinstance(entry, DeadlineChange):
        return entry.status is not ChangeStatus.PROPOSED
    return entry.confirmed or entry.dropped


def mark_of(entry: Entry) -> str:
    """What changes when the entry does."""
    return str(entry.status) if isinstance(entry, DeadlineChange) else fingerprint(entry)


async def others_of(records: Records, changes: Mapping[str, Any]) -> list[Task | Target]:
    """The drafts that were merged into one, in order; what is gone or settled is left out."""
    found: list[Task | Target] = []
    for key, _ in changes.get("merge", ()):
        number = int(key[1:])
        other = await (records.register.task(number) if key.startswith("t") else records.drafts.target(number))
        if other is not None and not is_settled(other):
            found.append(other)
    return found


def as_changed(entry: Entry, changes: Mapping[str, Any], others: Sequence[Task | Target] = ()) -> Entry:
    """The entry with what was merged into it and what was changed in it."""
    if isinstance(entry, DeadlineChange):
        return entry
    for other in others:
        if isinstance(entry, Task) and isinstance(other, Task):
            entry = merged(entry, other)
        elif isinstance(entry, Target) and isinstance(other, Target):
            entry = merged_targets(entry, other)
    return _task_as_changed(entry, changes) if isinstance(entry, Task) else _target_as_changed(entry, changes)


def _task_as_changed(task: Task, changes: Mapping[str, Any]) -> Task:
    fields: dict[str, Any] = {
        name: changes[name] for name in ("title", "lead", "support", "product") if name in changes
    }
    if "deadline" in changes:
        fields["deadline"] = from_kept_form(changes["deadline"])
    if "unit" in changes:
        unit = changes["unit"] or (None, "")
        fields |= {"lead_unit_id": unit[0], "lead_unit_name": unit[1], "shares": ()}
    if changes.get("shares"):
        shares = tuple(Share(unit_id, name) for unit_id, name in changes["shares"])
        fields |= {"lead_unit_id": None, "lead_unit_name": "", "shares": shares}
    if "support_units" in changes:
        fields["support_unit_ids"] = tuple(changes["support_units"])
    if "assignee" in changes:
        person = changes["assignee"] or (None, "")
        fields |= {"assignee_id": person[0], "assignee_name": person[1]}
    return replace(task, **fields)


def _target_as_changed(target: Target, changes: Mapping[str, Any]) -> Target:
    fields: dict[str, Any] = {name: changes[name] for name in ("title", "lead", "unit_of_measure") if name in changes}
    if "unit" in changes:
        unit = changes["unit"] or (None, "")
        fields |= {"lead_unit_id": unit[0], "lead_unit_name": unit[1]}
    if "values" in changes:
        years = dict(target.values) | {int(year): words for year, words in changes["values"]}
        fields["values"] = tuple(sorted(years.items()))
    return replace(target, **fields)


def _as_json(review: Review) -> dict[str, Any]:
    return {
        "person": review.person_id,
        "opened": review.opened.isoformat(),
        "queue": list(review.queue),
        "at": review.at,
        "card": review.card,
        "seen": review.seen,
        "asking": str(review.asking),
        "asked": review.asked,
        "edits": {key: dict(changes) for key, changes in review.edits.items()},
        "parts": list(review.parts),
        "bulk": [list(pair) for pair in review.bulk],
        "later": list(review.later),
        "confirmed": review.confirmed,
        "dropped": review.dropped,
        "is_edit": review.is_edit,
    }


def _from_json(kept: Mapping[str, Any]) -> Review:
    return Review(
        person_id=kept["person"],
        opened=datetime.fromisoformat(kept["opened"]),
        queue=tuple(kept["queue"]),
        at=kept["at"],
        card=kept["card"],
        seen=kept["seen"],
        asking=Asking(kept["asking"]),
        asked=kept["asked"],
        edits=kept["edits"],
        parts=tuple(kept["parts"]),
        bulk=tuple((key, seen) for key, seen in kept["bulk"]),
        later=tuple(kept["later"]),
        confirmed=kept["confirmed"],
        dropped=kept["dropped"],
        is_edit=kept["is_edit"],
    )
