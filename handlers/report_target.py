"""Takes a target's value in ordinary words, shows the card, and writes it once the person has confirmed."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import texts
from domain.achievements import Achievement, SaidValue, fits, said_value, standing, year_asked
from domain.messages import Button, Kind, Reply
from domain.milestones import even, figures_in
from domain.naming import target_named, targets_named
from domain.people import Person
from domain.plans import Target
from domain.rights import may_report_target, may_see_target
from domain.vietnamese import fold
from handlers.draft import open_draft
from handlers.private import staff_alone
from handlers.target_draft import (
    TargetDraft,
    card_is_last,
    card_was_settled,
    drop_target_draft,
    keep_target_draft,
    last_target_card,
    new_target_draft,
    open_target_draft,
    outcome_of_card,
    settle_target_draft,
    show_target_card,
)
from handlers.target_wording import (
    Standing,
    choice_of,
    example_of,
    standings,
    target_lead,
    target_name,
    targets_button,
    unit_of,
    value_words,
)
from handlers.turn import Turn
from handlers.wording import moment_words, number_in, office_words

ASKED_AT_MOST = 2
CHOICES_SHOWN = 6
_NEAR = 0.45

_NUMBERED = re.compile(
    r"^\s*(?:(?:bao cao|bc|cap nhat|ghi|nhap)\s+)?(?:ket qua |so lieu |tien do )?(?:cua )?"
    r"(?:chi tieu|ct)\s*(?:so\s*)?(?P<number>\d{1,3}(?:\.\d{1,2})*)\b(?![%,]\d|\s*%)(?P<rest>.*)"
)
_WORDED = re.compile(
    r"\s*(?:(?:bao cao|bc|cap nhat|ghi|nhap)\s+)?(?:ket qua |so lieu )?"
    r"(?:chi tieu\s+|(?=(?:ty le|ti le|chi so|muc do|so luong|tong so|so)\s))(?P<rest>.*)"
)
_BEGUN = re.compile(
    r"\s*(?:toi muon |xin )?(?:bao cao|bc|cap nhat|nhap)\s+(?:ket qua |so lieu )?(?:cac )?chi tieu\s*[.!]*"
)
_CORRECTS = re.compile(
    r"\s*(?:toi )?(?:muon |xin |can )?(?:sua|dinh chinh|chinh|dieu chinh)(?: lai)?\s+(?:bao cao |ket qua |so lieu )?"
    r"(?P<rest>(?:chi tieu|ct)\b.*)"
)
_QUESTION = re.compile(
    r"\?\s*$|\b(?:bao nhieu|khi nao|bao gio|the nao|tai sao|vi sao|den dau|may phan tram|khong(?: a| nhi)?)\s*[.?]*$"
    r"|\b(?:la gi|don vi nao|cho (?:toi|em|minh) hoi|nao)\b"
)
_LEADS_TO_VALUE = re.compile(
    r"(?:[\s,:;-]|\b(?:nam 20\d\d|nam nay|hien nay|hien tai|hien|den nay|nay|da|dang|moi|dat|duoc|la|len|tang|giam|con"
    r"|xuong|so lieu|ket qua|tu|thi|khoang)(?=[\s,:;-]))*$"
)
_OF_A_TASK = re.compile(r"\b(?:nv ?\d|nhiem vu)")
_PART_OF = re.compile(r"(?<![\d.,/])\d[\d.]*\s?/\s?\d")
_CLOSING = r"( a| nhe| giup (toi|em))?[ .!]*"
_DECISIONS = {
    "yes": re.compile(
        rf"(toi )?(xac nhan|dong y|dung roi|ghi di|ghi nhan|chinh xac|ok|oke|vang|da|dung|duoc){_CLOSING}"
    ),
    "edit": re.compile(rf"(toi muon )?(sua|sua lai|chinh lai|chua dung|sai roi|sai){_CLOSING}"),
    "no": re.compile(rf"(toi muon )?(huy|huy bo|bo di|khong ghi( nua)?|khong|thoi){_CLOSING}"),
}


def settles_a_target_card(turn: Turn) -> bool:
    """True for the buttons of a target's card, and for words that decide while it is the last thing shown."""
    return _decision(turn) != ""


def answers_about_a_target(turn: Turn) -> bool:
    """True when a value was asked for and the message may hold it: it asks nothing and names no other thing."""
    draft = open_target_draft(turn)
    if draft is None or draft.is_card or turn.incoming.kind is not Kind.TEXT or turn.text.startswith("/"):
        return False
    begun_since = open_draft(turn)
    if begun_since is not None and begun_since.opened > datetime.fromisoformat(draft.opened):
        return False
    folded = even(turn.text)
    return not any(pattern.search(folded) for pattern in (_QUESTION, _NUMBERED, _OF_A_TASK))


def reports_a_target(turn: Turn) -> bool:
    """True for staff who say a target's value, correct one, or begin to; and for the button that begins a report."""
    if re.fullmatch(r"target:(report|pick):\d+", turn.action):
        return True
    if turn.incoming.kind is not Kind.TEXT or not turn.role.is_staff:
        return False
    folded = even(turn.text)
    if _QUESTION.search(folded):
        return False
    if _BEGUN.fullmatch(folded) or _CORRECTS.fullmatch(folded):
        return True
    if numbered := _NUMBERED.fullmatch(folded):
        return said_value(_rest_of(turn.text, numbered)) is not None or _asks_to_report(folded)
    worded = _WORDED.fullmatch(folded)
    return worded is not None and said_value(_value_in(_rest_of(turn.text, worded))) is not None


async def take_target_report(turn: Turn) -> list[Reply] | None:
    """The card of what was said or the question for what is missing; None where the words name no target after all."""
    person = staff_alone(turn, "target.report.not_staff")
    if not isinstance(person, Person):
        return person
    seen = await _confirmed(turn, person)
    if turn.action:
        return _begin_by_button(turn, person, seen)
    folded = even(turn.text)
    if _BEGUN.fullmatch(folded):
        return [_ask_which(turn, person, [s.target for s in seen], new_target_draft(turn, person, ""))]
    corrected = _CORRECTS.fullmatch(folded)
    text = turn.text.strip()[corrected.start("rest") :] if corrected else turn.text
    found = _named(text, seen)
    if found is None:
        return None
    targets, said = found
    draft = new_target_draft(turn, person, turn.text, **_known(said))
    if len(targets) != 1:
        return [_ask_which(turn, person, targets, draft)] if targets else [_not_found(text)]
    draft = replace(draft, target=targets[0].id)
    if corrected:
        return _correct(turn, person, _standing(seen, targets[0].id), draft)
    return _advance(turn, person, seen, draft)


async def take_target_value(turn: Turn) -> list[Reply] | None:
    """The report carried on with the value that was asked for; after two answers we cannot read, an explanation."""
    person, draft = staff_alone(turn, "target.report.not_staff"), open_target_draft(turn)
    if not isinstance(person, Person) or draft is None or draft.target is None:
        return person if isinstance(person, list) else None
    seen = await _confirmed(turn, person)
    said = said_value(turn.text)
    if said is None:
        return _ask_again(turn, _standing(seen, draft.target), draft)
    told = " / ".join(part for part in (draft.said, turn.text) if part)
    year = said.year or draft.year
    return _advance(turn, person, seen, replace(draft, said=told, value=said.value, year=year, unit=said.unit))


async def settle_target_card(turn: Turn) -> list[Reply]:
    """What the person decided, carried out; an old or foreign button writes nothing and says why."""
    person = staff_alone(turn, "target.report.not_staff")
    if not isinstance(person, Person):
        return person
    draft = open_target_draft(turn)
    card = number_in(turn.action) if turn.action else (draft.card if draft else last_target_card(turn))
    if draft is None or not draft.is_card or card != draft.card:
        return [_no_such_card(turn, card or 0)]
    decision = _decision(turn)
    if decision == "no":
        settle_target_draft(turn, draft, "cancelled")
        return [Reply(texts.say("target.report.cancelled"), (targets_button(),))]
    shown = _standing(await _confirmed(turn, person), draft.target or 0)
    if shown is None:
        drop_target_draft(turn)
        return [Reply(texts.say("target.gone"), (targets_button(),))]
    if decision == "edit":
        keep_target_draft(turn, replace(draft, asked=1))
        year = draft.year or 0
        example = example_of(shown, year)
        number = shown.target.number
        return [Reply(texts.say("target.report.ask_correction_value", number=number, year=year, example=example))]
    return [await _write(turn, person, shown, draft)]


def _no_such_card(turn: Turn, card: int) -> Reply:
    outcome = outcome_of_card(turn, card)
    if outcome == "written":
        return Reply(texts.say("target.report.already_written"), (targets_button(),))
    if outcome == "cancelled":
        return Reply(texts.say("target.report.already_cancelled"), (targets_button(),))
    return Reply(texts.say("target.report.stale"), (targets_button(),))


async def _write(turn: Turn, person: Person, shown: Standing, draft: TargetDraft) -> Reply:
    """Write the value once, after looking again at rights and state: both may have changed since the card."""
    records = await turn.records()
    author = await records.people.get(person.id)
    target, year, value = shown.target, draft.year or 0, draft.value or 0.0
    if author is None or not may_report_target(author, target):
        drop_target_draft(turn)
        return _not_yours(target)
    reports = await records.achievements.of_target(target.id)
    now = standing(reports).get(year)
    if (now.id if now else None) != draft.seen:
        again = show_target_card(turn, replace(draft, supersedes=None), shown, reports)
        told = value_words(now.value, unit_of(shown, year)) if now else ""
        return again.with_text(f"{texts.say('target.report.changed', value=told)}\n\n{again.text}")
    added = await records.achievements.add(target, author, year, value, draft.said, turn.now, draft.supersedes)
    await records.audit.note(
        author.office_id,
        author.id,
        "target.corrected" if draft.supersedes else "target.reported",
        f"target:{target.id}",
        turn.now,
        {"achievement": added.id, "year": year, "value": value, "supersedes": draft.supersedes},
    )
    settle_target_draft(turn, draft, "written")
    return _thanks(turn, author, shown, draft)


def _thanks(turn: Turn, author: Person, shown: Standing, draft: TargetDraft) -> Reply:
    target, year = shown.target, draft.year or 0
    value = value_words(draft.value or 0.0, unit_of(shown, year))
    at, name = moment_words(turn.now), target_name(target)
    if draft.supersedes:
        text = texts.say("target.report.written_correction", at=at, name=name, year=year, value=value)
    else:
        text = texts.say("target.report.written", at=at, name=name, year=year, value=value, person=author.name)
    text += "\n" + texts.say("target.report.how_to_correct", number=target.number)
    return Reply(text, (Button(texts.say("target.button.open_one"), f"target:{target.id}"), targets_button()))


async def _confirmed(turn: Turn, person: Person) -> list[Standing]:
    """The confirmed targets that the person sees, each with what was reported of it."""
    async with turn.reading() as records:
        return [s for s in await standings(records, person.office_id) if may_see_target(person, s.target)]


def _standing(seen: Sequence[Standing], target_id: int) -> Standing | None:
    return next((s for s in seen if s.target.id == target_id), None)


def _begin_by_button(turn: Turn, person: Person, seen: Sequence[Standing]) -> list[Reply]:
    target_id = number_in(turn.action) or 0
    if _standing(seen, target_id) is None:
        return [Reply(texts.say("target.gone"), (targets_button(),))]
    draft = open_target_draft(turn)
    if draft is None or not turn.action.startswith("target:pick:") or draft.target is not None:
        draft = new_target_draft(turn, person, "")
    return _advance(turn, person, seen, replace(draft, target=target_id))


def _advance(turn: Turn, person: Person, seen: Sequence[Standing], draft: TargetDraft) -> list[Reply]:
    """The next step: refuse, ask for the value, or show the card."""
    shown = _standing(seen, draft.target or 0)
    if shown is None:
        return [Reply(texts.say("target.gone"), (targets_button(),))]
    target = shown.target
    if not may_report_target(person, target):
        drop_target_draft(turn)
        return [_not_yours(target)]
    year = draft.year or year_asked(target, turn.today.year) or turn.today.year
    draft = replace(draft, year=year)
    if draft.value is None or not fits(target, SaidValue(draft.value, draft.unit)):
        return [_ask_value(turn, shown, draft)]
    return [show_target_card(turn, draft, shown, shown.reports)]


def _ask_value(turn: Turn, shown: Standing, draft: TargetDraft) -> Reply:
    keep_target_draft(turn, replace(draft, value=None, unit="", asked=draft.asked + 1, card=0))
    target, year = shown.target, draft.year or 0
    if draft.value is not None:
        return Reply(texts.say("target.report.wrong_unit", unit=unit_of(shown, year)))
    example = example_of(shown, year)
    return Reply(
        texts.say("target.report.ask_value", name=target_name(target), title=target.title, year=year, example=example)
    )


def _ask_again(turn: Turn, shown: Standing | None, draft: TargetDraft) -> list[Reply]:
    if shown is None:
        drop_target_draft(turn)
        return [Reply(texts.say("target.gone"), (targets_button(),))]
    year, example = draft.year or 0, example_of(shown, draft.year or 0)
    if draft.asked >= ASKED_AT_MOST:
        drop_target_draft(turn)
        gave_up = texts.say("target.report.gave_up", number=shown.target.number, year=year, example=example)
        return [Reply(gave_up, (targets_button(),))]
    keep_target_draft(turn, replace(draft, asked=draft.asked + 1, card=0))
    return [Reply(texts.say("target.report.ask_value_again", year=year, example=example))]


def _ask_which(turn: Turn, person: Person, targets: Sequence[Target], draft: TargetDraft) -> Reply:
    """The choice between the targets that may be meant: those the person may report."""
    own = [target for target in targets if may_report_target(person, target)][:CHOICES_SHOWN]
    if not own:
        return (
            _not_yours(targets[0])
            if targets
            else Reply(texts.say("target.list.none", office=office_words(turn.office)), (targets_button(),))
        )
    keep_target_draft(turn, replace(draft, asked=1))
    return Reply(texts.say("target.report.which"), choice_of(own, "target:pick:"))


def _correct(turn: Turn, person: Person, shown: Standing | None, draft: TargetDraft) -> list[Reply]:
    """The card that corrects the person's own report that counts, or the question what it should say."""
    if shown is None:
        return [Reply(texts.say("target.gone"), (targets_button(),))]
    last = _own_last(person, shown.reports, draft.year)
    if not may_report_target(person, shown.target):
        return [_not_yours(shown.target)]
    if last is None:
        year = draft.year or year_asked(shown.target, turn.today.year) or turn.today.year
        example = example_of(shown, year)
        nothing = texts.say("target.report.nothing_to_correct", number=shown.target.number, example=example)
        return [Reply(nothing, (targets_button(),))]
    draft = replace(draft, year=last.year, supersedes=last.id)
    return _advance(turn, person, [shown], draft)


def _own_last(person: Person, reports: Sequence[Achievement], year: int | None) -> Achievement | None:
    """The person's newest report that counts for its year; of the year named, if one is."""
    counting = [r for r in standing(reports).values() if r.person_id == person.id and year in (None, r.year)]
    return max(counting, key=lambda report: report.id, default=None)


def _named(text: str, seen: Sequence[Standing]) -> tuple[list[Target], SaidValue | None] | None:
    """The targets that the text may name with the value it says; None where it names none by words."""
    folded = even(text.strip())
    targets = [s.target for s in seen]
    if numbered := _NUMBERED.fullmatch(folded):
        said = said_value(_rest_of(text, numbered))
        return [t for t in targets if fold(t.number).strip(" .") == numbered["number"]], said
    worded = _WORDED.fullmatch(folded)
    if not worded:
        return None
    rest = _rest_of(text, worded)
    value = _value_in(rest)
    words = rest[: len(rest) - len(value)] if value else rest
    if (sure := target_named(words, targets)) is not None:
        return [sure], said_value(value)
    near = [target for target, score in targets_named(words, targets) if score >= _NEAR]
    return (near, said_value(value)) if near else None


def _rest_of(text: str, found: re.Match[str]) -> str:
    """The end of the text as it was typed, which a pattern found in its folded form."""
    typed = text.strip()
    return typed[len(typed) - len(found["rest"]) :] if found["rest"] else ""


def _value_in(rest: str) -> str:
    """The end of a sentence that says how much: from the words that lead to its last figure."""
    folded = even(rest)
    parts, figures = list(_PART_OF.finditer(folded)), figures_in(folded)
    at = parts[-1].start() if parts else figures[-1].start if figures else len(rest)
    lead = _LEADS_TO_VALUE.search(folded[:at])
    return rest[lead.start() if lead else at :] if at < len(rest) else ""


def _known(said: SaidValue | None) -> dict[str, int | float | str | None]:
    return {} if said is None else {"value": said.value, "year": said.year, "unit": said.unit}


def _asks_to_report(folded: str) -> bool:
    return re.match(r"\s*(?:bao cao|bc|cap nhat|ghi|nhap)\b", folded) is not None


def _not_found(text: str) -> Reply:
    found = _NUMBERED.fullmatch(even(text.strip()))
    return Reply(texts.say("target.not_found", number=found["number"] if found else ""), (targets_button(),))


def _not_yours(target: Target) -> Reply:
    refusal = texts.say("target.report.not_yours", number=target.number, lead=target_lead(target))
    return Reply(refusal, (targets_button(),))


def _decision(turn: Turn) -> str:
    if pressed := re.fullmatch(r"target:(yes|edit|no):\d+", turn.action):
        return pressed[1]
    if turn.incoming.kind is not Kind.TEXT:
        return ""
    draft, typed = open_target_draft(turn), fold(turn.text)
    if draft is None and card_was_settled(turn):
        # Where choices are typed, a second press is the same word again.
        return next((d for d, word in (("yes", "xac nhan"), ("no", "huy")) if typed.strip(" .!") == word), "")
    if draft is None or not draft.is_card or not card_is_last(turn):
        return ""
    return next((d for d, pattern in _DECISIONS.items() if pattern.fullmatch(typed)), "")
