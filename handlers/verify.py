"""Joining by a number that was typed into an app's form: proved by a code sent to where the person is known already.

The words are the same whether the number is on the staff list or not, whether a code went out, and wherever to.
"""

import texts
from domain.message_templates import CODE, MessageTemplate, TemplateUnfit, fill
from domain.messages import Kind, Reply
from domain.people import JoinRefused, Person
from domain.phones import covered_phone, phone_number
from domain.ports import Records
from domain.verifications import LASTS, MOST_OF_AN_ACCOUNT, MOST_TO_A_PERSON, code_in
from domain.vietnamese import fold
from handlers.apps import app_words, not_me_button
from handlers.joining import already_joined, note_refusal, told_to_wait, welcome
from handlers.turn import Turn
from handlers.wording import help_button, office_words

VERIFYING = "verifying"
"""Where a chat remembers that it was asked for a code."""
MINUTES = int(LASTS.total_seconds() // 60)


def claims_a_number(turn: Turn) -> bool:
    """True for a number typed into the app's form, which is no proof of anything."""
    return bool(turn.incoming.claimed_phone) and not turn.incoming.phone


def types_the_code(turn: Turn) -> bool:
    """True for six digits, where a code was asked for and nobody has joined since."""
    asked = turn.incoming.kind is Kind.TEXT and turn.person is None and VERIFYING in turn.memory
    return asked and not turn.incoming.in_group and code_in(fold(turn.text)) is not None


async def ask_for_code(turn: Turn) -> list[Reply]:
    """The request for the code, which goes out if the number is one person's; how often is limited."""
    incoming = turn.incoming
    if incoming.in_group:
        return [Reply(texts.say("join.in_group"))]
    if turn.person is not None:
        return [already_joined(turn, turn.person)]
    number = phone_number(incoming.claimed_phone)
    if number is None:
        return [Reply(texts.say("verify.no_number"), (help_button(),))]
    records = await turn.records()
    if locked := await told_to_wait(turn, records):
        return [locked]
    people = await records.people.with_phone(number)
    person = people[0] if len(people) == 1 else None
    asked, sent = await records.verifications.opened_lately(
        incoming.channel, incoming.user_id, person.id if person else None, turn.now
    )
    if asked >= MOST_OF_AN_ACCOUNT:
        turn.warn("codes asked for too often", by=f"phone {covered_phone(number)}")
        return [Reply(texts.say("verify.too_often"), (help_button(),))]
    way, template = "", None
    if person is not None and sent < MOST_TO_A_PERSON:
        way, template = await _way(records, person)
    # What was sent nowhere proves nothing: guesses from ever more accounts are limited like the codes themselves.
    proved = person.id if person and way else None
    _, code = await records.verifications.open(
        incoming.channel, incoming.user_id, incoming.chat_id, proved, way, turn.now
    )
    if person is not None and way:
        _send(turn, person, template, number, code)
    details = {"channel": incoming.channel, "number": covered_phone(number), "sent": way or "nowhere"}
    await records.audit.note(turn.office.id or None, None, "join.claimed", "account", turn.now, details)
    turn.memory[VERIFYING] = {"at": turn.now.isoformat()}
    return [Reply(texts.say("verify.asked", minutes=MINUTES), (help_button(),))]


async def take_code(turn: Turn) -> list[Reply]:
    """The welcome when the digits are those that were sent; else how many tries are left, or how to begin anew."""
    incoming, records = turn.incoming, await turn.records()
    if locked := await told_to_wait(turn, records):
        return [locked]
    checked = await records.verifications.check(
        incoming.channel, incoming.user_id, code_in(fold(turn.text)) or "", turn.now
    )
    if checked.outcome == "right" and checked.person_id is not None:
        try:
            person = await records.people.join_verified(
                checked.person_id, incoming.channel, incoming.user_id, incoming.chat_id
            )
        except JoinRefused as refused:
            await note_refusal(turn, records, "verified number", refused.reason)
            return [Reply(texts.say("join.number_unknown"), (help_button(),))]
        turn.memory.pop(VERIFYING, None)
        return [await welcome(turn, records, person, "verified number")]
    await note_refusal(turn, records, "six digits", checked.outcome)
    if checked.outcome == "wrong" and checked.left:
        return [Reply(texts.say("verify.wrong", left=checked.left), (help_button(),))]
    turn.memory.pop(VERIFYING, None)
    return [Reply(texts.say("verify.over"), (help_button(),))]


async def _way(records: Records, person: Person) -> tuple[str, MessageTemplate | None]:
    """How the person can be told a code: in an app they use, else by an approved template; empty for not at all."""
    if any(account.reachable for account in await records.people.accounts(person.id)):
        return "account", None
    templates = await records.message_templates.of_office(person.office_id)
    template = next((t for t in templates if t.purpose == CODE and t.is_enabled), None)
    return ("template", template) if template else ("", None)


def _send(turn: Turn, person: Person, template: MessageTemplate | None, number: str, code: str) -> None:
    key = f"verify:{turn.incoming.channel}:{turn.incoming.update_id}"
    app = app_words(turn.incoming.channel)
    told = Reply(texts.say("verify.code", app=app, code=code, minutes=MINUTES), (not_me_button(),))
    if template is None:
        turn.tell_person(person.id, told, key)
        return
    try:
        facts = {"code": code, "office": office_words(turn.office)}
        filled = fill(template, facts, key=key, phone=number)
    except TemplateUnfit as unfit:
        turn.warn("a code could not be put into its template", reason=str(unfit))
        return
    turn.tell_chat(template.channel, number, Reply(told.text, template=filled), key)
