"""Has the sender of a case answered no more for some time, or again; nobody learns who it is."""

import re
from dataclasses import replace

import texts
from domain.blocking import BY_CASE, Block, short_mark
from domain.clock import day_text, local_day
from domain.feedback import Feedback, code_in
from domain.messages import Kind, Reply
from domain.people import Person
from domain.ports import Records
from domain.rights import may_block_sender
from domain.vietnamese import fold, nfc
from handlers.deed import Deed, ask_for, decides, new_deed, no_such_deed, pressed_deed, settle, show_card
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.wording import tasks_button

KIND = "block"
LONGEST_REASON = 300
_BEGINS = re.compile(
    r"(?P<lift>(?:bo|go|huy|mo) chan|ngung chan)"
    r"|(?:hay |xin |nho )*(?:chan|khoa)(?: (?:giup|ho|toi|em|minh|ngay|luon))*(?= (?:nguoi|tai khoan|tk|ai|pa[- ]))",
    re.ASCII,
)
_WHY = re.compile(r"[ ,:.-]*(?:(?:voi )?(?:ly do|do|vi|boi vi)(?: la)?\b)[ :,-]*(?P<why>.+)", re.DOTALL)


def wants_to_block(turn: Turn) -> bool:
    """True for "chan nguoi gui PA-…", "bo chan PA-…" from staff, and for what decides or answers the card."""
    if decides(turn, KIND):
        return True
    if turn.incoming.kind is not Kind.TEXT or not turn.role.is_staff or code_in(turn.text) is None:
        return False
    return _BEGINS.match(fold(turn.text)) is not None


async def block_sender(turn: Turn) -> list[Reply]:
    """The card that blocks, the block lifted, or what a button decided."""
    person = staff_alone(turn, "staff.not_staff")
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    if decision := decides(turn, KIND):
        return [await _decided(turn, records, person, decision)]
    code = code_in(turn.text) or ""
    case = await records.feedback.by_code(turn.office.id, code)
    if case is None or not may_block_sender(person, case.unit_id):
        known = case is not None
        return [Reply(texts.say("blocking.not_allowed") if known else texts.say("blocking.unknown", code=code))]
    if (hindrance := await _hindrance(records, case)) is not None:
        return [hindrance]
    begins = _BEGINS.match(fold(turn.text))
    if begins is not None and begins["lift"]:
        return [await _lift(turn, records, person, case)]
    deed = new_deed(turn, person, KIND, {"case": case.id, "reason": _reason(turn.text)})
    return [_card(turn, deed, case)]


async def _hindrance(records: Records, case: Feedback) -> Reply | None:
    """The word that nobody can be blocked; the same for every reason, so that a colleague who sent it stays unknown."""
    has_account = bool(case.user_id)
    if has_account and await records.people.by_account(case.channel, case.user_id) is None:
        return None
    return Reply(texts.say("blocking.impossible", code=case.code))


def _card(turn: Turn, deed: Deed, case: Feedback) -> Reply:
    reason = str(deed.parts["reason"])
    if not reason:
        return ask_for(turn, deed, "text", texts.say("blocking.ask_reason", code=case.code))
    if len(reason) > LONGEST_REASON:
        return ask_for(turn, deed, "text", texts.say("blocking.too_long", length=len(reason), most=LONGEST_REASON))
    return show_card(turn, deed, texts.say("blocking.card", code=case.code, days=BY_CASE.days, reason=reason))


async def _decided(turn: Turn, records: Records, person: Person, decision: str) -> Reply:
    deed = pressed_deed(turn, KIND)
    case = None if deed is None else await records.feedback.get(int(deed.parts["case"]))
    if deed is None or case is None or not may_block_sender(person, case.unit_id):
        return no_such_deed(turn)
    if decision == "words" and deed.slot == "text":
        reason = " ".join(nfc(turn.text).split())
        return _card(turn, replace(deed, parts={**deed.parts, "reason": reason}), case)
    if decision not in ("yes", "no"):
        return no_such_deed(turn)
    settle(turn, deed, "done" if decision == "yes" else "cancelled")
    if decision == "no":
        return Reply(texts.say("staff.cancelled"), (tasks_button(),))
    if (hindrance := await _hindrance(records, case)) is not None:
        return hindrance
    until = turn.now + BY_CASE
    reason = str(deed.parts["reason"])
    await records.blocks.put(Block(case.channel, case.user_id, reason, turn.now, until, case.office_id, person.id))
    details = {"case": case.code, "until": until.isoformat(), "reason": reason}
    await _note(turn, records, person, case, "account.blocked", details)
    return Reply(texts.say("blocking.done", code=case.code, until=day_text(local_day(until))))


async def _lift(turn: Turn, records: Records, person: Person, case: Feedback) -> Reply:
    if not await records.blocks.lift(case.channel, case.user_id):
        return Reply(texts.say("blocking.not_blocked", code=case.code))
    await _note(turn, records, person, case, "account.unblocked", {"case": case.code})
    return Reply(texts.say("blocking.lifted", code=case.code))


async def _note(
    turn: Turn, records: Records, person: Person, case: Feedback, action: str, details: dict[str, str]
) -> None:
    mark = short_mark(case.channel, case.user_id)
    await records.audit.note(case.office_id, person.id, action, f"account:{mark}", turn.now, details)


def _reason(text: str) -> str:
    """What follows "because", as it was typed."""
    typed = " ".join(nfc(text).split())
    folded = fold(typed)
    code = code_in(typed) or ""
    start = folded.find(code[3:].lower())
    if not code or start < 0 or len(folded) != len(typed):
        return ""
    start += len(code) - 3
    found = _WHY.match(folded[start:])
    return typed[start + found.start("why") :].strip(" .,") if found else ""
