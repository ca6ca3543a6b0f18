"""What the Zalo Bot channel makes of updates, and what it leaves to the dead letters."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo_bot_updates import is_probe, read, update_id
from domain.messages import Ignored, Kind, SentFile, Unreadable

BOT = "700002"
LAN = "0a1b2c3d4e5f60718293"


def update(event: str = "message.text.received", *, chat: dict[str, Any] | None = None, **message: Any) -> Any:
    """An update of Lan's with these fields in its message."""
    body = {
        "from": {"id": LAN, "display_name": "Trần Thị Lan", "is_bot": False},
        "chat": chat or {"id": LAN, "chat_type": "PRIVATE"},
        "message_id": "m-17",
        "date": 1764000000123,
        **message,
    }
    return {"event_name": event, "message": body}


def test_a_text_is_read_with_who_where_and_when() -> None:
    found = read(update(text="Kế hoạch số 5", message_type="CHAT_MESSAGE"), BOT)
    assert (found.channel, found.kind, found.text) == ("zalo-bot", Kind.TEXT, "Kế hoạch số 5")
    assert (found.user_id, found.chat_id, found.user_name, found.in_group) == (LAN, LAN, "Trần Thị Lan", False)
    assert found.sent_at == datetime.fromtimestamp(1764000000.123, UTC)
    assert found.message_id == "m-17"


def test_one_message_has_one_id_bare_and_in_an_envelope() -> None:
    bare = update(text="chào")
    enveloped = {"ok": True, "result": bare}
    assert update_id(bare) == update_id(enveloped) == f"{LAN}:m-17"
    assert read(bare, BOT) == read(enveloped, BOT)


def test_the_same_number_in_two_chats_is_two_messages() -> None:
    assert update_id(update()) != update_id(update(chat={"id": "other", "chat_type": "GROUP"}))


@pytest.mark.parametrize("date", [1764000000, "1764000000", 1764000000000, "1764000000000"])
def test_a_date_is_read_in_seconds_and_in_milliseconds(date: Any) -> None:
    assert read(update(text="x", date=date), BOT).sent_at == datetime.fromtimestamp(1764000000, UTC)


@pytest.mark.parametrize("date", [None, "", "hôm qua", True, 10**40, -(10**40), float("nan"), {}])
def test_a_date_that_is_none_is_no_reason_to_lose_a_message(date: Any) -> None:
    assert read(update(text="x", date=date), BOT).sent_at is None


@pytest.mark.parametrize("field", ["photo_url", "photo"])
def test_a_photo_brings_its_address_and_its_caption(field: str) -> None:
    address = "https://photo.example/abc.jpg"
    fields: dict[str, Any] = {field: address, "caption": "đèn hỏng"}
    found = read(update("message.image.received", **fields), BOT)
    assert (found.kind, found.text) == (Kind.PHOTO, "đèn hỏng")
    assert found.files == (SentFile(address, media_type="image/jpeg"),)


def test_a_photo_without_an_address_is_a_photo_without_a_file() -> None:
    assert read(update("message.image.received", photo_url=7), BOT).files == ()


@pytest.mark.parametrize(
    ("event", "fields", "kind"),
    [
        ("message.sticker.received", {"sticker": "0e078a2a"}, Kind.STICKER),
        ("message.sticker.received", {"sticker": {"id": 1}}, Kind.STICKER),
        ("message.voice.received", {"voice_url": "https://voice.example/a.aac"}, Kind.VOICE),
        ("message.unsupported.received", {}, Kind.OTHER),
        ("message.dance.received", {"dance": 1}, Kind.OTHER),
        ("message.dance.received", {"text": "chào"}, Kind.TEXT),
        ("", {"text": "chào"}, Kind.TEXT),
        ("", {"photo_url": "https://photo.example/a.jpg"}, Kind.PHOTO),
        ("user.follow", {}, Kind.JOINED),
        ("user.unfollow", {}, Kind.LEFT),
    ],
)
def test_each_kind_is_told_by_its_event_or_by_what_it_carries(event: str, fields: Any, kind: Kind) -> None:
    assert read(update(event, **fields), BOT).kind is kind


def test_the_words_beside_a_voice_message_are_none_of_ours() -> None:
    assert read(update("message.voice.received", text="transcript?"), BOT).text == ""


@pytest.mark.parametrize(
    ("chat", "in_group"),
    [
        ({"id": "g", "chat_type": "GROUP"}, True),
        ({"id": "g", "chat_type": "group"}, True),
        ({"id": "g", "type": "GROUP"}, True),
        ({"id": LAN, "chat_type": "private"}, False),
        ({"id": LAN}, False),
        ({"id": LAN, "chat_type": None}, False),
    ],
)
def test_a_group_is_told_from_a_private_chat(chat: dict[str, Any], in_group: bool) -> None:
    found = read(update(text="x", chat=chat), BOT)
    assert (found.in_group, found.user_id) == (in_group, LAN)


@pytest.mark.parametrize(
    "text",
    [
        "@Bot Vân Sương kế hoạch số 5",
        "Bot Vân Sương ơi, kế hoạch số 5",
        "@bot vân sương: kế hoạch số 5",
        "kế hoạch số 5 @Bot Vân Sương",
        "kế hoạch số 5",
    ],
)
def test_in_a_group_the_name_of_the_bot_is_no_part_of_what_is_asked(text: str) -> None:
    found = read(update(text=text, chat={"id": "g", "chat_type": "GROUP"}), BOT, ("Bot Vân Sương", "bot.vs"))
    assert (found.text, found.addressed) == ("kế hoạch số 5", True)


@pytest.mark.parametrize("sender", [{"id": BOT, "is_bot": False}, {"id": "other", "is_bot": True}])
def test_what_a_bot_wrote_asks_for_nothing(sender: dict[str, Any]) -> None:
    with pytest.raises(Ignored):
        read(update(text="x") | {"message": update(text="x")["message"] | {"from": sender}}, BOT)


def test_a_trial_of_the_webhook_asks_for_nothing() -> None:
    trial = {"event_name": "webhook.test", "message": {"date": 1, "message_id": "webhook-test", "text": "x"}}
    assert is_probe(trial) and is_probe({"ok": True, "result": trial}) and not is_probe(update())
    with pytest.raises(Ignored):
        read(trial, BOT)
    with pytest.raises(Ignored):
        read({"event_name": "user.follow", "follower": {"id": LAN}}, BOT)


def test_text_is_in_nfc_and_without_what_no_database_takes() -> None:
    assert read(update(text="Ke\u0302\u0301 hoa\u0323ch\0 \ud83d"), BOT).text == "Kế hoạch \ufffd"


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"message": None},
        {"event_name": 5, "message": {}},
        {"event_name": "message.text.received"},
        {"ok": True, "result": []},
        {"ok": True, "result": {"message": {"message_id": "1"}}},
        update(text=["a"]),
        update(message_id=None),
        update(message_id="x" * 500),
        update(chat={"id": {}}),
        {"event_name": "message.text.received", "message": {"message_id": "1", "chat": {"id": "1"}, "text": "x"}},
    ],
)
def test_what_is_not_understood_is_said_to_be_unreadable(raw: Any) -> None:
    with pytest.raises(Unreadable):
        read(raw, BOT)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("from", "chat", "text", "message_id", "date", "photo_url", "sticker", "caption", "voice_url")
MESSAGES = st.dictionaries(st.sampled_from(FIELDS), JSON | st.dictionaries(st.sampled_from(["id", "chat_type"]), JSON))


@given(event=JSON | st.sampled_from(["message.text.received", "webhook.test", "x"]), message=JSON | MESSAGES)
def test_nothing_but_its_own_errors_comes_of_any_json(event: Any, message: Any) -> None:
    raw = {"event_name": event, "message": message}
    for form in (raw, {"ok": True, "result": raw}):
        try:
            read(form, BOT)
        except (Ignored, Unreadable):
            continue
