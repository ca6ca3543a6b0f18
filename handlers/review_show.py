"""Shows what is under review: the card before the person, what it can be merged with, and the summary at the end."""

from dataclasses import replace

import texts
from domain.changes import DeadlineChange
from domain.drafts import doubts
from domain.messages import Button, Reply
from domain.people import Person
from domain.plans import Target
from domain.ports import Records
from domain.tasks import Task
from handlers.deadline_changes import change_card
from handlers.review_card import card_buttons, card_words, change_words
from handlers.review_queue import (
    Asking,
    Entry,
    Review,
    as_changed,
    end_review,
    entry_of,
    is_settled,
    keep_review,
    key_of,
    mark_of,
    next_card,
    others_of,
    waiting,
)
from handlers.review_write import told_settled
from handlers.turn import Turn
from handlers.wording import home_button

MERGE_WITHIN = 3
"""How many neighbours on each side are offered for merging: what belongs together stands together in a plan."""


async def show_current(turn: Turn, records: Records, person: Person, review: Review) -> Reply:
    """The card of the entry before the person, passing over what somebody settled meanwhile; at the end, a summary."""
    passed: list[str] = []
    while review.key:
        entry = await entry_of(records, person, review.key, is_edit=review.is_edit)
        if entry is not None and (review.is_edit or not is_settled(entry)):
            return with_sentence("\n".join(passed), await _card(turn, records, person, review, entry))
        if entry is not None:
            passed.append(await told_settled(records, entry))
        review = review.onward()
    return with_sentence("\n".join(passed), _summary(turn, review, person))


async def _card(turn: Turn, records: Records, person: Person, review: Review, entry: Entry) -> Reply:
    review = replace(review, card=next_card(turn), seen=mark_of(entry), asking=Asking.DECISION, asked=0, parts=())
    keep_review(turn, review)
    if isinstance(entry, DeadlineChange):
        task = await records.register.task(entry.task_id)
        words = change_card(entry, task) if task is not None else texts.say("task.gone")
        return Reply(change_words(review, words), card_buttons(review, entry, 0, 0))
    others = await others_of(records, review.changed)
    shown = as_changed(entry, review.changed, others)
    assert isinstance(shown, Task | Target)
    sure = 0 if review.is_edit else len(await sure_ones(records, person, review))
    candidates = [] if review.is_edit else await candidates_for(records, person, review, entry)
    return Reply(card_words(review, entry, shown, others), card_buttons(review, entry, len(candidates), sure, shown))


def _summary(turn: Turn, review: Review, person: Person) -> Reply:
    """How the review went; what was put off can be taken up again."""
    end_review(turn)
    if review.is_edit:
        return Reply(texts.say("review.left"), (home_button(person.role),))
    text = texts.say("review.summary", confirmed=review.confirmed, dropped=review.dropped, later=len(review.later))
    again = (Button(texts.say("review.button.again", count=len(review.later)), "review"),) if review.later else ()
    return Reply(text, (*again, home_button(person.role)))


async def sure_ones(records: Records, person: Person, review: Review) -> list[tuple[Entry, Task | Target]]:
    """The entries from here on that have no doubts, as they stand and as they would be written."""
    found: list[tuple[Entry, Task | Target]] = []
    waits = {key_of(e): e for e in await waiting(records, person)}
    for key in review.queue[review.at :]:
        entry = waits.get(key)
        changes = review.edits.get(key, {})
        if not isinstance(entry, Task | Target) or changes.get("merge"):
            continue
        shown = as_changed(entry, changes)
        if isinstance(shown, Task | Target) and not doubts(shown):
            found.append((entry, shown))
    return found


async def candidates_for(records: Records, person: Person, review: Review, entry: Entry) -> list[Task | Target]:
    """The drafts of the same paper and kind that can be merged into this one, the nearest first."""
    if isinstance(entry, DeadlineChange):
        return []
    taken = {review.key, *(key for key, _ in review.changed.get("merge", ()))}
    waits = [e for e in await waiting(records, person) if type(e) is type(entry)]
    same = [e for e in waits if isinstance(e, Task | Target) and _same_paper(e, entry)]
    at = next((n for n, e in enumerate(same) if e.id == entry.id), 0)
    near = sorted(range(len(same)), key=lambda n: (abs(n - at), n))
    return [same[n] for n in near if key_of(same[n]) not in taken][: 2 * MERGE_WITHIN]


def _same_paper(first: Task | Target, second: Task | Target) -> bool:
    return (first.document_id, first.document_number) == (second.document_id, second.document_number)


def with_sentence(before: str, reply: Reply) -> Reply:
    """The reply after a sentence of what was just done."""
    return reply.with_text(f"{before}\n\n{reply.text}") if before else reply
