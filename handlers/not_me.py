"""A person says that somebody else asked in their name: the code is void, the account let go, administrators told."""

import texts
from domain.messages import Kind, Reply
from domain.own_wishes import NOT_ME, own_wish
from domain.people import Person
from domain.ports import Records
from domain.rights import may_manage_people
from domain.verifications import Claim
from handlers.apps import app_words
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.wording import tasks_button


def says_not_me(turn: Turn) -> bool:
    """True for "khong phai toi" and its button, from staff."""
    if turn.action == "notme":
        return True
    return turn.incoming.kind is Kind.TEXT and turn.role.is_staff and own_wish(turn.text) == NOT_ME


async def undo(turn: Turn) -> list[Reply]:
    """What was undone: codes that were open, and accounts that joined in the person's name within a day."""
    person = staff_alone(turn, "accounts.not_staff")
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    here = (turn.incoming.channel, turn.incoming.user_id)
    claims = await records.verifications.claimed(person.id, turn.now)
    own = next((at for at, claim in enumerate(claims) if (claim.channel, claim.user_id) == here), -1)
    # Who joined today may speak of what came later: an intruder does not put out those who were there before.
    later = claims[own + 1 :]
    if not later:
        return [Reply(texts.say("apps.nothing_claimed"), (tasks_button(),))]
    await records.verifications.void([claim.id for claim in later], turn.now)
    # Whoever was in for a moment may have taken a code to come back by.
    await records.people.void_codes(person.id)
    gone = await _let_go(turn, records, person, later)
    await _tell_administrators(turn, records, person, later)
    apps = ", ".join(dict.fromkeys(app_words(claim.channel) for claim in later))
    return [Reply(texts.say("apps.undone_joined" if gone else "apps.undone", app=apps), (tasks_button(),))]


async def _let_go(turn: Turn, records: Records, person: Person, claims: list[Claim]) -> bool:
    bound = {(a.channel, a.user_id) for a in await records.people.accounts(person.id)}
    gone = [claim for claim in claims if claim.is_used and (claim.channel, claim.user_id) in bound]
    for claim in gone:
        await records.people.unbind(claim.channel, claim.user_id)
    details = {"channels": [claim.channel for claim in claims], "unbound": len(gone)}
    await records.audit.note(person.office_id, person.id, "account.disowned", f"person:{person.id}", turn.now, details)
    return bool(gone)


async def _tell_administrators(turn: Turn, records: Records, person: Person, claims: list[Claim]) -> None:
    apps = ", ".join(dict.fromkeys(app_words(claim.channel) for claim in claims))
    told = Reply(texts.say("apps.told_disowned", person=person.name, app=apps))
    for colleague in await records.people.of_office(person.office_id):
        if may_manage_people(colleague, person) and colleague.id != person.id:
            key = f"disowned:{turn.incoming.channel}:{turn.incoming.update_id}:{colleague.id}"
            turn.tell_person(colleague.id, told, key)
    turn.warn("an account was disowned", person=person.id, channels=[claim.channel for claim in claims])
