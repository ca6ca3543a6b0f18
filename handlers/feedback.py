"""Takes what a citizen reports or proposes: gathers words, photos and a place, shows a card, and sends it once."""

import re
from dataclasses import replace
from datetime import timedelta

import texts
from domain.clock import local_day
from domain.feedback import (
    A_DAY_AT_MOST,
    FILES_AT_MOST,
    OPEN_AT_MOST,
    Feedback,
    FeedbackStatus,
    StepKind,
    alike,
    topics_of,
    unit_for,
)
from domain.messages import Button, Kind, Reply
from domain.petitions import begun, claims, denounces, is_abuse, is_thin, place_in, sounds_like_feedback
from domain.ports import Records
from domain.vietnamese import fold
from handlers.feedback_draft import (
    SAID_LIMIT,
    FeedbackDraft,
    Wanted,
    card_buttons,
    code_of_card,
    drop_feedback,
    forget_offer,
    keep_feedback,
    last_settled,
    next_card,
    offer_feedback,
    offered_feedback,
    open_feedback,
    settle_feedback,
)
from handlers.feedback_wording import map_words, more_button, tell_those_who_answer
from handlers.turn import Turn
from handlers.wording import help_button, number_in, office_words

ASKED_AT_MOST = 2
JOINED_WITHIN = timedelta(days=7)
_CARRIERS = (Kind.PHOTO, Kind.FILE, Kind.LOCATION)
_CANCEL = re.compile(r"/?(huy|huy bo|thoi|bo di|khong gui( nua)?|toi khong gui( nua)?)( phan anh)?( a| nhe)?[ .!]*")
_SKIP = re.compile(r"(bo qua|khong ro|khong biet|khong co|chua ro)( a| nhe)?[ .!]*")
_SEND = re.compile(r"(gui|gui di|dong y( gui)?|xac nhan|dung roi)( a| nhe| giup toi)?[ .!]*")

_SENT_AGAIN = re.compile(r"gui( di)?[ .!]*")


def begins_feedback(turn: Turn) -> bool:
    """True for "phan anh", "toi muon kien nghi" and the like, /phananh and the button."""
    if turn.action == "pa:begin":
        return True
    return turn.incoming.kind is Kind.TEXT and begun(turn.text) is not None


def begins_with_a_photo(turn: Turn) -> bool:
    """True for the same words under a photo or file."""
    return turn.incoming.kind in _CARRIERS and bool(turn.text) and begun(turn.text) is not None


def brings_more(turn: Turn) -> bool:
    """True for a photo, file or place while feedback is being put together."""
    return turn.incoming.kind in _CARRIERS and not turn.incoming.in_group and open_feedback(turn) is not None


def answers_what_is_missing(turn: Turn) -> bool:
    """True for words, or the button to skip, while feedback waits for a description, a place or a correction."""
    draft = open_feedback(turn)
    if draft is None or turn.incoming.in_group or draft.wanted is Wanted.DECISION:
        return False
    is_words = turn.incoming.kind is Kind.TEXT and bool(turn.text) and not turn.text.startswith("/")
    return is_words or turn.action == "pa:skip"


def settles_feedback(turn: Turn) -> bool:
    """True for the card's buttons, and for words that mean the same while the card waits."""
    if re.fullmatch(r"pa:(send|edit|drop)(:\d+)?", turn.action):
        return True
    if turn.incoming.kind is not Kind.TEXT:
        return False
    draft, typed = open_feedback(turn), fold(turn.text)
    if draft is None:
        # Typed once more after it went out: told so, instead of being looked for in the plans.
        return bool(_SENT_AGAIN.fullmatch(typed)) and last_settled(turn) > 0
    return bool(_CANCEL.fullmatch(typed) or (draft.wanted is Wanted.DECISION and _SEND.fullmatch(typed)))


def answers_the_offer(turn: Turn) -> bool:
    """True for the buttons under an offer to take a message as feedback."""
    return turn.action in ("pa:offer", "pa:decline")


def may_be_feedback(turn: Turn) -> bool:
    """True for what a citizen may mean as feedback and does not say so: it is offered, never taken."""
    if turn.role.is_staff or turn.incoming.in_group or turn.incoming.kind is not Kind.TEXT:
        return False
    return sounds_like_feedback(turn.text) and not turn.feedback.numbers_to_call(turn.text)


def photo_may_be_feedback(turn: Turn) -> bool:
    """True for a citizen's photo or file that nothing was said of."""
    if turn.role.is_staff or turn.incoming.in_group:
        return False
    return turn.incoming.kind in (Kind.PHOTO, Kind.FILE) and bool(turn.incoming.files)


async def begin_feedback(turn: Turn) -> list[Reply]:
    """What is still missing, or the card; refused at once where nothing could be sent in the end."""
    if turn.incoming.in_group:
        return [Reply(texts.say("case.private_only"))]
    async with turn.reading() as records:
        refusal = await _refusal(turn, records)
    if refusal:
        return [refusal]
    said = "" if turn.action else begun(turn.text) or ""
    if denounces(turn.text):
        return [Reply(texts.say("case.denunciation", office=office_words(turn.office)), (help_button(),))]
    draft = FeedbackDraft(turn.now).with_message(turn.incoming)
    if claims(turn.text):
        offer_feedback(turn, replace(draft, said=said))
        return [Reply(texts.say("case.claim", office=office_words(turn.office)), _offer_buttons())]
    return await _with_words(turn, draft, said)


async def take_more(turn: Turn) -> list[Reply]:
    """The draft with what came now; the further photos of an album need no answer of their own."""
    draft = open_feedback(turn)
    assert draft is not None
    is_further = bool(turn.incoming.album) and turn.incoming.album == draft.album
    is_full = len(draft.files) >= FILES_AT_MOST and bool(turn.incoming.files)
    grown = draft.with_message(turn.incoming)
    if is_further and not is_full:
        keep_feedback(turn, grown)
        turn.silent = True
        return []
    if is_full:
        return [Reply(texts.say("case.too_many_files", limit=FILES_AT_MOST))]
    if grown.wanted is Wanted.DECISION or (grown.wanted is Wanted.PLACE and turn.incoming.place):
        return _card(turn, grown)
    if turn.text and grown.wanted in (Wanted.TEXT, Wanted.CORRECTION):
        return await _with_words(turn, grown, turn.text)
    keep_feedback(turn, grown)
    if grown.wanted is Wanted.PLACE:
        return [_ask_place()]
    if turn.incoming.place:
        return [Reply(texts.say("case.place_noted"))]
    return [Reply(texts.say("case.files_noted", count=len(grown.files)))]


async def take_what_was_missing(turn: Turn) -> list[Reply]:
    """The draft with the description or the place, or the card once enough is there."""
    draft = open_feedback(turn)
    assert draft is not None
    if draft.wanted is Wanted.PLACE:
        skips = turn.action == "pa:skip" or _SKIP.fullmatch(fold(turn.text))
        return _card(turn, draft if skips else replace(draft, place=turn.text[:200]))
    if turn.action:
        return [_ask_words(turn, draft)]
    return await _with_words(turn, draft, begun(turn.text) or turn.text)


async def offer(turn: Turn) -> list[Reply]:
    """The question whether this is meant as feedback; a photo is not looked at before that is answered."""
    waiting = offered_feedback(turn)
    if waiting is not None and turn.incoming.album and turn.incoming.album == waiting.album:
        offer_feedback(turn, waiting.with_message(turn.incoming))
        turn.silent = True
        return []
    offer_feedback(turn, replace(FeedbackDraft(turn.now, said=turn.text[:SAID_LIMIT]).with_message(turn.incoming)))
    if turn.incoming.kind is Kind.TEXT:
        return [Reply(texts.say("case.offer"), _offer_buttons())]
    key = "errors.photo" if turn.incoming.kind is Kind.PHOTO else "errors.file"
    return [Reply(f"{texts.say(key)} {texts.say('case.offer_file')}", _offer_buttons())]


async def take_offer(turn: Turn) -> list[Reply]:
    """The offered message as a draft, or forgotten."""
    offered = offered_feedback(turn)
    if offered is None:
        return [Reply(texts.say("case.old_offer"), (help_button(),))]
    forget_offer(turn)
    if turn.action == "pa:decline":
        return [Reply(texts.say("case.declined"))]
    async with turn.reading() as records:
        refusal = await _refusal(turn, records)
    return [refusal] if refusal else await _with_words(turn, offered, offered.said)


async def settle_feedback_card(turn: Turn) -> list[Reply]:
    """The card sent, opened for correction, or thrown away; an old button does nothing and says so."""
    draft = open_feedback(turn)
    card = number_in(turn.action) if turn.action else (draft.card if draft else last_settled(turn))
    if draft is None or (turn.action and (card != draft.card or draft.wanted is not Wanted.DECISION)):
        return [_no_such_card(turn, card or 0)]
    if turn.action.startswith("pa:edit"):
        keep_feedback(turn, replace(draft, wanted=Wanted.CORRECTION, asked=0))
        return [Reply(texts.say("case.ask_correction"))]
    if turn.action.startswith("pa:drop") or (not turn.action and _CANCEL.fullmatch(fold(turn.text))):
        settle_feedback(turn, draft, "")
        return [Reply(texts.say("case.dropped"))]
    return await _send(turn, draft)


async def _with_words(turn: Turn, draft: FeedbackDraft, said: str) -> list[Reply]:
    """The draft with these words: checked, and asked for again at most twice."""
    said = said.strip()[:SAID_LIMIT]
    said = said[:1].upper() + said[1:]
    call = turn.feedback.numbers_to_call(said)
    if denounces(said):
        drop_feedback(turn)
        return [Reply(texts.say("case.denunciation", office=office_words(turn.office)), (help_button(),))]
    if turn.feedback.holds_personal_data(said):
        keep_feedback(turn, replace(draft, wanted=Wanted.TEXT))
        return [Reply(texts.say("case.personal_data"))]
    if is_abuse(said):
        drop_feedback(turn)
        return [Reply(texts.say("case.abuse"))]
    if is_thin(said) and not (draft.case_id is not None and said):
        if draft.asked >= ASKED_AT_MOST:
            drop_feedback(turn)
            return [Reply(texts.say("case.given_up"), (help_button(),))]
        return [_ask_words(turn, draft, is_again=bool(said))]
    replies = _next(turn, replace(draft, said=said, place=draft.place or place_in(said)))
    return [Reply(f"{call}\n\n{replies[0].text}", replies[0].buttons), *replies[1:]] if call else replies


def _next(turn: Turn, draft: FeedbackDraft) -> list[Reply]:
    """The question for the place where it is needed and was not asked yet, else the card."""
    topics = topics_of(draft.said, turn.feedback.topics)
    needs_place = not topics or topics[0].needs_place
    if draft.case_id is None and needs_place and not draft.place and draft.wanted is not Wanted.CORRECTION:
        keep_feedback(turn, replace(draft, wanted=Wanted.PLACE, asked=draft.asked + 1))
        return [_ask_place()]
    return _card(turn, draft)


def _ask_words(turn: Turn, draft: FeedbackDraft, *, is_again: bool = False) -> Reply:
    keep_feedback(turn, replace(draft, wanted=Wanted.TEXT, asked=draft.asked + 1))
    if draft.case_id is not None:
        return Reply(texts.say("case.ask_more", code=draft.code))
    return Reply(texts.say("case.ask_clearer" if is_again else "case.ask_words"))


def _ask_place() -> Reply:
    return Reply(texts.say("case.ask_place"), (Button(texts.say("case.button.skip"), "pa:skip"),))


def _card(turn: Turn, draft: FeedbackDraft) -> list[Reply]:
    shown = replace(draft, wanted=Wanted.DECISION, card=next_card(turn))
    keep_feedback(turn, shown)
    lines = [
        texts.say("case.card.more", code=draft.code) if draft.case_id else texts.say("case.card.title"),
        texts.say("case.card.said", said=draft.said),
    ]
    if draft.case_id is None or draft.place:
        place = map_words(draft.place) if draft.place else texts.say("case.no_place")
        lines.append(texts.say("case.card.place", place=place))
    if draft.files:
        # Not how many: the other photos of an album may still be on their way.
        lines.append(texts.say("case.card.with_files"))
    lines.append(texts.say("case.card.careful"))
    return [Reply("\n".join(lines), card_buttons(shown))]


def _offer_buttons() -> tuple[Button, ...]:
    return (
        Button(texts.say("case.button.offer"), "pa:offer"),
        Button(texts.say("case.button.decline"), "pa:decline"),
    )


def _no_such_card(turn: Turn, card: int) -> Reply:
    code = code_of_card(turn, card)
    if code is None:
        return Reply(texts.say("case.old_card"), (help_button(),))
    return Reply(texts.say("case.sent_already", code=code) if code else texts.say("case.dropped_already"))


async def _refusal(turn: Turn, records: Records) -> Reply | None:
    """Why this account cannot send a new case now, or None."""
    channel, user_id = turn.incoming.channel, turn.incoming.user_id
    if await records.feedback.is_blocked(turn.office.id, channel, user_id):
        return Reply(texts.say("case.blocked", office=office_words(turn.office)))
    own = await records.feedback.of_account(turn.office.id, channel, user_id)
    still_open = [case for case in own if case.status.is_open]
    if len(still_open) >= OPEN_AT_MOST:
        codes = ", ".join(case.code for case in still_open)
        buttons = tuple(more_button(case) for case in still_open)
        return Reply(texts.say("case.too_many_open", count=len(still_open), codes=codes), buttons)
    if sum(local_day(case.at) == turn.today for case in own) >= A_DAY_AT_MOST:
        return Reply(texts.say("case.too_many_today", limit=A_DAY_AT_MOST))
    return None


async def _send(turn: Turn, draft: FeedbackDraft) -> list[Reply]:
    records = await turn.records()
    if draft.case_id is not None:
        return await _add_to_own(turn, records, draft)
    if refusal := await _refusal(turn, records):
        settle_feedback(turn, draft, "")
        return [refusal]
    own = await records.feedback.of_account(turn.office.id, turn.incoming.channel, turn.incoming.user_id)
    recent = (c for c in own if c.status.is_open and turn.now - c.at <= JOINED_WITHIN)
    if twin := next((case for case in recent if alike(case.said, draft.said)), None):
        await _add(turn, records, twin, draft)
        settle_feedback(turn, draft, twin.code)
        return [Reply(texts.say("case.joined", code=twin.code))]
    unit = unit_for(draft.said, turn.feedback.topics, await records.people.units(turn.office.id))
    due = turn.today + timedelta(days=turn.feedback.days)
    case = await records.feedback.add(
        turn.office.id, turn.incoming, draft.said, draft.place, unit.id if unit else None, due, turn.now
    )
    await _keep_files(turn, records, draft, case)
    await records.audit.note(turn.office.id, None, "feedback.sent", case.code, turn.now, {"unit": case.unit_id})
    sentence = "case.told.new" if unit else "case.told.to_route"
    await tell_those_who_answer(turn, records, case, sentence, case.said, "new")
    settle_feedback(turn, draft, case.code)
    return [Reply(texts.say("case.sent", code=case.code, office=office_words(turn.office)))]


async def _add_to_own(turn: Turn, records: Records, draft: FeedbackDraft) -> list[Reply]:
    """The case with more said of it, if it is this account's own and still open."""
    case = await records.feedback.get(draft.case_id or 0)
    if case is None or (case.channel, case.user_id) != (turn.incoming.channel, turn.incoming.user_id):
        settle_feedback(turn, draft, "")
        return [Reply(texts.say("case.unknown"), (help_button(),))]
    if not case.status.is_open:
        settle_feedback(turn, draft, case.code)
        return [Reply(texts.say("case.closed_already", code=case.code))]
    await _add(turn, records, case, draft)
    settle_feedback(turn, draft, case.code)
    return [Reply(texts.say("case.added", code=case.code))]


async def _add(turn: Turn, records: Records, case: Feedback, draft: FeedbackDraft) -> None:
    said = draft.said
    if draft.place and draft.place != case.place and draft.place not in said:
        said = texts.say("case.said_at", said=said, place=map_words(draft.place))
    await records.feedback.note(case.id, StepKind.ADDED, turn.now, said)
    # Whoever was asked has answered; any other open case stays where it is.
    await records.feedback.move(case.id, (FeedbackStatus.ASKED,), FeedbackStatus.ACCEPTED)
    await _keep_files(turn, records, draft, case)
    count = len(await records.feedback.steps(case.id))
    await tell_those_who_answer(turn, records, case, "case.told.added", draft.said, f"added:{count}")


async def _keep_files(turn: Turn, records: Records, draft: FeedbackDraft, case: Feedback) -> None:
    """Note the draft's files as the case's, as far as it has room for them."""
    room = FILES_AT_MOST - len(await records.files.of_feedback(case.id))
    for message in draft.messages(turn.incoming):
        kept = replace(message, files=message.files[: max(room, 0)])
        room -= len(kept.files)
        if kept.files:
            ids = await records.files.note(turn.office.id, kept, turn.now)
            await records.files.attach(ids, feedback_id=case.id)
            turn.brings_files = True
