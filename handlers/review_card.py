"""The card of one draft: what was read, what it was matched to, how sure it is, and what can be done with it."""

from collections.abc import Mapping, Sequence
from typing import Any

import texts
from domain.changes import DeadlineChange, is_same
from domain.deadlines import DeadlineKind
from domain.drafts import Doubt, confidence_of, doubts
from domain.editing import means_every_unit
from domain.messages import Button
from domain.people import Person, Unit
from domain.plans import Target
from domain.tasks import Task
from handlers.review_queue import Entry, Review, key_of
from handlers.wording import LABEL_LIMIT, PAGE, deadline_words, short

TITLE_SHOWN = 600
WORDS_SHOWN = 200

_DOUBTS = {
    Doubt.DEADLINE: "review.doubt.deadline",
    Doubt.LEAD: "review.doubt.lead",
    Doubt.FIGURES: "review.doubt.figures",
}
_FIELDS = {
    "title": "review.field.title",
    "deadline": "review.field.deadline",
    "lead": "review.field.lead",
    "unit": "review.field.lead",
    "shares": "review.field.lead",
    "support": "review.field.support",
    "product": "review.field.product",
    "assignee": "review.field.assignee",
    "values": "review.field.values",
    "unit_of_measure": "review.field.unit_of_measure",
    "merge": "review.field.merge",
}


def entry_name(entry: Task | Target) -> str:
    """A draft's short name."""
    if isinstance(entry, Target):
        return texts.say("review.target_name", number=entry.number or "–")
    return texts.say("review.task_name", number=entry.number or "–")


def card_words(review: Review, entry: Task | Target, shown: Task | Target, others: Sequence[Task | Target]) -> str:
    """The card: `entry` is what stands in the register, `shown` the same with what was changed and not yet written."""
    lines = [_place(review)] if not review.is_edit else [texts.say("review.card.edit")]
    if shown.document_number or shown.file:
        lines.append(texts.say("review.card.document", document=shown.document_number or shown.file))
    title = texts.say("review.card.title", name=entry_name(shown), title=short(shown.title, TITLE_SHOWN))
    if review.is_edit:
        title = texts.say("task.name_title", number=shown.number, title=short(shown.title, TITLE_SHOWN))
    lines += ["", title]
    if isinstance(entry, Task) and isinstance(shown, Task):
        lines += _task_lines(entry, shown)
    elif isinstance(shown, Target):
        lines += _target_lines(shown)
    if not review.is_edit:
        lines += _trust_lines(shown)
    for other in others:
        name = entry_name(other)
        lines.append(texts.say("review.card.merged", name=name, title=short(other.title)))
    changed = dict.fromkeys(texts.say(_FIELDS[name]) for name in review.changed if name in _FIELDS)
    if changed:
        lines.append(texts.say("review.card.changed", fields=", ".join(changed)))
    lines += ["", texts.say("review.card.how_edit" if review.is_edit else "review.card.how")]
    return "\n".join(lines)


def change_words(review: Review, words: str) -> str:
    """The card of a proposed change of a deadline."""
    return "\n".join([_place(review), "", words, "", texts.say("review.change.how")])


def _place(review: Review) -> str:
    return texts.say("review.card.place", at=review.at + 1, count=len(review.queue))


def _task_lines(entry: Task, shown: Task) -> list[str]:
    lines = [texts.say("review.card.lead", lead=lead_match(shown))]
    if shown.assignee_name:
        lines.append(texts.say("review.card.assignee", person=shown.assignee_name))
    if shown.support:
        lines.append(texts.say("review.card.support", support=short(shown.support, WORDS_SHOWN)))
    if shown.product:
        lines.append(texts.say("review.card.product", product=short(shown.product, WORDS_SHOWN)))
    lines.append(_deadline_line(entry, shown))
    return lines


def _deadline_line(entry: Task, shown: Task) -> str:
    """The deadline as understood, and the plan's own words beside it wherever they say it otherwise."""
    own = " ".join(entry.deadline.text.split())
    if shown.deadline.kind is DeadlineKind.UNKNOWN:
        understood = texts.say("review.card.deadline_unknown")
    else:
        understood = deadline_words(shown.deadline)
    if not own or own == understood:
        return texts.say("review.card.deadline", deadline=understood)
    return texts.say("review.card.deadline_own", deadline=understood, own=short(own, WORDS_SHOWN))


def lead_match(task: Task) -> str:
    """Who leads: the plan's words, and the office's unit they were matched to."""
    own = short(task.lead, WORDS_SHOWN)
    if task.shares:
        units = ", ".join(share.unit_name for share in task.shares)
        group = texts.say("review.lead.group", count=len(task.shares), units=units)
        return texts.say("review.lead.matched", own=own, unit=group) if own else group
    if not task.lead_unit_name:
        return texts.say("review.lead.unmatched", own=own) if own else texts.say("review.lead.none")
    if not own or own == task.lead_unit_name:
        return task.lead_unit_name
    return texts.say("review.lead.matched", own=own, unit=task.lead_unit_name)


def _target_lines(target: Target) -> list[str]:
    lines = [texts.say("review.card.year", year=year, value=value) for year, value in target.values]
    if target.unit_of_measure:
        lines.append(texts.say("review.card.unit_of_measure", unit=target.unit_of_measure))
    if target.lead or target.lead_unit_name:
        own, unit = short(target.lead, WORDS_SHOWN), target.lead_unit_name
        if own and unit and own != unit:
            lead = texts.say("review.lead.matched", own=own, unit=unit)
        else:
            lead = unit or texts.say("review.lead.unmatched", own=own)
        lines.append(texts.say("review.card.lead", lead=lead))
    return lines


def _trust_lines(shown: Task | Target) -> list[str]:
    lines = [texts.say(f"review.confidence.{confidence_of(shown)}")]
    if shown.page is not None:
        lines.append(texts.say("review.card.page", page=shown.page))
    unsure = [texts.say(_DOUBTS[doubt]) for doubt in doubts(shown) if doubt is not Doubt.CONFIDENCE]
    if unsure:
        lines.append(texts.say("review.card.doubts", doubts="; ".join(unsure)))
    return lines


def card_buttons(
    review: Review, entry: Entry, others: int, sure: int, shown: Entry | None = None
) -> tuple[Button, ...]:
    """What can be done with the card.

    `shown` is the entry with what was changed in it, `others` are the drafts it could be merged with, `sure` those a
    bulk confirms.
    """
    say, card = texts.say, review.card
    if review.is_edit:
        save = (Button(say("review.button.save"), f"review:yes:{card}"),) if review.changed else ()
        edit = Button(say("review.button.edit"), f"review:edit:{card}")
        source = Button(say("review.button.source"), f"review:source:{card}")
        return (*save, edit, source, Button(say("review.button.leave"), f"review:leave:{card}"))
    if isinstance(entry, DeadlineChange):
        return (
            Button(say("review.button.apply"), f"review:yes:{card}"),
            Button(say("review.button.refuse"), f"review:drop:{card}"),
            Button(say("review.button.later"), f"review:later:{card}"),
        )
    buttons = [
        Button(say("review.button.yes"), f"review:yes:{card}"),
        Button(say("review.button.edit"), f"review:edit:{card}"),
        Button(say("review.button.source"), f"review:source:{card}"),
        Button(say("review.button.drop"), f"review:drop:{card}"),
    ]
    if isinstance(shown, Task) and Doubt.LEAD in doubts(shown) and means_every_unit(shown.lead):
        buttons.insert(1, Button(say("review.button.group"), f"review:group:{card}"))
    if others:
        buttons.append(Button(say("review.button.merge"), f"review:merge:{card}"))
    if isinstance(entry, Task):
        buttons.append(Button(say("review.button.split"), f"review:split:{card}"))
    buttons.append(Button(say("review.button.later"), f"review:later:{card}"))
    if review.changed:
        buttons.append(Button(say("review.button.undo"), f"review:undo:{card}"))
    if sure > 1:
        buttons.append(Button(say("review.button.all", count=sure), f"review:all:{card}"))
    return tuple(buttons)


def edit_buttons(review: Review, entry: Task | Target) -> tuple[Button, ...]:
    """The ways to edit without typing."""
    say, card = texts.say, review.card
    buttons = [Button(say("review.button.units"), f"review:units:{card}:0")]
    if isinstance(entry, Task):
        buttons.append(Button(say("review.button.group"), f"review:group:{card}"))
        buttons.append(Button(say("review.button.people"), f"review:people:{card}:0"))
    return (*buttons, back_button(review))


def unit_buttons(review: Review, units: Sequence[Unit], start: int) -> tuple[Button, ...]:
    """One page of the office's units, and the choice to leave the plan's words without one."""
    shown = units[start : start + PAGE]
    buttons = [Button(short(unit.name, LABEL_LIMIT), f"review:unit:{review.card}:{unit.id}") for unit in shown]
    if start + PAGE < len(units):
        buttons.append(Button(texts.say("review.button.more"), f"review:units:{review.card}:{start + PAGE}"))
    return (*buttons, back_button(review))


def people_buttons(review: Review, people: Sequence[Person], start: int) -> tuple[Button, ...]:
    """One page of the people who can carry the task."""
    shown = people[start : start + PAGE]
    buttons = [
        Button(
            short(texts.say("review.button.person", name=person.name, unit=person.unit_name), LABEL_LIMIT)
            if person.unit_name
            else person.name,
            f"review:person:{review.card}:{person.id}",
        )
        for person in shown
    ]
    if start + PAGE < len(people):
        buttons.append(Button(texts.say("review.button.more"), f"review:people:{review.card}:{start + PAGE}"))
    return (*buttons, back_button(review))


def merge_buttons(review: Review, candidates: Sequence[Task | Target]) -> tuple[Button, ...]:
    """The drafts that this one can be merged with."""
    buttons = [
        Button(
            short(texts.say("review.button.with", name=entry_name(other), title=other.title), LABEL_LIMIT),
            f"review:with:{review.card}:{key_of(other)}",
        )
        for other in candidates[:PAGE]
    ]
    return (*buttons, back_button(review))


def back_button(review: Review) -> Button:
    """The way back to the card."""
    return Button(texts.say("review.button.back"), f"review:show:{review.card}")


def differences(before: Task | Target, after: Task | Target) -> dict[str, Any]:
    """What an edit changed, field by field, as the audit log keeps it."""
    found: dict[str, Any] = {}
    names = ("title", "lead", "lead_unit_name") + (
        ("support", "product", "assignee_name") if isinstance(before, Task) else ("unit_of_measure", "values")
    )
    for name in names:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            found[name] = [_plain(old), _plain(new)]
    if isinstance(before, Task) and isinstance(after, Task):
        if not is_same(before.deadline, after.deadline):
            found["deadline"] = [before.deadline.as_json(), after.deadline.as_json()]
        units = [[share.unit_name for share in task.shares] for task in (before, after)]
        if units[0] != units[1]:
            found["shares"] = units
    return found


def _plain(value: Any) -> Any:
    return [list(pair) for pair in value] if isinstance(value, tuple) else value


def as_told(changes: Mapping[str, Any]) -> str:
    """The names of the fields that were changed, for a sentence."""
    return ", ".join(dict.fromkeys(texts.say(_FIELDS[name]) for name in changes if name in _FIELDS))
