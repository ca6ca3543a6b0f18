"""What the events of a Zalo Official Account become, and which of them are ignored or unreadable."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels import zalo_oa_updates
from bot.channels.zalo_oa_updates import Me, update_id
from domain.messages import Ignored, Incoming, Kind, SentFile, Unreadable

OA = "2000000000000000001"
LAN = "6000000000000000042"
CLOCK = 1_795_320_000_000
PHOTO = "https://f1-zpc.zdn.vn/jpg/9/cong-tac.jpg"


ME = Me(OA, "Phường Vân Sương", {"ours-7"})


def read(raw: dict[str, Any]) -> Incoming:
    return zalo_oa_updates.read(raw, ME)


def event(name: str = "user_send_text", message: Any = None, **more: Any) -> dict[str, Any]:
    """An event a person caused, as the webhook brings it."""
    return {
        "app_id": "300001",
        "event_name": name,
        "sender": {"id": LAN},
        "recipient": {"id": OA},
        "user_id_by_app": "777",
        "timestamp": str(CLOCK),
        "message": {"msg_id": "m-1", **(message or {})},
    } | more


def sent(what: str, payload: Any, **message: Any) -> dict[str, Any]:
    return event(f"user_send_{what}", {"attachments": [{"type": what, "payload": payload}], **message})


def test_a_text_is_read_whole() -> None:
    raw = event(message={"text": "Kế hoạch có gì?", "quote_msg_id": "m-0"})
    assert read(raw) == Incoming(
        channel="zalo-oa",
        update_id="m-1",
        chat_id=LAN,
        user_id=LAN,
        kind=Kind.TEXT,
        text="Kế hoạch có gì?",
        sent_at=datetime.fromtimestamp(CLOCK / 1000, UTC),
        message_id="m-1",
        reply_to="m-0",
    )


def test_a_text_is_one_that_any_database_takes() -> None:
    assert read(event(message={"text": "Tiến\0 độ\ud83c"})).text == "Tiến độ\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ("text", Kind.TEXT),
        ("link", Kind.TEXT),
        ("image", Kind.PHOTO),
        ("file", Kind.FILE),
        ("gif", Kind.FILE),
        ("video", Kind.FILE),
        ("audio", Kind.VOICE),
        ("location", Kind.LOCATION),
        ("sticker", Kind.STICKER),
        ("business_card", Kind.CONTACT),
        ("hologram", Kind.OTHER),
    ],
)
def test_every_kind_of_message_is_named(what: str, kind: Kind) -> None:
    assert read(event(f"user_send_{what}")).kind is kind


def test_photos_are_known_by_their_addresses() -> None:
    attachments = [
        {"type": "image", "payload": {"url": PHOTO, "thumbnail": PHOTO + "?s=1"}},
        {"type": "image", "payload": {"url": PHOTO + "?n=2"}},
    ]
    found = read(event("user_send_image", {"text": "Cống bị tắc", "attachments": attachments}))
    assert found.files == (SentFile(PHOTO, "", "image/jpeg", 0), SentFile(PHOTO + "?n=2", "", "image/jpeg", 0))
    assert found.text == "Cống bị tắc"


@pytest.mark.parametrize("size", [4096, "4096"])
def test_a_file_is_known_by_its_address_name_kind_and_size(size: Any) -> None:
    payload = {"url": "https://zalo-file-dl1.zdn.vn/x", "name": "Biên bản.pdf", "type": "pdf", "size": size}
    assert read(sent("file", payload)).files == (
        SentFile("https://zalo-file-dl1.zdn.vn/x", "Biên bản.pdf", "application/pdf", 4096),
    )


@pytest.mark.parametrize("payload", [None, 7, [], {}, {"url": 4}, {"thumbnail": PHOTO}])
def test_what_cannot_be_fetched_is_no_file(payload: Any) -> None:
    assert read(sent("image", payload)).files == ()


def test_odd_details_of_a_file_do_not_hide_it() -> None:
    payload = {"url": PHOTO, "name": 3, "type": [], "size": "-1"}
    assert read(sent("file", payload)).files == (SentFile(PHOTO),)


def test_a_voice_message_is_no_file() -> None:
    assert read(sent("audio", {"url": "https://voice.zdn.vn/a.aac"})).files == ()


def test_a_link_without_words_is_its_address() -> None:
    payload = {"url": "https://vansuong.example/ke-hoach", "title": "Kế hoạch"}
    assert read(sent("link", payload)).text == "https://vansuong.example/ke-hoach"
    assert read(sent("link", payload, text="xem giúp tôi")).text == "xem giúp tôi"


@pytest.mark.parametrize(
    ("payload", "place"),
    [
        ({"coordinates": {"latitude": "20.9876543", "longitude": "105.8412"}}, "20.98765,105.84120"),
        ({"coordinates": {"latitude": 20.9876543, "longitude": 105.8412}}, "20.98765,105.84120"),
        ({"latitude": 20.5, "longitude": 105}, "20.50000,105.00000"),
        ({"coordinates": {"latitude": "phía bắc", "longitude": "105"}}, ""),
        ({"coordinates": {"latitude": "120", "longitude": "105"}}, ""),
        ({"coordinates": {"latitude": "nan", "longitude": "105"}}, ""),
        ({"coordinates": {"latitude": 20.9}}, ""),
        ("here", ""),
    ],
)
def test_a_location_is_a_place(payload: Any, place: str) -> None:
    assert read(sent("location", payload)).place == place


def test_a_card_of_somebody_vouches_for_no_number() -> None:
    payload = {"title": "Người khác", "description": json.dumps({"phone": "0900000001"})}
    found = read(sent("business_card", payload))
    assert (found.kind, found.phone, found.claimed_phone) == (Kind.CONTACT, "", "")


@pytest.mark.parametrize(
    "info",
    [
        {"name": "Lan", "phone": "84900000002", "full_address": {"user_city": "Hà Nội", "user_ward": "Vân Sương"}},
        {"name": "Lan", "phone": 84900000002, "address": "12 phố Mẫu", "city": "Hà Nội", "district": "", "ward": ""},
    ],
)
def test_a_number_typed_into_the_form_is_only_claimed(info: dict[str, Any]) -> None:
    found = read(event("user_submit_info", info=info))
    assert (found.kind, found.claimed_phone, found.phone) == (Kind.CONTACT, "84900000002", "")
    assert found.user_name == "Lan"


def test_following_and_leaving_are_told() -> None:
    raw = {"oa_id": OA, "event_name": "follow", "follower": {"id": LAN}, "timestamp": str(CLOCK), "source": "qr"}
    found = read(raw)
    assert (found.kind, found.chat_id, found.user_id) == (Kind.JOINED, LAN, LAN)
    assert read(raw | {"event_name": "unfollow"}).kind is Kind.LEFT


def test_receipts_name_our_message_and_its_reader() -> None:
    body = {"sender": {"id": OA}, "recipient": {"id": LAN}}
    delivered = read(event("user_received_message", {"msg_id": "ours-1", "delivery_time": "1"}, **body))
    assert (delivered.kind, delivered.message_id, delivered.chat_id) == (Kind.DELIVERED, "ours-1", LAN)
    seen = read(event("user_seen_message", {"msg_id": "", "msg_ids": ["ours-1", "ours-2"]}, **body))
    assert (seen.kind, seen.message_id) == (Kind.SEEN, "ours-2")


def test_a_receipt_of_a_template_names_the_number_it_went_to() -> None:
    message = {"msg_id": "z-1", "tracking_id": "t-1", "delivery_time": str(CLOCK)}
    raw = event("user_received_message", message, recipient={"id": "84900000003"})
    assert (read(raw).chat_id, read(raw).message_id) == ("84900000003", "z-1")


@pytest.mark.parametrize(
    "name",
    [
        "user_data_subject_rights",
        "user_request_data_right",
        "user-delete-personal-data",
        "data_privacy.request",
        "user_exercise_subject_right",
    ],
)
def test_rights_over_personal_data_are_known_by_any_likely_name(name: str) -> None:
    assert read(event(name)).kind is Kind.DATA_RIGHTS
    assert read({"event_name": name, "user_id": LAN, "timestamp": CLOCK}).user_id == LAN


def test_a_tapped_button_is_an_action_and_words_never_are() -> None:
    pressed = read(event(message={"text": "kehoach:report:yes"}))
    assert (pressed.kind, pressed.action, pressed.text) == (Kind.ACTION, "report:yes", "")
    for words in ("kehoach:", "kehoach: cho tôi hỏi", "kehoach:kế", "kehoach:" + "a" * 65, "xem kehoach:report:yes"):
        found = read(event(message={"text": words}))
        assert (found.kind, found.action, found.text) == (Kind.TEXT, "", words)


def group_event(text: str, **more: Any) -> dict[str, Any]:
    return event("user_send_group_text", {"text": text}, recipient={"id": "g-9"}, **more)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("@Phường Vân Sương: kế hoạch số 12 có gì?", "kế hoạch số 12 có gì?"),
        ("cho hỏi @phuong van suong kế hoạch số 12", "cho hỏi kế hoạch số 12"),
        ("Phường Vân Sương ơi, kế hoạch số 12", "kế hoạch số 12"),
        ("/viec", "/viec"),
    ],
)
def test_a_group_is_answered_where_the_account_is_named(said: str, words: str) -> None:
    found = read(group_event(said))
    assert (found.text, found.addressed, found.in_group) == (words, True, True)
    assert (found.chat_id, found.user_id) == ("group:g-9", LAN)


def test_an_answer_to_our_message_in_a_group_is_said_to_us() -> None:
    raw = group_event("số 2")
    raw["message"]["quote_msg_id"] = "ours-7"
    assert read(raw).addressed
    raw["message"]["quote_msg_id"] = "of-somebody"
    assert not read(raw).addressed


@pytest.mark.parametrize("text", ["kế hoạch số 12 có gì?", "@Phường Vân Sươngg ơi", "họp ở phường vân sương", ""])
def test_what_is_said_in_a_group_to_others_is_not_for_us(text: str) -> None:
    assert not read(group_event(text)).addressed
    assert not zalo_oa_updates.read(group_event(text), Me()).addressed


def test_a_group_is_known_by_its_id_and_name_wherever_they_stand() -> None:
    named = {"group_id": "g-8", "group_name": "Tổ công tác"}
    found = read(group_event("/viec", group_info=named))
    assert (found.chat_id, found.group_title) == ("group:g-8", "Tổ công tác")
    assert read(group_event("/viec", group_id="g-7")).chat_id == "group:g-7"


@pytest.mark.parametrize(
    "raw",
    [
        event("oa_send_text"),
        event("oa_send_group_text"),
        event("oa_reacted_message"),
        event("anonymous_send_text"),
        event("add_user_to_tag"),
        event("user_reacted_message"),
        event("user_click_chatnow"),
        event("change_template_status"),
        event("change_oa_daily_quota"),
        event("user_seen_message", {"msg_id": ""}),
    ],
    ids=lambda raw: raw["event_name"],
)
def test_what_asks_for_nothing_is_ignored(raw: dict[str, Any]) -> None:
    with pytest.raises(Ignored):
        read(raw)


def test_our_own_words_coming_back_are_ignored() -> None:
    with pytest.raises(Ignored):
        read(event(message={"text": "chính tôi"}, sender={"id": OA}))


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"event_name": 7},
        {"event_name": " "},
        event("user_telepathy"),
        event("follow", sender=None, user_id_by_app=None),
        event(sender={"id": None}, user_id_by_app=True),
        event("user_send_group_text", {"text": "/x"}, recipient=None),
    ],
)
def test_a_form_that_is_not_known_is_unreadable(raw: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        read(raw)


@pytest.mark.parametrize("written", [CLOCK, str(CLOCK), CLOCK // 1000, str(CLOCK // 1000)])
def test_a_time_is_in_seconds_or_milliseconds_a_number_or_digits(written: Any) -> None:
    assert read(event(timestamp=written)).sent_at == datetime.fromtimestamp(CLOCK // 1000, UTC)


@pytest.mark.parametrize("written", [None, "", "soon", True, 1.5, -5, "9" * 20, [CLOCK]])
def test_an_odd_time_is_none(written: Any) -> None:
    assert read(event(timestamp=written)).sent_at is None


def test_a_message_delivered_again_is_known_again_and_an_echo_is_another() -> None:
    raw = event(message={"text": "một"})
    assert update_id(raw) == update_id(raw | {"timestamp": "1"}) == "m-1"
    assert update_id(event("oa_send_text")) != "m-1"
    assert update_id(event("user_received_message")) != update_id(event("user_seen_message"))


def test_events_without_a_message_are_told_apart_by_time_and_person() -> None:
    raw = {"event_name": "follow", "follower": {"id": LAN}, "timestamp": CLOCK}
    assert update_id(raw) == update_id(dict(raw)) == f"follow:{CLOCK}:{LAN}"
    assert update_id(raw | {"timestamp": CLOCK + 1}) != update_id(raw)
    assert update_id(raw | {"follower": {"id": "43"}}) != update_id(raw)
    timeless = {"event_name": "follow", "follower": {"id": LAN}}
    assert update_id(timeless) == update_id(dict(timeless)) != update_id(timeless | {"source": "qr"})


def test_an_id_is_never_longer_than_is_stored() -> None:
    assert len(update_id(event(message={"msg_id": "m" * 5000}))) <= 200


FIELDS = st.sampled_from(
    [
        *("app_id", "event_name", "sender", "recipient", "follower", "id", "timestamp", "message", "msg_id", "msg_ids"),
        *("text", "attachments", "type", "payload", "url", "coordinates", "latitude", "longitude", "info", "phone"),
        *("user_id_by_app", "group_id", "size", "name"),
    ]
) | st.text(max_size=5)
NAMES = st.sampled_from(
    [
        *(
            "user_send_text",
            "user_send_image",
            "user_send_file",
            "user_send_location",
            "user_send_group_text",
            "follow",
        ),
        *("user_submit_info", "user_seen_message", "user_received_message", "user_data_subject", "oa_send_text"),
    ]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=5),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(FIELDS, ANYTHING, max_size=6), NAMES)
def test_whatever_comes_is_read_ignored_or_unreadable(raw: dict[str, Any], name: str) -> None:
    with suppress(Unreadable, Ignored):
        assert isinstance(read(raw), Incoming)
    raw["event_name"] = name
    assert 0 < len(update_id(raw)) <= 250
    with suppress(Unreadable, Ignored):
        found = read(raw)
        found.text.encode()
        assert found.user_id and found.chat_id
