"""Every message gets an answer, whatever it is."""

import json
import random
import string

import pytest

from domain.messages import Kind
from domain.people import Person
from tests.handlers.office import AN, CHU_TICH, Talk


@pytest.mark.parametrize(
    "kind",
    [Kind.STICKER, Kind.PHOTO, Kind.FILE, Kind.VOICE, Kind.LOCATION, Kind.CONTACT, Kind.EDITED, Kind.OTHER],
)
async def test_what_cannot_be_read_is_explained(kind: Kind) -> None:
    talk = Talk()
    await talk.send(kind)
    assert len(talk.text) > 40


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
async def test_an_empty_message_is_explained(text: str) -> None:
    assert "chưa có nội dung" in await Talk().say(text)


async def test_five_thousand_characters_are_too_many() -> None:
    assert "5.000 ký tự, vượt mức 2.000" in await Talk().say("a" * 5000)


async def test_an_unknown_command_is_named() -> None:
    assert "chưa có lệnh /xoahet" in await Talk(AN).say("/xoahet tất cả")


async def test_a_button_nobody_offers_any_more_is_explained() -> None:
    assert "không còn dùng được" in await Talk(AN).act("booking:7")


@pytest.mark.parametrize("person", [AN, None])
async def test_someone_who_left_gets_nothing(person: Person | None) -> None:
    assert await Talk(person).send(Kind.LEFT) == []


@pytest.mark.parametrize("person", [None, AN, CHU_TICH])
async def test_no_message_at_all_is_met_with_silence(person: Person | None) -> None:
    chance = random.Random(7)
    talk = Talk(person)
    words = ["nv", "4", "80%", "sửa", "báo cáo", "hủy", "ok", "/viec", "?", "việc của tôi", "tổng quan", "dự kiến 10/3"]
    actions = ["report:4", "report:yes:1", "report:edit:1", "report:no:2", "tasks:8", "task:5", "overview:late:0", "x"]
    for _ in range(400):
        if chance.random() < 0.3:
            await talk.act(chance.choice(actions))
        elif chance.random() < 0.1:
            await talk.say("".join(chance.choices(string.printable, k=chance.randrange(1, 40))))
        else:
            await talk.say(" ".join(chance.choices(words, k=chance.randrange(1, 4))))
        assert talk.text.strip()
        assert json.dumps(talk.memory)
