"""Reviews what was drafted from papers, card by card; nothing is written before the card's button was pressed."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import texts
from domain.changes import DeadlineChange
from domain.drafts import Doubt, doubts, fingerprint
from domain.messages import Button, Kind, Reply
from domain.people import Person
from domain.plans import Target
from domain.ports import Records
from domain.rights import may_edit_register, may_review_drafts
from domain.tasks import Task
from domain.vietnamese import fold
from handlers import review_edit, review_write
from handlers.deadline_changes import change_card
from handlers.memory import BUTTONS
from handlers.private import staff_alone
from handlers.review_edit import Step
from handlers.review_card import card_buttons, card_words, change_words, merge_buttons
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
    open_review,
    others_of,
    waiting,
)
from handlers.turn import Turn
from handlers.wording import PAGE, TASK_NUMBER, TASK_WORD, home_button, same_number, short, titled_label

MERGE_WITHIN = 3
"""How many neighbours on each side are offered for merging: what belongs together stands together in a plan."""

_ASKED = re.compile(
    r"/duyet|((cho )?(toi|em|minh) )?(xin |muon |can )?(tiep tuc )?"
    r"(duyet|ra soat|xem|kiem tra|xem lai)( tiep)?( cac| nhung| danh sach)*"
    r"( (?P<what>nhiem vu du thao|chi tieu du thao|du thao( (cac )?(nhiem vu|chi tieu))?|nhiem vu|chi tieu))?( moi)?"
    r"( (cua|trong|tai|thuoc)( ke hoach| van ban| cong van)?( so)?)?( (?P<document>\d+[a-z]?/[a-z0-9/-]+))?[ .!]*"
)
_SEEN_ONLY = re.compile(r"(xem|kiem tra|xem lai)( tiep)?( cac| nhung| danh sach)* (nhiem vu|chi tieu)\b(?! du thao).*")
_EDIT = re.compile(
    r"((cho |xin )?(toi |em |minh )?(muon |can |xin )?)?(sua|chinh sua|chinh|dieu chinh|cap nhat thong tin)( lai)? "
    rf"{TASK_WORD}\s*{TASK_NUMBER}(?P<rest>([ ,:;.].*)?)"
)
_WORDS = {
    "yes": re.compile(r"(toi )?(xac nhan|dong y|dung roi|duyet|dung|ok|oke|chuan|duoc)( a| em| nhe)?[ .!]*"),
    "edit": re.compile(r"(sua|sua lai|chinh lai|chua dung|sai|sai roi)( a| em| nhe)?[ .!]*"),
    "drop": re.compile(r"(bo|bo di|loai|loai bo|xoa|khong lay)( a| em| nhe)?[ .!]*"),
    "later": re.compile(r"(de sau|bo qua|tiep|tiep theo|xem sau)( a| em| nhe)?[ .!]*"),
}


def wants_review(turn: Turn) -> bool:
    """True for "duyet nhiem vu", "ra soat du thao", /duyet and their button; in words only for staff."""
    if turn.action == "review":
        return True
    if turn.incoming.kind is not Kind.TEXT or not (turn.role.is_staff or turn.text.startswith("/")):
        return False
    typed = fold(turn.text)
    asked = _ASKED.fullmatch(typed)
    if asked is None or _SEEN_ONLY.fullmatch(typed):
        return False
    return bool(typed.startswith("/") or asked["what"] or re.search(r"\btiep$", typed))


def wants_to_edit(turn: Turn) -> bool:
    """True for "sua nhiem vu 3" from staff, with or without what is to change."""
    if re.fullmatch(r"review:change:\d{1,9}", turn.action):
        return True
    if turn.incoming.kind is not Kind.TEXT or not turn.role.is_staff:
        return False
    return _EDIT.fullmatch(fold(turn.text)) is not None


def presses_a_card(turn: Turn) -> bool:
    """True for the buttons of a review, and for words that mean the same while its card is the last thing shown."""
    return turn.action.startswith("review:") or _decision(turn) != ""


def answers_a_card(turn: Turn) -> bool:
    """True when the message says what is to change in the entry under review, or how to split it."""
    if turn.incoming.kind is not Kind.TEXT or turn.text.startswith("/"):
        return False
    review = open_review(turn)
    return review is not None and bool(review.key) and review_edit.is_meant(turn, review, _card_is_last(turn))


def _card_is_last(turn: Turn) -> bool:
    return any(str(action).startswith("review:") for _, action in turn.memory.get(BUTTONS, ()))


def _decision(turn: Turn) -> str:
    if turn.incoming.kind is not Kind.TEXT or not _card_is_last(turn):
        return ""
    review = open_review(turn)
    if review is None or review.asking is not Asking.DECISION:
        return ""
    typed = fold(turn.text)
    return next((name for name, words in _WORDS.items() if words.fullmatch(typed)), "")


async def begin_review(turn: Turn) -> list[Reply]:
    """The first card of what waits for this person; what was changed before and not yet written is kept."""
    person = _reviewer(turn)
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    entries = await waiting(records, person)
    asked = _ASKED.fullmatch(fold(turn.text)) if turn.text else None
    what = (asked["what"] or "") if asked else ""
    if asked and asked["document"]:
        entries = [e for e in entries if _is_of(e, asked["document"])]
    if "chi tieu" in what:
        entries = [e for e in entries if isinstance(e, Target)]
    if not entries:
        return [Reply(texts.say("review.none"), (home_button(person.role),))]
    before = open_review(turn)
    edits = before.edits if before is not None and not before.is_edit else {}
    review = Review(person.id, turn.now, tuple(key_of(e) for e in entries), edits=edits)
    shown = await show_current(turn, records, person, review)
    return [_with(texts.say("review.begins", count=len(entries), kinds=_kinds(entries)), shown)]


def _is_of(entry: Entry, folded_number: str) -> bool:
    return fold(entry.document_number) == folded_number


def _kinds(entries: Sequence[Entry]) -> str:
    tasks = sum(isinstance(e, Task) for e in entries)
    targets = sum(isinstance(e, Target) for e in entries)
    changes = len(entries) - tasks - targets
    parts = []
    if changes:
        parts.append(texts.say("review.kinds.changes", count=changes))
    if tasks:
        parts.append(texts.say("review.kinds.tasks", count=tasks))
    if targets:
        parts.append(texts.say("review.kinds.targets", count=targets))
    return ", ".join(parts)


async def begin_edit(turn: Turn) -> list[Reply]:
    """The card of a confirmed task, to be changed by who keeps the register; one of several is chosen by button."""
    person = staff_alone(turn, "review.not_staff")
    if not isinstance(person, Person):
        return person
    if not may_edit_register(person):
        return [Reply(texts.say("review.may_not_edit"), (home_button(person.role),))]
    records = await turn.records()
    asked = None if turn.action else _EDIT.fullmatch(fold(turn.text))
    tasks = await records.register.tasks(person.office_id)
    if asked is None:
        named = [t for t in tasks if f"review:change:{t.id}" == turn.action]
    else:
        named = [t for t in tasks if same_number(asked["number"], t)]
    if not named:
        key = "task.gone" if asked is None else "task.not_found"
        return [Reply(texts.say(key, number=asked["number"].upper() if asked else ""), (home_button(person.role),))]
    if asked and len(named) > 1:
        buttons = tuple(Button(titled_label(t, named), f"review:change:{t.id}") for t in named[:PAGE])
        return [Reply(texts.say("task.which", count=len(named), number=asked["number"].upper()), buttons)]
    task = named[0]
    review = Review(person.id, turn.now, (key_of(task),), is_edit=True)
    rest = asked["rest"].strip(" ,:;.") if asked else ""
    if rest:
        tail = " ".join(turn.text.split()[-len(rest.split()) :])
        review = replace(review, seen=mark_of(task), card=next_card(turn))
        return await review_edit.take_words(Step(turn, records, person, review, task, show_current), tail)
    return [await show_current(turn, records, person, review)]


def _reviewer(turn: Turn) -> Person | list[Reply]:
    person = staff_alone(turn, "review.not_staff")
    if isinstance(person, Person) and not may_review_drafts(person):
        return [Reply(texts.say("review.may_not"), (home_button(person.role),))]
    return person


async def show_current(turn: Turn, records: Records, person: Person, review: Review) -> Reply:
    """The card of the entry before the person, passing over what somebody settled meanwhile; at the end, a summary."""
    passed: list[str] = []
    while review.key:
        entry = await entry_of(records, person, review.key, is_edit=review.is_edit)
        if entry is not None and (review.is_edit or not is_settled(entry)):
            return _with("\n".join(passed), await _card(turn, records, person, review, entry))
        if entry is not None:
            passed.append(await review_write.told_settled(records, entry))
        review = review.onward()
    return _with("\n".join(passed), _summary(turn, review, person))


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
    sure = 0 if review.is_edit else len(await _sure(records, person, review))
    candidates = [] if review.is_edit else await _candidates(records, person, review, entry)
    return Reply(
        card_words(review, entry, shown, others), card_buttons(review, entry, len(candidates), sure)
    )


def _summary(turn: Turn, review: Review, person: Person) -> Reply:
    """How the review went; what was put off can be taken up again."""
    end_review(turn)
    if review.is_edit:
        return Reply(texts.say("review.left"), (home_button(person.role),))
    text = texts.say(
        "review.summary", confirmed=review.confirmed, dropped=review.dropped, later=len(review.later)
    )
    again = (Button(texts.say("review.button.again", count=len(review.later)), "review"),) if review.later else ()
    return Reply(text, (*again, home_button(person.role)))


async def settle_card(turn: Turn) -> list[Reply]:
    """What was pressed, carried out; an old or forged button changes nothing and says so."""
    person = staff_alone(turn, "review.not_staff")
    if not isinstance(person, Person):
        return person
    review = open_review(turn)
    pressed = re.fullmatch(r"review:([a-z]+):(\d{1,9})(?::([a-z]?\d{1,9}))?", turn.action)
    if turn.action and (review is None or pressed is None or int(pressed[2]) != review.card):
        return [Reply(texts.say("review.stale"), _way_back(review, person))]
    if review is None or not review.key:
        return [Reply(texts.say("review.stale"), _way_back(review, person))]
    what = pressed[1] if pressed else _decision(turn)
    chosen = (pressed[3] or "") if pressed else ""
    records = await turn.records()
    # Rights and state may have changed since the card was shown.
    author = await records.people.get(person.id)
    allowed = author is not None and (may_edit_register(author) if review.is_edit else may_review_drafts(author))
    if author is None or not allowed:
        end_review(turn)
        return [Reply(texts.say("review.may_not"), (home_button(person.role),))]
    entry = await entry_of(records, author, review.key, is_edit=review.is_edit)
    if entry is None or (not review.is_edit and is_settled(entry)):
        return [await _pass(turn, records, author, review, entry)]
    if mark_of(entry) != review.seen:
        shown = await show_current(turn, records, author, review)
        return [_with(texts.say("review.changed_meanwhile"), shown)]
    step = _STEPS.get(what)
    if step is None:
        return [Reply(texts.say("review.stale"), _way_back(review, person))]
    return await step(Step(turn, records, author, review, entry, show_current, chosen))


def _way_back(review: Review | None, person: Person) -> tuple[Button, ...]:
    if review is not None and review.key:
        return (Button(texts.say("review.button.show"), f"review:show:{review.card}"),)
    return (home_button(person.role),)


async def _pass(turn: Turn, records: Records, person: Person, review: Review, entry: Entry | None) -> Reply:
    """On to the next entry, because this one is gone or settled."""
    told = texts.say("review.gone") if entry is None else await review_write.told_settled(records, entry)
    return _with(told, await show_current(turn, records, person, review.onward()))


async def take_words(turn: Turn) -> list[Reply]:
    """The entry as the person wants it, shown again for a decision; what is unclear is asked at most twice."""
    person = staff_alone(turn, "review.not_staff")
    review = open_review(turn)
    if not isinstance(person, Person) or review is None:
        return person if isinstance(person, list) else [Reply(texts.say("review.stale"))]
    records = await turn.records()
    entry = await entry_of(records, person, review.key, is_edit=review.is_edit)
    if entry is None or (not review.is_edit and is_settled(entry)):
        return [await _pass(turn, records, person, review, entry)]
    if isinstance(entry, DeadlineChange):
        return [await show_current(turn, records, person, review)]
    return await review_edit.take_words(Step(turn, records, person, review, entry, show_current), turn.text)


async def _confirm(step: Step) -> list[Reply]:
    review, told = await review_write.confirm(step.turn, step.records, step.person, step.review, step.entry)
    if review.is_edit and review.at >= len(review.queue):
        end_review(step.turn)
        open_it = Button(texts.say("report.button.open"), f"task:{step.entry.id}")
        return [Reply(told, (open_it, home_button(step.person.role)))]
    return await step.show(review, told)


async def _drop(step: Step) -> list[Reply]:
    if step.review.is_edit:
        return await step.show(step.review)
    review, told = await review_write.drop(step.turn, step.records, step.person, step.review, step.entry)
    return await step.show(review, told)


async def _later(step: Step) -> list[Reply]:
    review = step.review
    return await step.show(replace(review, later=(*review.later, review.key)).onward())


async def _leave(step: Step) -> list[Reply]:
    end_review(step.turn)
    return [Reply(texts.say("review.left"), (home_button(step.person.role),))]


async def _show(step: Step) -> list[Reply]:
    return await step.show(step.review)


async def _undo(step: Step) -> list[Reply]:
    return await step.show(step.review.without_changes(), texts.say("review.undone"))


async def _source(step: Step) -> list[Reply]:
    """The verbatim lines an entry was read from, with the same card's buttons under them."""
    entry, review = step.entry, step.review
    if isinstance(entry, DeadlineChange):
        return await step.show(review)
    place = entry.file or entry.document_number
    page = texts.say("review.source_page", page=entry.page) if entry.page is not None else ""
    if entry.source.strip():
        text = texts.say("review.source", file=place, page=page, source=entry.source.strip())
    else:
        text = texts.say("review.no_source")
    keep_review(step.turn, review)
    sure = 0 if review.is_edit else len(await _sure(step.records, step.person, review))
    candidates = [] if review.is_edit else await _candidates(step.records, step.person, review, entry)
    return [Reply(text, card_buttons(review, entry, len(candidates), sure))]


async def _merge(step: Step) -> list[Reply]:
    if step.review.is_edit or isinstance(step.entry, DeadlineChange):
        return await step.show(step.review)
    candidates = await _candidates(step.records, step.person, step.review, step.entry)
    if not candidates:
        return await step.show(step.review, texts.say("review.nothing_to_merge"))
    keep_review(step.turn, step.review)
    return [Reply(texts.say("review.ask_merge"), merge_buttons(step.review, candidates))]


async def _with_other(step: Step) -> list[Reply]:
    """The card of both drafts as one; nothing is written before that is confirmed."""
    if isinstance(step.entry, DeadlineChange):
        return await step.show(step.review)
    candidates = await _candidates(step.records, step.person, step.review, step.entry)
    other = next((c for c in candidates if key_of(c) == step.chosen), None)
    if other is None:
        return await step.show(step.review, texts.say("review.gone"))
    chosen = [*step.review.changed.get("merge", ()), [key_of(other), fingerprint(other)]]
    return await step.show(step.review.with_changes({"merge": chosen}))


async def _candidates(records: Records, person: Person, review: Review, entry: Entry) -> list[Task | Target]:
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


async def _all(step: Step) -> list[Reply]:
    """The card that names how many would be confirmed together, and what is left out and why."""
    review = step.review
    sure = await _sure(step.records, step.person, review)
    if not sure:
        return await step.show(review, texts.say("review.bulk.none"))
    rest = len(review.queue) - review.at - len(sure)
    bulk = tuple((key_of(entry), mark_of(entry)) for entry, _ in sure)
    asked = replace(review, card=next_card(step.turn), asking=Asking.BULK, bulk=bulk)
    keep_review(step.turn, asked)
    lines = [texts.say("review.bulk.ask", count=len(sure)), ""]
    lines += [
        texts.say("review.bulk.line", number=shown.number or "–", title=short(shown.title, 60))
        for _, shown in sure[: 2 * PAGE]
    ]
    if len(sure) > 2 * PAGE:
        lines.append(texts.say("review.bulk.more", count=len(sure) - 2 * PAGE))
    if rest:
        lines += ["", texts.say("review.bulk.left_out", count=rest, why=await _why(step))]
    buttons = (
        Button(texts.say("review.button.bulk", count=len(sure)), f"review:bulk:{asked.card}"),
        Button(texts.say("review.button.back"), f"review:show:{asked.card}"),
    )
    return [Reply("\n".join(lines), buttons)]


async def _why(step: Step) -> str:
    """Why some are not confirmed together, with how many each."""
    counts: dict[str, int] = {}
    for key in step.review.queue[step.review.at :]:
        entry = await entry_of(step.records, step.person, key)
        if isinstance(entry, Task | Target) and not is_settled(entry):
            shown = as_changed(entry, step.review.edits.get(key, {}))
            if isinstance(shown, Task | Target):
                for doubt in doubts(shown):
                    counts[doubt] = counts.get(doubt, 0) + 1
    return "; ".join(
        texts.say(f"review.bulk.why.{doubt}", count=counts[doubt]) for doubt in Doubt if doubt in counts
    ) or texts.say("review.bulk.why.other")


async def _sure(records: Records, person: Person, review: Review) -> list[tuple[Entry, Task | Target]]:
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


async def _bulk(step: Step) -> list[Reply]:
    if step.review.asking is not Asking.BULK:
        return await step.show(step.review)
    review, told = await review_write.confirm_together(step.turn, step.records, step.person, step.review)
    return await step.show(review, told)


def _with(before: str, reply: Reply) -> Reply:
    return reply.with_text(f"{before}\n\n{reply.text}") if before else reply


_STEPS: dict[str, Callable[[Step], Awaitable[list[Reply]]]] = {
    "yes": _confirm,
    "drop": _drop,
    "later": _later,
    "leave": _leave,
    "show": _show,
    "undo": _undo,
    "source": _source,
    "merge": _merge,
    "with": _with_other,
    "all": _all,
    "bulk": _bulk,
    "edit": review_edit.ask,
    "units": review_edit.offer_units,
    "unit": review_edit.take_unit,
    "group": review_edit.take_group,
    "people": review_edit.offer_people,
    "person": review_edit.take_person,
    "split": review_edit.propose_split,
    "parts": review_edit.carry_out_split,
}
