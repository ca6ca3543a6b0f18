"""A target's value being reported: remembered between turns, shown as a card, written only once it is confirmed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

import texts
from domain.achievements import Achievement, milestone_in, standing
from domain.messages import Button, Reply
from domain.milestones import is_downward, missing, reached
from domain.people import Person
from domain.plans import Target
from handlers.memory import BUTTONS
from handlers.target_wording import Standing, unit_of, value_words
from handlers.turn import Turn

DRAFT = "target_draft"
CARDS = "target_cards"
SETTLED = "target_settled"
WAITS = timedelta(hours=24)
SAID_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class TargetDraft:
    """What is known of the report so far. `card` numbers the card last shown, 0 before the first.

    `seen` is the report that counted for the year when the card was shown; `asked` how often we asked for the value.
    """

    person: int
    opened: str
    said: str = ""
    target: int | None = None
    year: int | None = None
    value: float | None = None
    unit: str = ""
    asked: int = 0
    card: int = 0
    name: str = ""
    seen: int | None = None
    supersedes: int | None = None

    @property
    def is_card(self) -> bool:
        """True while the card waits for a decision."""
        return self.card > 0 and self.asked == 0


def new_target_draft(turn: Turn, person: Person, said: str, **known: int | float | str | None) -> TargetDraft:
    """A draft opened now by this person."""
    return replace(TargetDraft(person.id, turn.now.isoformat(), said[:SAID_LIMIT]), **known)  # type: ignore[arg-type]


def open_target_draft(turn: Turn) -> TargetDraft | None:
    """The speaker's own draft that still waits in this chat, or None."""
    kept = turn.memory.get(DRAFT)
    if not kept or turn.person is None or kept["person"] != turn.person.id:
        return None
    draft = TargetDraft(**kept)
    return draft if turn.now - datetime.fromisoformat(draft.opened) <= WAITS else None


def keep_target_draft(turn: Turn, draft: TargetDraft) -> None:
    """Remember the draft until the next turn."""
    turn.memory[DRAFT] = asdict(draft)


def settle_target_draft(turn: Turn, draft: TargetDraft, outcome: str) -> None:
    """Forget the draft and remember how its card ended ("written" or "cancelled"), for a second press."""
    turn.memory.pop(DRAFT, None)
    turn.memory[SETTLED] = [draft.card, outcome]


def drop_target_draft(turn: Turn) -> None:
    """Forget the draft."""
    turn.memory.pop(DRAFT, None)


def outcome_of_card(turn: Turn, card: int) -> str:
    """How the card with this number ended, or empty when that is no longer known."""
    settled = turn.memory.get(SETTLED)
    return str(settled[1]) if settled and settled[0] == card else ""


def card_is_last(turn: Turn) -> bool:
    """True when the buttons last offered are those of a target's card, so that a bare "ok" means it."""
    offered = turn.memory.get(BUTTONS, ())
    return bool(offered) and str(offered[0][1]).startswith("target:yes:")


def card_was_settled(turn: Turn) -> bool:
    """True while the last thing shown is what became of a target's card."""
    offered = turn.memory.get(BUTTONS, ())
    return SETTLED in turn.memory and bool(offered) and str(offered[-1][1]) == "targets"


def last_target_card(turn: Turn) -> int:
    """The number of the card shown last in this chat; 0 before the first."""
    return int(turn.memory.get(CARDS, 0))


def show_target_card(turn: Turn, draft: TargetDraft, shown: Standing, reports: Sequence[Achievement]) -> Reply:
    """The card to be confirmed; it is remembered with what counted for the year when it was shown."""
    target, year, value = shown.target, draft.year or 0, draft.value or 0.0
    card = last_target_card(turn) + 1
    turn.memory[CARDS] = card
    before = standing(reports).get(year)
    name = texts.say("target.name", number=target.number)
    kept = replace(draft, card=card, asked=0, name=name, seen=before.id if before else None)
    keep_target_draft(turn, kept)
    unit = unit_of(shown, year)
    lines = [
        texts.say("target.report.ask_correction" if draft.supersedes else "target.report.ask"),
        "",
        texts.say("target.label", number=target.number, title=target.title),
    ]
    if target.document_number:
        lines.append(texts.say("target.detail.document", document=target.document_number))
    lines.append(texts.say("target.report.year", year=year))
    if planned := dict(target.values).get(year):
        lines.append(texts.say("target.report.planned", planned=planned))
    lines += [_value_line(value, unit, before), *_beside_the_plan(target, year, value, unit)]
    lines += _notes(turn, kept, target, unit, before)
    lines += ["", texts.say("target.report.unwritten")]
    return Reply("\n".join(lines), target_card_buttons(kept))


def target_card_buttons(draft: TargetDraft) -> tuple[Button, ...]:
    """Confirm, correct or cancel this very card."""
    return (
        Button(texts.say("report.button.yes"), f"target:yes:{draft.card}"),
        Button(texts.say("report.button.edit"), f"target:edit:{draft.card}"),
        Button(texts.say("report.button.no"), f"target:no:{draft.card}"),
    )


def target_reminder(turn: Turn) -> tuple[str, tuple[Button, ...]]:
    """A word that a card still waits with its buttons, or that a value was asked for."""
    draft = open_target_draft(turn)
    if draft is None or not draft.is_card:
        return texts.say("target.report.still_asking"), ()
    return texts.say("target.report.still_waiting", name=draft.name), target_card_buttons(draft)


def _value_line(value: float, unit: str, before: Achievement | None) -> str:
    words = value_words(value, unit)
    if before is None or before.value == value:
        return texts.say("target.report.value", value=words)
    return texts.say("target.report.value_before", value=words, before=value_words(before.value, unit))


def _beside_the_plan(target: Target, year: int, value: float, unit: str) -> list[str]:
    milestone = milestone_in(target, year)
    stands = None if milestone is None else reached(milestone, value)
    if milestone is None or stands is None:
        return []
    if stands:
        return [texts.say("target.report.reached")]
    key = "target.report.above" if is_downward(milestone) else "target.report.missed"
    return [texts.say(key, missing=value_words(missing(milestone, value), unit))]


def _notes(turn: Turn, draft: TargetDraft, target: Target, unit: str, before: Achievement | None) -> list[str]:
    """What the person should look at twice before confirming."""
    year, value = draft.year or 0, draft.value or 0.0
    milestone = milestone_in(target, year)
    notes = []
    if before and value < before.value and not draft.supersedes and not (milestone and is_downward(milestone)):
        notes.append(texts.say("target.report.lower"))
    if unit == "%" and value > 100:
        notes.append(texts.say("target.report.over"))
    if year not in dict(target.values):
        notes.append(texts.say("target.report.not_planned", year=year))
    if year > turn.today.year:
        notes.append(texts.say("target.report.ahead", year=year))
    return notes
