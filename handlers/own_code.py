"""Gives a member of staff a code for themself, by which they join on another app of their own."""

from datetime import timedelta

import texts
from domain.messages import Kind, Reply
from domain.own_wishes import CODE, own_wish
from domain.people import Person
from domain.rights import may_take_own_code
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.wording import office_words, tasks_button

LASTS = timedelta(minutes=15)
"""Long enough to open another app on the same telephone, too short to be found on a screen later."""
MOST_A_DAY = 5

COMMAND = "/themungdung"


def wants_own_code(turn: Turn) -> bool:
    """True for "ma cho toi", "them tai khoan" and the button that means it, from staff."""
    if turn.action == "accounts:code":
        return True
    if turn.incoming.kind is not Kind.TEXT or not turn.role.is_staff:
        return False
    return turn.text == COMMAND or own_wish(turn.text) == CODE


async def give_own_code(turn: Turn) -> list[Reply]:
    """A code of single use and short life, in private only and a few a day."""
    person = staff_alone(turn, "accounts.not_staff")
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    if not may_take_own_code(person, person):
        return [Reply(texts.say("accounts.not_staff", office=office_words(turn.office)), (tasks_button(),))]
    if await records.people.codes_since(person.id, turn.now - timedelta(days=1)) >= MOST_A_DAY:
        return [Reply(texts.say("apps.codes_enough"), (tasks_button(),))]
    code = await records.people.issue_code(person.id, turn.now, LASTS)
    details = {"in": "chat", "for": "own app"}
    await records.audit.note(person.office_id, person.id, "code.issued", f"person:{person.id}", turn.now, details)
    minutes = int(LASTS.total_seconds() // 60)
    return [Reply(texts.say("apps.code", code=code, minutes=minutes), (tasks_button(),))]
