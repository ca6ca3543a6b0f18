"""The register as a file, for those who may take it out."""

from dataclasses import replace

import pytest

from bot.sheets import read
from domain.people import Person
from tests.handlers.office import ADMIN, AN, CHU_TICH, HANH, LIBRARY, Books, FakeAnswerer, Talk


@pytest.mark.parametrize("person", [CHU_TICH, ADMIN])
@pytest.mark.parametrize("asked", ["xuất danh mục nhiệm vụ", "/xuat", "cho tôi xuất excel", "tai danh sach nhiem vu"])
async def test_a_leader_gets_the_file(person: Person, asked: str) -> None:
    books = Books(tasks_kept=[LIBRARY, replace(LIBRARY, id=50, number="8", confirmed=False)])
    talk = Talk(person, books)
    assert "2 nhiệm vụ (1 dự thảo)" in await talk.say(asked)
    (file,) = talk.replies[0].files
    assert file.name == "nhiem-vu.xlsx"
    assert [line.number for line in read(file.content).tasks] == ["4", "8"]
    assert books.audited[0][1:3] == (person.id, "register.exported")


@pytest.mark.parametrize("person", [AN, HANH])
async def test_others_are_turned_away(person: Person) -> None:
    talk = Talk(person)
    assert "dành cho lãnh đạo và quản trị viên" in await talk.say("xuất danh mục nhiệm vụ")
    assert not talk.replies[0].files


async def test_a_citizen_s_words_are_a_question_and_groups_get_nothing() -> None:
    answerer = FakeAnswerer()
    await Talk(answerer=answerer).say("xuất danh mục nhiệm vụ")
    assert answerer.asked
    talk = Talk(CHU_TICH, in_group=True)
    assert "nhắn riêng" in await talk.say("xuất danh mục nhiệm vụ") and not talk.replies[0].files


async def test_an_empty_register_is_explained() -> None:
    assert "chưa có nhiệm vụ" in await Talk(CHU_TICH, Books(tasks_kept=[])).say("/xuat")
