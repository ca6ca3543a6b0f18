"""A request for a later deadline being put together: what it still lacks is asked, then its card is shown."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import texts
from domain.clock import day_text
from domain.deadlines import DeadlineKind, parse_deadline
from domain.extensions import ExtensionRequest, can_be_extended
from domain.messages import Button, Reply
from domain.people import Person
from domain.progress import understand
from domain.tasks import Task
from domain.vietnamese import fold
from handlers.draft import Draft, next_card
from handlers.turn import Turn
from handlers.wording import due_words, short, task_name, tasks_button

EXTENSION = "extension"
ENDED = "extension_ended"
WAITS = timedelta(hours=24)
ASKED_AT_MOST = 2
REASON_LIMIT = 500

_BECAUSE = re.compile(r"\b(?:(?:voi )?ly do|vi|do|boi|nguyen nhan)\b:? (?:la |vi |do )?(?P<why>\S.*)$")
_NOT_EXTENDED = {
    DeadlineKind.RECURRING: "extension.recurring",
    DeadlineKind.ONGOING: "extension.ongoing",
    DeadlineKind.ON_REQUEST: "extension.on_request",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A request being put together. `asking` is "day", "reason" or "decision"."""

    person_id: int
    opened: datetime
    task_id: int
    said: str
    wanted: date | None = None
    reason: str = ""
    asking: str = "decision"
    asked: int = 0
    card: int = 0


def open_wish(turn: Turn) -> Wish | None:
    """The speaker's request that still waits in this chat for their own decision, or None."""
    kept = turn.memory.get(EXTENSION)
    if not kept or turn.person is None or kept["person"] != turn.person.id:
        return None
    wish = Wish(
        person_id=kept["person"],
        opened=datetime.fromisoformat(kept["opened"]),
        task_id=kept["task"],
        said=kept["said"],
        wanted=None if kept["wanted"] is None else date.fromisoformat(kept["wanted"]),
        reason=kept["reason"],
        asking=kept["asking"],
        asked=kept["asked"],
        card=kept["card"],
    )
    return wish if turn.now - wish.opened <= WAITS else None


def keep_wish(turn: Turn, wish: Wish) -> None:
    """Remember the request until the next turn."""
    kept: dict[str, Any] = {
        "person": wish.person_id,
        "opened": wish.opened.isoformat(),
        "task": wish.task_id,
        "said": wish.said,
        "wanted": None if wish.wanted is None else wish.wanted.isoformat(),
        "reason": wish.reason,
        "asking": wish.asking,
        "asked": wish.asked,
        "card": wish.card,
    }
    turn.memory[EXTENSION] = kept


def end_wish(turn: Turn, wish: Wish, outcome: str) -> None:
    """Forget the request, remembering how its card ended for a second press."""
    turn.memory.pop(EXTENSION, None)
    turn.memory[ENDED] = [wish.card, outcome]


async def ask_for_more_time(turn: Turn, person: Person, task: Task, draft: Draft) -> list[Reply]:
    """The card of the request, the question for what it lacks, or why this task has no deadline to move."""
    hindrance = await hindrance_to(turn, person, task)
    if hindrance is not None:
        return [hindrance]
    reason = draft.values.obstacle or reason_in(draft.said)
    wish = Wish(person.id, turn.now, task.id, draft.said, draft.values.expected, short(reason, REASON_LIMIT))
    return go_on(turn, wish, task)


async def hindrance_to(turn: Turn, person: Person, task: Task) -> Reply | None:
    """Why no more time can be asked for this task now, or None."""
    if not can_be_extended(task):
        if task.status.is_over:
            return Reply(texts.say("extension.over", name=task_name(task)), (tasks_button(),))
        sentence = _NOT_EXTENDED.get(task.deadline.kind, "extension.no_day")
        return Reply(texts.say(sentence, name=task_name(task)), (tasks_button(),))
    waiting = await (await turn.records()).extensions.open_of(task.id)
    if waiting is None:
        return None
    words = texts.say(
        "extension.already", name=task_name(task), person=waiting.person_name, day=day_text(waiting.wanted)
    )
    return Reply(words, (withdraw_button(waiting),) if waiting.person_id == person.id else (tasks_button(),))


def go_on(turn: Turn, wish: Wish, task: Task) -> list[Reply]:
    """The next step: the day, the reason, or the card."""
    due = task.deadline.due
    trouble = ""
    if wish.wanted is not None and wish.wanted < turn.today:
        trouble = texts.say("extension.past", day=day_text(wish.wanted))
    elif wish.wanted is not None and due is not None and wish.wanted <= due:
        trouble = texts.say("extension.not_later", day=day_text(wish.wanted), due=day_text(due))
    if trouble or wish.wanted is None:
        return _ask(
            turn, replace(wish, wanted=None), "day", trouble, texts.say("extension.ask_day", name=task_name(task))
        )
    if not wish.reason:
        return _ask(turn, wish, "reason", "", texts.say("extension.ask_reason", name=task_name(task)))
    shown = replace(wish, asking="decision", asked=0, card=next_card(turn))
    keep_wish(turn, shown)
    lines = [
        texts.say("extension.card.ask"),
        "",
        texts.say("report.card.task", name=task_name(task), title=task.title),
        texts.say("extension.card.due", due=due_words(task, turn.today)),
        texts.say("extension.card.wanted", day=day_text(wish.wanted)),
        texts.say("extension.card.reason", reason=wish.reason),
        "",
        texts.say("extension.card.unsent"),
    ]
    return [Reply("\n".join(lines), _buttons(shown))]


def _ask(turn: Turn, wish: Wish, what: str, trouble: str, question: str) -> list[Reply]:
    asked = wish.asked + 1 if wish.asking == what else 1
    if asked > ASKED_AT_MOST:
        end_wish(turn, wish, "cancelled")
        return [Reply(texts.say("extension.gave_up"), (tasks_button(),))]
    keep_wish(turn, replace(wish, asking=what, asked=asked))
    return [Reply(f"{trouble}\n{question}" if trouble else question)]


def _buttons(wish: Wish) -> tuple[Button, ...]:
    return (
        Button(texts.say("extension.button.yes"), f"extend:yes:{wish.card}"),
        Button(texts.say("extension.button.edit"), f"extend:edit:{wish.card}"),
        Button(texts.say("report.button.no"), f"extend:no:{wish.card}"),
    )


def wish_reminder(turn: Turn) -> tuple[str, tuple[Button, ...]]:
    """A word that a request still waits, with its card's buttons."""
    wish = open_wish(turn)
    if wish is None or wish.asking != "decision":
        return texts.say("extension.still_asking"), ()
    return texts.say("extension.still_waiting", day=day_text(wish.wanted) if wish.wanted else ""), _buttons(wish)


def withdraw_button(request: ExtensionRequest) -> Button:
    """Takes this very request back."""
    return Button(texts.say("extension.button.withdraw"), f"extend:back:{request.id}")


def day_in(text: str, today: date) -> date | None:
    """The day that an answer names: "30/6", "end of July", or a whole sentence with one."""
    for sentence in (text, f"nv 1 xin gia han den {text}"):
        found = understand(sentence, today).expected
        if found is not None:
            return found
    return parse_deadline(text).due


def reason_in(text: str) -> str:
    """What follows "because" in the sentence, in its own letters."""
    because = _BECAUSE.search(fold(text))
    return " ".join(text.split()[-len(because["why"].split()) :]) if because else ""
