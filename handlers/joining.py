"""What every way of joining shares: the wait after vain tries, the welcome, and the word to a person's other apps."""

import texts
from domain.clock import local
from domain.messages import Button, Reply
from domain.people import Person
from domain.ports import Records
from domain.rights import may_see_overview
from handlers.apps import app_words, not_me_button
from handlers.turn import Turn
from handlers.wording import help_button, office_words, role_words, tasks_button, unit_words


async def told_to_wait(turn: Turn, records: Records) -> Reply | None:
    """The word that this account has tried too often in vain, or None when it may try."""
    incoming = turn.incoming
    until = await records.join_attempts.locked_until(incoming.channel, incoming.user_id, turn.now)
    return None if until is None else Reply(texts.say("join.locked", time=f"{local(until):%H:%M}"), (help_button(),))


async def note_refusal(turn: Turn, records: Records, tried: str, reason: str) -> None:
    """Count a vain try and have the log and the audit say so."""
    incoming = turn.incoming
    # An account that is somebody else's was no guess: the code is right.
    failures = 0
    if reason != "taken":
        failures = await records.join_attempts.failed(incoming.channel, incoming.user_id, turn.now)
    turn.warn("joining refused", by=tried, reason=reason, failures=failures)
    details = {"channel": incoming.channel, "by": tried, "reason": reason, "failures": failures}
    await records.audit.note(
        turn.office.id or None, None, "join.refused", f"account:{incoming.channel}", turn.now, details
    )


async def welcome(turn: Turn, records: Records, person: Person, by: str) -> Reply:
    """The greeting on an account that was just bound, noted in the audit; the person's other accounts are told.

    Whoever did not do this themself can undo it there.
    """
    incoming = turn.incoming
    await records.join_attempts.forget(incoming.channel, incoming.user_id)
    details = {"channel": incoming.channel, "by": by}
    await records.audit.note(person.office_id, person.id, "account.joined", f"person:{person.id}", turn.now, details)
    here = (incoming.channel, incoming.user_id)
    others = [a for a in await records.people.accounts(person.id) if (a.channel, a.user_id) != here]
    if others and by != "verified number":
        await records.verifications.joined(*here, incoming.chat_id, person.id, turn.now)
    told = Reply(texts.say("apps.told_joined", app=app_words(incoming.channel)), (not_me_button(),))
    for other in others:
        if other.reachable:
            key = f"joined:{incoming.channel}:{incoming.update_id}:{other.channel}:{other.user_id}"
            turn.tell_chat(other.channel, other.chat_id, told, key)
    office = await records.offices.get(person.office_id)
    return _greeting(person, office_words(office or turn.office), is_first=not others)


def already_joined(turn: Turn, person: Person) -> Reply:
    """What somebody is told who has joined here before."""
    return Reply(texts.say("join.already", **_who(person, office_words(turn.office))), (tasks_button(), help_button()))


def _greeting(person: Person, office_name: str, *, is_first: bool) -> Reply:
    text = texts.say("join.welcome" if is_first else "apps.welcome", **_who(person, office_name))
    overview = (Button(texts.say("greet.button.overview"), "overview"),) if may_see_overview(person.role) else ()
    return Reply(text, (tasks_button(), *overview, help_button()))


def _who(person: Person, office_name: str) -> dict[str, str]:
    return {"name": person.name, "role": role_words(person.role), "unit": unit_words(person, office_name)}
