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
from handlers.deciding import card_is_last
from handlers.memory import BUTTONS
from handlers.private import staff_alone
from handlers.review_card import card_buttons, merge_buttons
from handlers.review_edit import (
    Step,
    ask,
    carry_out_split,
    is_meant,
    offer_people,
    offer_units,
    propose_split,
    take_group,
    take_person,
    take_unit,
    take_words,
)
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
    waiting,
)
from handlers.review_show import candidates_for, show_current, sure_ones, with_sentence
from handlers.review_write import confirm, confirm_together, drop, told_settled
from handlers.turn import Turn
from handlers.wording import PAGE, home_button, short

_ASKED = re.compile(
    r"/duyet|((cho )?(toi|em|minh) )?(xin |muon |can )?(tiep tuc )?"
    r"(duyet|ra soat|xem|kiem tra|xem lai)( tiep)?( cac| nhung| danh sach)*"
    r"( (?P<what>nhiem vu du thao|chi tieu du thao|du thao( (cac )?(nhiem vu|chi tieu))?|nhiem vu|chi tieu))?( moi)?"
    r"( (cua|trong|tai|thuoc)( ke hoach| van ban| cong van)?( so)?)?( (?P<document>\d+[a-z]?/[a-z0-9/-]+))?[ .!]*"
)
_SEEN_ONLY = re.compile(r"(xem|kiem tra|xem lai)( tiep)?( cac| nhung| danh sach)* (nhiem vu|chi tieu)\b(?! du thao).*")
_WORDS = {
    "all": re.compile(
        r"(xac nhan|duyet|dong y)( het| tat ca)( cac)?( muc| du thao| nhiem vu)*( con lai)?( a| nhe)?[ .!]*"
    ),
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


def presses_a_card(turn: Turn) -> bool:
    """True for the buttons of a review, and for words that mean the same while its card is the last thing shown."""
    return turn.action.startswith("review:") or _decision(turn) != ""


def answers_a_card(turn: Turn) -> bool:
    """True when the message says what is to change in the entry under review, or how to split it."""
    if turn.incoming.kind is not Kind.TEXT or turn.text.startswith("/"):
        return False
    review = open_review(turn)
    return review is not None and bool(review.key) and is_meant(turn, review, _card_is_last(turn))


def _card_is_last(turn: Turn) -> bool:
    return any(str(action).startswith("review:") for _, action in turn.memory.get(BUTTONS, ()))


def _decision(turn: Turn) -> str:
    if turn.incoming.kind is not Kind.TEXT or not card_is_last(turn, "review:yes:"):
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
    await records.drafts.match_units(person.office_id, await records.people.units(person.office_id))
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
    return [with_sentence(texts.say("review.begins", count=len(entries), kinds=_kinds(entries)), shown)]


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


def _reviewer(turn: Turn) -> Person | list[Reply]:
    person = staff_alone(turn, "review.not_staff")
    if isinstance(person, Person) and not may_review_drafts(person):
        return [Reply(texts.say("review.may_not"), (home_button(person.role),))]
    return person


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
        return [with_sentence(texts.say("review.changed_meanwhile"), shown)]
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
    told = texts.say("review.gone") if entry is None else await told_settled(records, entry)
    return with_sentence(told, await show_current(turn, records, person, review.onward()))


async def take_edit(turn: Turn) -> list[Reply]:
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
    return await take_words(Step(turn, records, person, review, entry, show_current), turn.text)


async def _confirm(step: Step) -> list[Reply]:
    review, told = await confirm(step.turn, step.records, step.person, step.review, step.entry)
    if review.is_edit and review.at >= len(review.queue):
        end_review(step.turn)
        open_it = Button(texts.say("report.button.open"), f"task:{step.entry.id}")
        return [Reply(told, (open_it, home_button(step.person.role)))]
    return await step.show(review, told)


async def _drop(step: Step) -> list[Reply]:
    if step.review.is_edit:
        return await step.show(step.review)
    review, told = await drop(step.turn, step.records, step.person, step.review, step.entry)
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
    sure = 0 if review.is_edit else len(await sure_ones(step.records, step.person, review))
    candidates = [] if review.is_edit else await candidates_for(step.records, step.person, review, entry)
    return [Reply(text, card_buttons(review, entry, len(candidates), sure, await step.shown()))]


async def _merge(step: Step) -> list[Reply]:
    if step.review.is_edit or isinstance(step.entry, DeadlineChange):
        return await step.show(step.review)
    candidates = await candidates_for(step.records, step.person, step.review, step.entry)
    if not candidates:
        return await step.show(step.review, texts.say("review.nothing_to_merge"))
    keep_review(step.turn, step.review)
    return [Reply(texts.say("review.ask_merge"), merge_buttons(step.review, candidates))]


async def _with_other(step: Step) -> list[Reply]:
    """The card of both drafts as one; nothing is written before that is confirmed."""
    if isinstance(step.entry, DeadlineChange):
        return await step.show(step.review)
    candidates = await candidates_for(step.records, step.person, step.review, step.entry)
    other = next((c for c in candidates if key_of(c) == step.chosen), None)
    if other is None:
        return await step.show(step.review, texts.say("review.gone"))
    chosen = [*step.review.changed.get("merge", ()), [key_of(other), fingerprint(other)]]
    return await step.show(step.review.with_changes({"merge": chosen}))


async def _all(step: Step) -> list[Reply]:
    """The card that names how many would be confirmed together, and what is left out and why."""
    review = step.review
    sure = await sure_ones(step.records, step.person, review)
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


async def _bulk(step: Step) -> list[Reply]:
    if step.review.asking is not Asking.BULK:
        return await step.show(step.review)
    review, told = await confirm_together(step.turn, step.records, step.person, step.review)
    return await step.show(review, told)


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
    "edit": ask,
    "units": offer_units,
    "unit": take_unit,
    "group": take_group,
    "people": offer_people,
    "person": take_person,
    "split": propose_split,
    "parts": carry_out_split,
}
