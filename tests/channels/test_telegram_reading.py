"""What Telegram's updates become, and which of them are ignored or unreadable."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram import Telegram
from bot.channels.telegram_updates import Me
from domain.messages import Ignored, Incoming, Kind, SentFile, Unreadable

TOKEN = "700001:a-token-that-opens-nothing-at-all-00"
LAN = {"id": 42, "is_bot": False, "first_name": "Lan", "last_name": "Trần"}
PRIVATE = {"id": 42, "type": "private", "first_name": "Lan"}
GROUP = {"id": -100, "type": "supergroup", "title": "Tổ công tác"}


def message(**content: Any) -> dict[str, Any]:
    body = {"message_id": 7, "date": 1_795_320_000, "chat": PRIVATE, "from": LAN, **content}
    return {"update_id": 1001, "message": body}


def read(raw: dict[str, Any]) -> Incoming:
    return Telegram(TOKEN).read(raw)


def test_a_text_is_read_whole() -> None:
    assert read(message(text="Kế hoạch có gì?")) == Incoming(
        channel="telegram",
        update_id="1001",
        chat_id="42",
        user_id="42",
        kind=Kind.TEXT,
        text="Kế hoạch có gì?",
        user_name="Lan Trần",
        in_group=False,
        sent_at=datetime.fromtimestamp(1_795_320_000, UTC),
        message_id="7",
    )


def test_a_text_typed_in_pieces_of_letters_is_joined() -> None:
    assert read(message(text="Tiến độ")).text == "Tiến độ"


def test_a_text_is_one_that_any_database_takes() -> None:
    assert read(message(text="a\0b\ud83cc")).text == "ab\N{REPLACEMENT CHARACTER}c"


@pytest.mark.parametrize(
    ("content", "kind", "text"),
    [
        ({"sticker": {}}, Kind.STICKER, ""),
        ({"photo": [{}], "caption": "ảnh hiện trường"}, Kind.PHOTO, "ảnh hiện trường"),
        ({"document": {}, "caption": "báo cáo"}, Kind.FILE, "báo cáo"),
        ({"animation": {}, "document": {}}, Kind.FILE, ""),
        ({"audio": {}}, Kind.FILE, ""),
        ({"video": {}, "caption": "phim"}, Kind.FILE, "phim"),
        ({"video_note": {}}, Kind.FILE, ""),
        ({"voice": {}}, Kind.VOICE, ""),
        ({"location": {"latitude": 1}}, Kind.LOCATION, ""),
        ({"venue": {}, "location": {}}, Kind.LOCATION, ""),
        ({"contact": {"phone_number": "0900", "user_id": 42}}, Kind.CONTACT, ""),
        ({"contact": {"phone_number": "0911", "user_id": 43}}, Kind.CONTACT, ""),
        ({"dice": {}}, Kind.OTHER, ""),
        ({"hologram": {}}, Kind.OTHER, ""),
    ],
)
def test_every_kind_of_message_is_named(content: dict[str, Any], kind: Kind, text: str) -> None:
    found = read(message(**content))
    assert (found.kind, found.text) == (kind, text)


def test_a_photo_is_known_by_its_largest_size() -> None:
    sizes = [
        {"file_id": "small", "width": 90, "height": 60, "file_size": 900},
        {"file_id": "large", "width": 1280, "height": 853, "file_size": 90_000},
        {"file_id": "middle", "width": 320, "height": 213, "file_size": 9_000},
    ]
    found = read(message(photo=sizes, caption="Cống bị tắc", media_group_id="13370"))
    assert found.files == (SentFile("large", "", "image/jpeg", 90_000),)
    assert (found.text, found.album) == ("Cống bị tắc", "13370")


@pytest.mark.parametrize("field", ["document", "animation", "audio", "video", "video_note"])
def test_a_file_is_known_by_its_id_name_kind_and_size(field: str) -> None:
    sent = {"file_id": "f1", "file_name": "Biên bản.docx", "mime_type": "application/msword", "file_size": 700}
    assert read(message(**{field: sent})).files == (SentFile("f1", "Biên bản.docx", "application/msword", 700),)


@pytest.mark.parametrize(
    "content",
    [{"photo": [{}]}, {"photo": []}, {"photo": 4}, {"document": {"file_id": 7}}, {"voice": {"file_id": "v"}}],
)
def test_what_cannot_be_fetched_is_no_file(content: dict[str, Any]) -> None:
    assert read(message(**content)).files == ()


def test_odd_details_of_a_file_do_not_hide_it() -> None:
    sent = {"file_id": "f1", "file_name": 3, "mime_type": None, "file_size": -1}
    assert read(message(document=sent)).files == (SentFile("f1"),)


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ({"latitude": 20.9876543, "longitude": 105.8412}, "20.98765,105.84120"),
        ({"latitude": "20", "longitude": 105}, ""),
        ({"latitude": 20.9}, ""),
        ({"latitude": float("nan"), "longitude": 105}, ""),
        ("here", ""),
    ],
)
def test_a_location_is_a_place(location: Any, place: str) -> None:
    assert read(message(location=location)).place == place


def test_only_ones_own_number_is_a_phone() -> None:
    assert read(message(contact={"phone_number": "+84 900", "user_id": 42})).phone == "+84 900"
    assert read(message(contact={"phone_number": "+84 911", "user_id": 43})).phone == ""
    assert read(message(contact={"phone_number": "+84 911"})).phone == ""


def test_an_answer_names_the_message_it_answers() -> None:
    assert read(message(text="xong", reply_to_message={"message_id": 5})).reply_to == "5"
    assert read(message(text="xong", reply_to_message="?")).reply_to == ""


def test_a_start_link_stays_a_text() -> None:
    assert read(message(text="/start ma-moi-1")).text == "/start ma-moi-1"


def test_an_edit_is_told_apart() -> None:
    raw = {"update_id": 5, "edited_message": message(text="nv 4 xong 90%")["message"]}
    assert (read(raw).kind, read(raw).text) == (Kind.EDITED, "nv 4 xong 90%")


def test_a_live_location_that_moves_asks_for_nothing() -> None:
    with pytest.raises(Ignored):
        read({"update_id": 5, "edited_message": message(location={})["message"]})


def test_a_pressed_button_carries_its_action_and_what_to_acknowledge() -> None:
    query = {"id": "99", "from": LAN, "data": "yes:4", "message": {"message_id": 8, "date": 0, "chat": GROUP}}
    found = read({"update_id": 6, "callback_query": query})
    assert (found.kind, found.action, found.callback_id) == (Kind.ACTION, "yes:4", "99")
    assert (found.chat_id, found.user_id, found.message_id, found.in_group) == ("-100", "42", "8", True)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [("member", "kicked", Kind.LEFT), ("kicked", "member", Kind.JOINED), ("left", "administrator", Kind.JOINED)],
)
def test_blocking_and_coming_back_are_told(old: str, new: str, kind: Kind) -> None:
    assert read(_membership(old, new)).kind is kind


def test_a_promotion_asks_for_nothing() -> None:
    with pytest.raises(Ignored):
        read(_membership("member", "administrator"))


def _membership(old: str, new: str) -> dict[str, Any]:
    change = {
        "chat": PRIVATE,
        "from": LAN,
        "date": 1,
        "old_chat_member": {"status": old},
        "new_chat_member": {"status": new},
    }
    return {"update_id": 9, "my_chat_member": change}


async def test_a_command_in_a_group_is_read_without_the_bots_name() -> None:
    telegram = Telegram(TOKEN)
    telegram._me = Me(700_001, "KeHoachBot")
    found = telegram.read(message(chat=GROUP, text="/viec@kehoachbot tuần này"))
    assert (found.text, found.in_group, found.chat_id) == ("/viec tuần này", True, "-100")
    with pytest.raises(Ignored):
        telegram.read(message(chat=GROUP, text="/viec@OtherBot"))


@pytest.mark.parametrize(
    "raw",
    [
        {"update_id": 1, "channel_post": {}},
        {"update_id": 1, "message_reaction": {}},
        {"update_id": 1, "callback_query": {"id": "1", "from": LAN, "game_short_name": "x"}},
        message(**{"from": {"id": 9, "is_bot": True}}, text="tôi là máy"),
        message(**{"from": {"id": 700_001}}, text="chính tôi"),
        message(new_chat_members=[LAN], chat=GROUP),
        message(pinned_message={}),
    ],
)
def test_what_asks_for_nothing_is_ignored(raw: dict[str, Any]) -> None:
    with pytest.raises(Ignored):
        read(raw)


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"update_id": "one", "message": {}},
        {"update_id": True, "message": {}},
        {"update_id": 1},
        {"update_id": 1, "telepathy": {}},
        {"update_id": 1, "message": None},
        {"update_id": 1, "message": [1]},
        message(text=7),
        message(text="x", chat=[42]),
        message(text="x", chat={"id": "42"}),
        message(text="x", **{"from": 42}),
        {"update_id": 1, "message": {"text": "x", "chat": PRIVATE}},
        {"update_id": 1, "callback_query": {"id": 5, "data": "x", "from": LAN, "message": {"chat": PRIVATE}}},
    ],
)
def test_a_form_that_is_not_known_is_unreadable(raw: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        read(raw)


def test_what_does_not_matter_may_be_odd() -> None:
    found = read(message(text="x", date="now", message_id=[1], **{"from": {"id": 42, "first_name": 3}}))
    assert (found.text, found.sent_at, found.message_id, found.user_name) == ("x", None, "", "")


FIELDS = st.sampled_from(
    ["update_id", "message", "chat", "from", "id", "text", "type", "date", "callback_query", "data", "contact"]
) | st.text(max_size=5)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=5),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(FIELDS, ANYTHING, max_size=5))
def test_whatever_comes_is_read_ignored_or_unreadable(raw: dict[str, Any]) -> None:
    with suppress(Unreadable, Ignored):
        assert isinstance(read(raw), Incoming)


ME = Me(700_001, "KeHoachBot", "Kế hoạch")
OURS = {"message_id": 3, "date": 1, "chat": GROUP, "from": {"id": 700_001, "is_bot": True}, "text": "Chào"}


def overheard(**content: Any) -> Incoming:
    telegram = Telegram(TOKEN)
    telegram._me = ME
    return telegram.read(message(chat=GROUP, **content))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"text": "@KeHoachBot chỉ tiêu hồ sơ trực tuyến?"}, "chỉ tiêu hồ sơ trực tuyến?"),
        ({"text": "Cho hỏi @kehoachbot, bao giờ mở lớp?"}, "Cho hỏi bao giờ mở lớp?"),
        ({"text": "Kế hoạch ơi, bao giờ mở lớp?"}, "bao giờ mở lớp?"),
        ({"text": "bao giờ mở lớp?", "reply_to_message": OURS}, "bao giờ mở lớp?"),
        ({"text": "/help"}, "/help"),
        ({"photo": [{}], "caption": "@KeHoachBot ảnh này"}, "ảnh này"),
    ],
)
def test_in_a_group_it_is_told_whether_the_bot_is_spoken_to(content: dict[str, Any], text: str) -> None:
    found = overheard(**content)
    assert (found.addressed, found.text, found.group_title) == (True, text, "Tổ công tác")


@pytest.mark.parametrize(
    "content",
    [
        {"text": "Chiều nay họp nhé"},
        {"text": "@KeHoachBotKhac chỉ tiêu?"},
        {"text": "gửi về x@KeHoachBot"},
        {"text": "Kế hoạch tuần này nộp chưa?"},
        {"text": "đúng rồi", "reply_to_message": {**OURS, "from": LAN}},
        {"sticker": {}},
    ],
)
def test_what_people_say_to_each_other_is_not_said_to_the_bot(content: dict[str, Any]) -> None:
    assert not overheard(**content).addressed


def test_an_edit_in_a_group_is_not_said_to_the_bot_and_one_in_private_is() -> None:
    raw = message(chat=GROUP, text="@KeHoachBot chỉ tiêu?")["message"]
    assert not read({"update_id": 5, "edited_message": raw}).addressed
    assert read({"update_id": 5, "edited_message": message(text="x")["message"]}).addressed


def test_a_group_that_changes_its_name_or_its_id_is_told_of() -> None:
    named = read(message(chat=GROUP, new_chat_title="Tổ chuyển đổi số"))
    assert (named.kind, named.group_title, named.moved_to) == (Kind.GROUP, "Tổ chuyển đổi số", "")
    moved = read(message(chat={**GROUP, "type": "group"}, migrate_to_chat_id=-1009))
    assert (moved.kind, moved.chat_id, moved.moved_to) == (Kind.GROUP, "-100", "-1009")
