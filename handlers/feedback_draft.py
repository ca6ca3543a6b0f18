"""Feedback being put together: remembered between turns, shown as a card, kept nowhere until it is sent."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import texts
from domain.feedback import FILES_AT_MOST
from domain.messages import Button, Incoming, SentFile
from handlers.turn import Turn

FEEDBACK = "feedback"
OFFERED = "feedback_offered"
SETTLED = "feedback_settled"
WAITS = timedelta(hours=24)
SAID_LIMIT = 2000


class Wanted(StrEnum):
    """What the person is expected to send next."""

    TEXT = "text"
    PLACE = "place"
    DECISION = "decision"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class FeedbackDraft:
    """What was said so far. `case_id` is the case it adds to, None for a new one; `asked` counts our questions.

    `files` are what came along, each as [message id, remote id, name, media type, size]: noted when it is sent.
    """

    opened: datetime
    said: str = ""
    place: str = ""
    files: tuple[tuple[str, str, str, str, int], ...] = ()
    wanted: Wanted = Wanted.TEXT
    asked: int = 0
    card: int = 0
    case_id: int | None = None
    code: str = ""
    album: str = ""

    def with_message(self, incoming: Incoming) -> "FeedbackDraft":
        """The draft with the photos, files and place of one more message, as far as there is room."""
        more = tuple((incoming.message_id, f.remote_id, f.name, f.media_type, f.size) for f in incoming.files)
        files = tuple(dict.fromkeys((*self.files, *more)))[:FILES_AT_MOST]
        return replace(self, files=files, place=incoming.place or self.place, album=incoming.album or self.album)

    def messages(self, incoming: Incoming) -> list[Incoming]:
        """The messages that brought its files, so that these can be noted in the name of who sends it."""
        found: dict[str, list[SentFile]] = {}
        for message_id, *file in self.files:
            found.setdefault(message_id, []).append(SentFile(*file))  # type: ignore[arg-type]
        return [replace(incoming, message_id=number, files=tuple(files)) for number, files in found.items()]


def open_feedback(turn: Turn) -> FeedbackDraft | None:
    """The draft that waits in this chat, or None."""
    return _open(turn, FEEDBACK)


def feedback_reminder(turn: Turn) -> tuple[str, tuple[Button, ...]]:
    """A word that feedback still waits, with its card's buttons."""
    draft = open_feedback(turn)
    if draft is None or draft.wanted is not Wanted.DECISION:
        return texts.say("case.still_asking"), ()
    return texts.say("case.still_waiting"), card_buttons(draft)


def card_buttons(draft: FeedbackDraft) -> tuple[Button, ...]:
    """Send, correct or drop this very card."""
    return (
        Button(texts.say("case.button.send"), f"pa:send:{draft.card}"),
        Button(texts.say("case.button.edit"), f"pa:edit:{draft.card}"),
        Button(texts.say("case.button.drop"), f"pa:drop:{draft.card}"),
    )


def keep_feedback(turn: Turn, draft: FeedbackDraft) -> None:
    """Remember the draft until the next turn; whatever was only offered is forgotten."""
    turn.memory[FEEDBACK] = _as_json(draft)
    turn.memory.pop(OFFERED, None)


def drop_feedback(turn: Turn) -> None:
    """Forget the draft."""
    turn.memory.pop(FEEDBACK, None)


def offered_feedback(turn: Turn) -> FeedbackDraft | None:
    """What was offered to be taken as feedback and not yet answered, or None."""
    return _open(turn, OFFERED)


def offer_feedback(turn: Turn, draft: FeedbackDraft) -> None:
    """Remember what is offered to be taken as feedback."""
    turn.memory[OFFERED] = _as_json(draft)


def forget_offer(turn: Turn) -> None:
    """The offer was taken or declined."""
    turn.memory.pop(OFFERED, None)


def settle_feedback(turn: Turn, draft: FeedbackDraft, code: str) -> None:
    """Forget the draft and remember under which code its card was sent (empty: it was dropped), for a second press."""
    drop_feedback(turn)
    turn.memory[SETTLED] = [draft.card, code]


def code_of_card(turn: Turn, card: int) -> str | None:
    """The code under which the card with this number was sent; empty when dropped, None when no longer known."""
    settled = turn.memory.get(SETTLED)
    return str(settled[1]) if settled and settled[0] == card else None


def last_settled(turn: Turn) -> int:
    """The number of the card that was sent or dropped last; 0 before the first."""
    settled = turn.memory.get(SETTLED)
    return int(settled[0]) if settled else 0


def next_card(turn: Turn) -> int:
    """A number for a card that no earlier card of this chat has."""
    turn.memory["feedback_cards"] = int(turn.memory.get("feedback_cards", 0)) + 1
    return int(turn.memory["feedback_cards"])


def _open(turn: Turn, key: str) -> FeedbackDraft | None:
    kept = turn.memory.get(key)
    draft = _from_json(kept) if kept else None
    return draft if draft is not None and turn.now - draft.opened <= WAITS else None


def _as_json(draft: FeedbackDraft) -> dict[str, Any]:
    return {
        **asdict(draft),
        "opened": draft.opened.isoformat(),
        "files": [list(file) for file in draft.files],
        "wanted": str(draft.wanted),
    }


def _from_json(kept: Mapping[str, Any]) -> FeedbackDraft:
    return FeedbackDraft(
        **{
            **kept,
            "opened": datetime.fromisoformat(kept["opened"]),
            "files": tuple(tuple(file) for file in kept["files"]),
            "wanted": Wanted(kept["wanted"]),
        }
    )
