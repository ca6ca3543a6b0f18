"""What a talk remembers between turns: the buttons last offered and the last question answered.

The turn's memory is compared and stored as a whole, so values are replaced here, never changed inside.
"""

from collections.abc import Sequence

from domain.messages import Button, Reply, choice
from handlers.turn import Turn

BUTTONS = "buttons"
QUESTION = "question"
CLARIFY = "clarify"


def remember_buttons(turn: Turn, replies: Sequence[Reply]) -> None:
    """Keep the choices now before the person, so that typing a number or a label works as pressing does."""
    offered = [b for reply in replies for b in reply.buttons]
    if offered:
        turn.memory[BUTTONS] = [[b.label, b.action] for b in offered]
    elif replies:
        turn.memory.pop(BUTTONS, None)


def typed_choice(turn: Turn) -> str | None:
    """The action of the offered button that the typed text names, or None."""
    return choice(turn.text, [Button(label, action) for label, action in turn.memory.get(BUTTONS, ())])


def last_question(turn: Turn) -> str:
    """The last question that found an answer, or empty."""
    return str(turn.memory.get(QUESTION, ""))


def remember_question(turn: Turn, question: str) -> None:
    """Keep a question as it was understood, so that a follow-up keeps its subject."""
    turn.memory[QUESTION] = question


def clarifying(turn: Turn) -> tuple[str, list[str], int]:
    """The question that was unclear, the names offered for it, and how often we asked; empty when none is open."""
    kept = turn.memory.get(CLARIFY)
    return (kept["question"], list(kept["options"]), kept["count"]) if kept else ("", [], 0)


def remember_clarifying(turn: Turn, question: str, options: Sequence[str], count: int) -> None:
    """Keep an unclear question with the names offered for it."""
    turn.memory[CLARIFY] = {"question": question, "options": list(options), "count": count}


def forget_clarifying(turn: Turn) -> None:
    """The question was answered or given up."""
    turn.memory.pop(CLARIFY, None)
