"""Several reports under one card: remembered between turns, each line a report of its own."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import texts
from domain.messages import Button
from handlers.draft import DRAFT, PACK, WAITS, Asking, Draft, as_json, from_json
from handlers.turn import Turn

ENDED = "several_ended"


@dataclass(frozen=True, slots=True)
class Pack:
    """Reports that wait for one decision. `card` numbers the card last shown; `choosing` while a line is picked."""

    person_id: int
    opened: datetime
    lines: tuple[Draft, ...]
    card: int = 0
    choosing: bool = False

    @property
    def asked_line(self) -> int | None:
        """The first line about which something is asked, or None when all wait for a decision."""
        return next((n for n, line in enumerate(self.lines) if line.asking is not Asking.DECISION), None)

    def with_line(self, position: int, line: Draft) -> "Pack":
        """The pack with another report in this place."""
        lines = list(self.lines)
        lines[position] = line
        return replace(self, lines=tuple(lines), choosing=False)

    def without_line(self, position: int) -> "Pack":
        """The pack without the report in this place."""
        lines = (*self.lines[:position], *self.lines[position + 1 :])
        return replace(self, lines=lines, choosing=False)


def open_pack(turn: Turn) -> Pack | None:
    """The speaker's own reports that still wait in this chat under one card, or None."""
    kept = turn.memory.get(PACK)
    if not kept or turn.person is None or kept["person"] != turn.person.id:
        return None
    opened = datetime.fromisoformat(kept["opened"])
    if turn.now - opened > WAITS:
        return None
    lines = tuple(from_json(line) for line in kept["lines"])
    return Pack(kept["person"], opened, lines, kept["card"], kept["choosing"])


def keep_pack(turn: Turn, pack: Pack) -> None:
    """Remember the reports until the next turn, in place of whatever report waited."""
    turn.memory.pop(DRAFT, None)
    kept: dict[str, Any] = {
        "person": pack.person_id,
        "opened": pack.opened.isoformat(),
        "lines": [as_json(line) for line in pack.lines],
        "card": pack.card,
        "choosing": pack.choosing,
    }
    turn.memory[PACK] = kept


def drop_pack(turn: Turn, card: int = 0, outcome: str = "") -> None:
    """Forget the reports, remembering how their card ended for a second press."""
    turn.memory.pop(PACK, None)
    if outcome:
        turn.memory[ENDED] = [card, outcome]


def pack_outcome(turn: Turn, card: int) -> str:
    """How the card of several with this number ended, or empty when that is no longer known."""
    ended = turn.memory.get(ENDED)
    return str(ended[1]) if ended and ended[0] == card else ""


def pack_buttons(pack: Pack) -> tuple[Button, ...]:
    """Confirm, correct or cancel this very card."""
    count = len(pack.lines)
    confirm = texts.say("several.button.yes", count=count) if count > 1 else texts.say("report.button.yes")
    return (
        Button(confirm, f"several:yes:{pack.card}"),
        Button(texts.say("several.button.edit"), f"several:edit:{pack.card}"),
        Button(texts.say("report.button.no"), f"several:no:{pack.card}"),
    )


def pack_reminder(pack: Pack) -> tuple[str, tuple[Button, ...]]:
    """A word that a card with several lines still waits, and its buttons, for a side question not to bury it."""
    if pack.asked_line is not None:
        return texts.say("several.still_asking"), ()
    return texts.say("several.still_waiting", count=len(pack.lines)), pack_buttons(pack)


def drop_button(pack: Pack, position: int) -> Button:
    """Takes this line off this very card."""
    return Button(texts.say("several.button.drop", line=position + 1), f"several:drop:{pack.card}:{position}")
