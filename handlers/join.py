"""Binds an account to a member of staff: by a one-time code, typed or in a link, or by the person's own number."""

import re

import texts
from domain.messages import Kind, Reply
from domain.people import JoinRefused, Person
from domain.phones import covered_phone, phone_number
from domain.ports import Records
from domain.vietnamese import fold, nfc
from handlers.joining import already_joined, note_refusal, told_to_wait, welcome
from handlers.turn import Turn
from handlers.wording import help_button, office_words

_DEEP_LINK = re.compile(r"/start[ =]+(?P<code>[\w-]{4,64})", re.IGNORECASE | re.ASCII)
_ASKED = re.compile(
    r"/?(tham ?gia|gia nhap|join|ma tham gia|nhap ma)( voi)?( bang)?( ma)?( tham gia)?( cua toi)?( la)?[ .:!]*"
)
_CODE = r"[A-Za-z0-9]{4}[- ]?[A-Za-z0-9]{4}|(?=[A-Za-z-]*[0-9])[A-Za-z0-9-]{4,64}"
_WITH_CODE = re.compile(rf"(?P<asked>.{{4,40}}?)[ :]+(?P<code>{_CODE})[ .!]*", re.ASCII)
# A code sent alone: eight of the letters that codes use, so that no year, number or word is taken for one.
_BARE = re.compile(r"[2-9A-HJKMNP-TV-Z]{4}[- ]?[2-9A-HJKMNP-TV-Z]{4}", re.ASCII | re.IGNORECASE)

_REFUSED = {
    "unknown": "join.unknown",
    "used": "join.used",
    "expired": "join.expired",
    "taken": "join.taken",
}


def wants_to_join(turn: Turn) -> bool:
    """True for a deep link with a code, for "tham gia", for a message that is nothing but a code, and for a contact."""
    if turn.action == "join" or turn.incoming.kind is Kind.CONTACT:
        return True
    return turn.incoming.kind is Kind.TEXT and _code(turn.text) is not None


def _code(text: str) -> str | None:
    """The code in a request to join; empty when the request names none; None when it is no such request."""
    link = _DEEP_LINK.fullmatch(text)
    if link:
        return link["code"]
    if _ASKED.fullmatch(fold(text)):
        return ""
    with_code = _WITH_CODE.fullmatch(nfc(text))
    if with_code and _ASKED.fullmatch(fold(with_code["asked"])) and _is_code(with_code["code"]):
        return with_code["code"]
    return text if _BARE.fullmatch(text) and _is_code(text) else None


def _is_code(text: str) -> bool:
    """False for a plain word or two: a code has a digit, or capitals with a dash as it is printed."""
    return (any(c.isdigit() for c in text) and not text.isdigit()) or ("-" in text and text.isupper())


async def join(turn: Turn) -> list[Reply]:
    """Welcome the person by name and role, or say why that did not work and what to do.

    A refusal tells nothing of who is on the staff list, and after five of them the account waits.
    """
    if turn.incoming.in_group:
        return [Reply(texts.say("join.in_group"))]
    by_phone = turn.incoming.kind is Kind.CONTACT
    if by_phone and not turn.incoming.phone:
        return [Reply(texts.say("join.not_own_number"), asks_phone=turn.person is None)]
    if turn.person is not None:
        return [already_joined(turn, turn.person)]
    code = _code(turn.text) if turn.incoming.kind is Kind.TEXT else ""
    if not by_phone and not code:
        return [Reply(texts.say("join.how", office=office_words(turn.office)), asks_phone=True)]
    records = await turn.records()
    if locked := await told_to_wait(turn, records):
        return [locked]
    try:
        person = await _bind(turn, records, code or "")
    except JoinRefused as refused:
        return [await _refuse(turn, records, code or "", refused.reason)]
    return [await welcome(turn, records, person, "phone" if by_phone else "code")]


async def _bind(turn: Turn, records: Records, code: str) -> Person:
    incoming = turn.incoming
    if incoming.kind is not Kind.CONTACT:
        return await records.people.join(code, incoming.channel, incoming.user_id, incoming.chat_id, turn.now)
    phone = phone_number(incoming.phone)
    if phone is None:
        raise JoinRefused("unknown")
    return await records.people.join_by_phone(phone, incoming.channel, incoming.user_id, incoming.chat_id)


async def _refuse(turn: Turn, records: Records, code: str, reason: str) -> Reply:
    incoming = turn.incoming
    tried = f"phone {covered_phone(incoming.phone)}" if incoming.kind is Kind.CONTACT else "code"
    await note_refusal(turn, records, tried, reason)
    if incoming.kind is Kind.CONTACT:
        sentence = "join.number_taken" if reason == "taken" else "join.number_unknown"
        return Reply(texts.say(sentence), (help_button(),))
    return Reply(texts.say(_REFUSED.get(reason, "join.refused"), code=code), (help_button(),))
