"""The app through which a person is reminded: chosen among those they use, or any again."""

import texts
from domain.channel_words import ANY, APPS, reads_app
from domain.messages import Button, Kind, Reply
from domain.people import Account, Person
from domain.ports import Records
from handlers.apps import app_words, choose_app, code_button
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.wording import tasks_button


def wants_own_app(turn: Turn) -> bool:
    """True for "nhac toi qua Zalo", "nhac o dau cung duoc" and the button that means the latter."""
    if turn.action == "app:any":
        return True
    return turn.incoming.kind is Kind.TEXT and turn.role.is_staff and reads_app(turn.text) is not None


async def keep_own_app(turn: Turn) -> list[Reply]:
    """The app as it is now: the speaker's own wish, easily changed back; only an app that reaches them is kept."""
    person = staff_alone(turn, "accounts.not_staff")
    if not isinstance(person, Person):
        return person
    named = ANY if turn.action else reads_app(turn.text) or ANY
    records = await turn.records()
    if named == ANY:
        await choose_app(turn, records, person, "")
        return [Reply(texts.say("apps.any"), (tasks_button(),))]
    return [await _chosen(turn, records, person, named)]


async def _chosen(turn: Turn, records: Records, person: Person, named: str) -> Reply:
    accounts = await records.people.accounts(person.id)
    own = sorted((a for a in accounts if a.channel in APPS[named]), key=lambda a: APPS[named].index(a.channel))
    account: Account | None = next((a for a in own if a.reachable), None)
    if account is not None:
        await choose_app(turn, records, person, account.channel)
        back = (Button(texts.say("apps.button.any"), "app:any"),) if len(accounts) > 1 else ()
        return Reply(texts.say("apps.chosen", app=app_words(account.channel)), (*back, tasks_button()))
    app = app_words(APPS[named][0])
    if own:
        return Reply(texts.say("apps.not_reached", app=app), (tasks_button(),))
    return Reply(texts.say("apps.not_used", app=app), (code_button(), tasks_button()))
