"""Changes a confirmed task: the administrator says what is wrong, sees the card, and presses to write."""

import re
from dataclasses import replace

import texts
from domain.messages import Button, Kind, Reply
from domain.people import Person
from domain.rights import may_edit_register
from domain.vietnamese import fold
from handlers.private import staff_alone
from handlers.review_edit import Step, take_words
from handlers.review_queue import Review, key_of, mark_of, next_card
from handlers.review_show import show_current
from handlers.turn import Turn
from handlers.wording import PAGE, TASK_NUMBER, TASK_WORD, home_button, same_number, titled_label

_EDIT = re.compile(
    r"((cho |xin )?(toi |em |minh )?(muon |can |xin )?)?(sua|chinh sua|chinh|dieu chinh|cap nhat thong tin)( lai)? "
    rf"{TASK_WORD}\s*{TASK_NUMBER}(?P<rest>([ ,:;.].*)?)"
)


def wants_to_edit(turn: Turn) -> bool:
    """True for "sua nhiem vu 3" from staff, with or without what is to change."""
    if re.fullmatch(r"review:change:\d{1,9}", turn.action):
        return True
    if turn.incoming.kind is not Kind.TEXT or not turn.role.is_staff:
        return False
    return _EDIT.fullmatch(fold(turn.text)) is not None


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
        return await take_words(Step(turn, records, person, review, task, show_current), tail)
    return [await show_current(turn, records, person, review)]
