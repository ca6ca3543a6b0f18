"""The apps people use the assistant on: their names, the one preferred for reminders, and a welcome on a new one."""

import texts
from domain.messages import Button, Reply
from domain.people import Person
from domain.ports import Records
from domain.rights import may_see_overview
from handlers.turn import Turn
from handlers.wording import help_button, office_words, role_words, tasks_button, unit_words

_NAMES = {
    "telegram": "apps.name.telegram",
    "web": "apps.name.web",
    "terminal": "apps.name.terminal",
    "zalo-bot": "apps.name.zalo_bot",
    "zalo-oa": "apps.name.zalo_oa",
}


def app_words(channel: str) -> str:
    """The app's name as people call it."""
    return texts.say(_NAMES[channel]) if channel in _NAMES else channel


def code_button() -> Button:
    """The button that gives a code for another app of one's own."""
    return Button(texts.say("apps.button.code"), "accounts:code")


async def choose_app(turn: Turn, records: Records, person: Person, channel: str) -> None:
    """Write to the person through this app first from now on; empty is any app again."""
    await records.wishes.set_channel(person.id, channel)
    details = {"channel": channel or None}
    await records.audit.note(person.office_id, person.id, "app.chosen", f"person:{person.id}", turn.now, details)


async def welcome(turn: Turn, records: Records, person: Person, by: str) -> Reply:
    """The greeting on an account that was just bound, noted in the audit; the person's other accounts are told.

    Whoever did not do this themself can undo it there with "khong phai toi".
    """
    incoming = turn.incoming
    await records.join_attempts.forget(incoming.channel, incoming.user_id)
    details = {"channel": incoming.channel, "by": by}
    await records.audit.note(person.office_id, person.id, "account.joined", f"person:{person.id}", turn.now, details)
    here = (incoming.channel, incoming.user_id)
    others = [a for a in await records.people.accounts(person.id) if (a.channel, a.user_id) != here]
    if others:
        await records.verifications.joined(*here, incoming.chat_id, person.id, turn.now)
    told = Reply(texts.say("apps.told_joined", app=app_words(incoming.channel)), (not_me_button(),))
    for other in others:
        key = f"joined:{incoming.channel}:{incoming.update_id}:{other.channel}:{other.user_id}"
        if other.reachable:
            turn.tell_chat(other.channel, other.chat_id, told, key)
    office = await records.offices.get(person.office_id)
    return _greeting(person, office_words(office or turn.office), is_first=not others)


def not_me_button() -> Button:
    """The button by which a person says that somebody else asked in their name."""
    return Button(texts.say("apps.button.not_me"), "notme")


def who_words(person: Person, office_name: str) -> dict[str, str]:
    """The blanks of a sentence that tells as whom an account is bound."""
    return {"name": person.name, "role": role_words(person.role), "unit": unit_words(person, office_name)}


def already_joined(turn: Turn, person: Person) -> Reply:
    """What somebody is told who has joined here before."""
    text = texts.say("join.already", **who_words(person, office_words(turn.office)))
    return Reply(text, (tasks_button(), help_button()))


def _greeting(person: Person, office_name: str, *, is_first: bool) -> Reply:
    text = texts.say("join.welcome" if is_first else "apps.welcome", **who_words(person, office_name))
    overview = (Button(texts.say("greet.button.overview"), "overview"),) if may_see_overview(person.role) else ()
    return Reply(text, (tasks_button(), *overview, help_button()))
