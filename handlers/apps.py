"""The apps people use the assistant on: their names, the one preferred for reminders, and the buttons about them."""

import texts
from domain.messages import Button
from domain.people import Person
from domain.ports import Records
from handlers.turn import Turn

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


def not_me_button() -> Button:
    """The button by which a person says that somebody else asked in their name."""
    return Button(texts.say("apps.button.not_me"), "notme")


async def choose_app(turn: Turn, records: Records, person: Person, channel: str) -> None:
    """Write to the person through this app first from now on; empty is any app again."""
    await records.wishes.set_channel(person.id, channel)
    details = {"channel": channel or None}
    await records.audit.note(person.office_id, person.id, "app.chosen", f"person:{person.id}", turn.now, details)
