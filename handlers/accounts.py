"""Shows a person on which apps they use the assistant, and lets them stop on one of them."""

import re
from collections.abc import Sequence

import texts
from domain.messages import Button, Kind, Reply
from domain.own_wishes import ACCOUNTS, own_wish
from domain.people import Account, Person
from domain.vietnamese import fold
from handlers.apps import app_words, choose_app, code_button
from handlers.deed import decides, new_deed, no_such_deed, pressed_deed, settle, show_card
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.wording import help_button, number_in, tasks_button

KIND = "leave"

_ASKED = re.compile(
    r"/taikhoan|(xem |cac )?(kenh|tai khoan|thiet bi)( dang dung| da gan)? cua (toi|minh|em)( la gi)?[ .?]*"
    r"|(toi |minh |em )?(dang )?nhan nhac( viec)? (o|qua|tren) (dau|kenh nao|ung dung nao|app nao)( vay| the)?[ .?]*"
    r"|toi (dang )?(dung|tham gia) (tren |o )?(nhung )?(kenh|ung dung|noi) nao[ .?]*"
)
_LEAVES = re.compile(
    r"(toi |minh |em )?(muon |xin )?(ngung|dung|thoi|go|thoat)( su)?( dung)?( tro ly)?( tai khoan)?"
    r" (tren|khoi|o) (kenh|ung dung|tai khoan|thiet bi|may) nay[ .!]*"
    r"|(ngung|dung) (tham gia|nhan nhac viec)( tren kenh nay)?[ .!]*|/roi"
)


def wants_accounts(turn: Turn) -> bool:
    """True for "tai khoan cua toi" and its button, from staff."""
    if turn.action == "accounts":
        return True
    if turn.incoming.kind is not Kind.TEXT or not turn.role.is_staff:
        return False
    return own_wish(turn.text) == ACCOUNTS or _ASKED.fullmatch(fold(turn.text)) is not None


def wants_to_leave(turn: Turn) -> bool:
    """True for "ngung dung tren kenh nay", for the buttons that begin it, and for what decides its card."""
    if re.fullmatch(r"accounts:leave:\d{1,3}", turn.action) or decides(turn, KIND):
        return True
    return turn.incoming.kind is Kind.TEXT and turn.role.is_staff and _LEAVES.fullmatch(fold(turn.text)) is not None


async def show_accounts(turn: Turn) -> list[Reply]:
    """The apps on which the person can be written to, with a way to stop on each."""
    person = staff_alone(turn, "accounts.not_staff")
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    accounts, preferred = await records.people.accounts(person.id), await records.wishes.channel(person.id)
    lines = [texts.say("accounts.title", name=person.name)]
    lines += [_line(turn, account, preferred) for account in accounts]
    lines += ["", texts.say("accounts.more")]
    if len(accounts) > 1:
        lines.append(texts.say("apps.how_to_choose"))
    buttons = [
        Button(texts.say("accounts.button.leave", channel=app_words(account.channel)), f"accounts:leave:{at}")
        for at, account in enumerate(accounts)
    ]
    return [Reply("\n".join(lines), (*buttons, code_button()))]


async def leave(turn: Turn) -> list[Reply]:
    """The card that asks whether to stop here; once confirmed the account is a citizen's again."""
    person = staff_alone(turn, "accounts.not_staff")
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    accounts = await records.people.accounts(person.id)
    decision = decides(turn, KIND)
    if not decision:
        account = _picked(turn, accounts)
        if account is None:
            return [Reply(texts.say("errors.old_button"), (help_button(),))]
        deed = new_deed(turn, person, KIND, {"channel": account.channel, "user": account.user_id})
        sentence = "accounts.last_card" if len(accounts) == 1 else "accounts.card"
        return [show_card(turn, deed, texts.say(sentence, channel=app_words(account.channel)))]
    waiting = pressed_deed(turn, KIND)
    if waiting is None or decision not in ("yes", "no"):
        return [no_such_deed(turn)]
    if decision == "no":
        settle(turn, waiting, "cancelled")
        return [Reply(texts.say("accounts.kept"), (tasks_button(),))]
    channel, user_id = str(waiting.parts["channel"]), str(waiting.parts["user"])
    settle(turn, waiting, "done")
    if (channel, user_id) not in [(a.channel, a.user_id) for a in accounts]:
        return [Reply(texts.say("accounts.gone"))]
    await records.people.unbind(channel, user_id)
    turn.lets_go = (channel, user_id) == (turn.incoming.channel, turn.incoming.user_id)
    if not turn.lets_go:
        _tell_let_go(turn, next(a for a in accounts if (a.channel, a.user_id) == (channel, user_id)))
    if await records.wishes.channel(person.id) == channel and [a.channel for a in accounts].count(channel) == 1:
        await choose_app(turn, records, person, "")
    details = {"channel": channel}
    await records.audit.note(person.office_id, person.id, "account.left", f"person:{person.id}", turn.now, details)
    return [Reply(texts.say("accounts.left", channel=app_words(channel)), (help_button(),))]


def _tell_let_go(turn: Turn, account: Account) -> None:
    """Have the account that was let go from another one told: its owner may not have done that."""
    if account.reachable:
        told = Reply(texts.say("apps.told_left", app=app_words(turn.incoming.channel)))
        key = f"left:{turn.incoming.channel}:{turn.incoming.update_id}"
        turn.tell_chat(account.channel, account.chat_id, told, key)


def _picked(turn: Turn, accounts: Sequence[Account]) -> Account | None:
    """The account a button names by its place in the list, else the one that speaks."""
    if turn.action:
        at = number_in(turn.action)
        return accounts[at] if at is not None and at < len(accounts) else None
    here = (turn.incoming.channel, turn.incoming.user_id)
    return next((a for a in accounts if (a.channel, a.user_id) == here), None)


def _line(turn: Turn, account: Account, preferred: str) -> str:
    sentence = "accounts.line" if account.reachable else "accounts.line_lost"
    if (account.channel, account.user_id) == (turn.incoming.channel, turn.incoming.user_id):
        sentence = "accounts.line_here"
    line = texts.say(sentence, channel=app_words(account.channel))
    return texts.say("apps.line_preferred", line=line) if account.channel == preferred else line
