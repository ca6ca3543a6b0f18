"""What a person's chats share and what each keeps: cards go along, numbers stay, nobody learns of another."""

from typing import Any

from bot.talks import NEWEST, Parted, brought_together, of_chat, parted
from handlers.memory import ABOUT, BUTTONS, HERE

HERE_CHAT, OTHER_CHAT = ("telegram", "7"), ("zalo-oa", "z")
CARD = [["Xác nhận", "report:yes:3"]]
LIST = [["Nhiệm vụ 4", "task:4"]]


def _draft(opened: str) -> dict[str, Any]:
    return {"opened": f"2026-03-02T{opened}:00+00:00", "card": 3}


def test_a_card_shown_in_one_chat_is_known_in_another_that_showed_nothing() -> None:
    after = parted(
        {"draft": _draft("01:00"), BUTTONS: CARD, ABOUT: [4, "x"]}, Parted({}, {}), HERE_CHAT, has_shown=True
    )
    assert after.own == {BUTTONS: CARD, ABOUT: [4, "x"]}
    assert after.shared == {"draft": _draft("01:00"), NEWEST: {"in": list(HERE_CHAT), BUTTONS: CARD}}
    other = brought_together(after.shared, {}, OTHER_CHAT, is_new=False)
    assert other == {"draft": _draft("01:00"), BUTTONS: CARD}
    assert brought_together(after.shared, after.own, HERE_CHAT, is_new=False)[ABOUT] == [4, "x"]


def test_what_a_chat_offered_itself_is_kept_beside_what_another_offered_since() -> None:
    shared = {NEWEST: {"in": list(HERE_CHAT), BUTTONS: CARD}}
    talk = brought_together(shared, {BUTTONS: LIST}, OTHER_CHAT, is_new=False)
    assert (talk[HERE], talk[BUTTONS]) == (LIST, CARD)
    silent = parted(talk, Parted(shared, {BUTTONS: LIST}), OTHER_CHAT, has_shown=False)
    assert silent == Parted(shared, {BUTTONS: LIST})


def test_a_chat_that_has_just_joined_brings_its_own_talk_and_showed_the_newest() -> None:
    shared = {"draft": _draft("02:00"), "cards": 3, NEWEST: {"in": list(HERE_CHAT), BUTTONS: CARD}}
    own = {"draft": _draft("01:00"), "feedback": {"a": 1}, "cards": 5, BUTTONS: LIST}
    talk = brought_together(shared, own, OTHER_CHAT, is_new=True)
    assert talk["draft"] == _draft("02:00"), "the card opened later"
    assert (talk["feedback"], talk["cards"], talk[BUTTONS]) == ({"a": 1}, 5, LIST)
    assert HERE not in talk
    later = brought_together(shared, own | {"draft": _draft("03:00")}, OTHER_CHAT, is_new=True)
    assert later["draft"] == _draft("03:00")


def test_what_a_chat_said_with_somebody_else_is_nobody_s() -> None:
    assert of_chat(None, {"a": 1}, 7) == {}
    assert of_chat(8, {"a": 1}, 7) == {}
    assert of_chat(7, {"a": 1}, 7) == of_chat(7, {"a": 1}, None) == of_chat(None, {"a": 1}, None) == {"a": 1}
