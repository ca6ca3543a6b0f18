"""A unit's name that a scan damaged, doubled or cut is mended by the plan's own well-read names, and no other is."""

import pytest

from domain.deadlines import Deadline, DeadlineKind
from domain.people import Unit
from domain.tasks import Task
from knowledge.drafting.mending import is_damaged, with_names_mended

CULTURE = "Phòng Văn hóa - Xã hội"
ECONOMY = "Phòng Kinh tế, Hạ tầng và Đô thị"


def _task(number: str, lead: str, support: str = "") -> Task:
    return Task(
        id=0,
        office_id=0,
        number=number,
        title="Dọn rác trên kênh",
        deadline=Deadline(DeadlineKind.UNKNOWN),
        lead=lead,
        support=support,
        source="",
        confirmed=False,
        confidence=0.8,
    )


def _mended(lead: str, *others: str) -> Task:
    tasks = [_task(str(n), other) for n, other in enumerate((lead, *others))]
    return with_names_mended(tasks)[0]


@pytest.mark.parametrize(
    "damaged",
    [
        "Phòng Vzn hóa - Xã hội",
        "Phòng Yăn -hoa",
        "Phòng Văn hóa — X",
        "Phòng Văn hóa — (ở Ql X",
        "Phòng Văn hóa - Xã, Xã hội",
        "Phong Vãn hqa — Xa& hội",
    ],
)
def test_a_damaged_name_is_the_one_the_plan_spells_well(damaged: str) -> None:
    task = _mended(damaged, CULTURE, CULTURE, "Công an phường", "Trạm Y tế phường")
    assert task.lead == CULTURE
    assert 0.6 < task.confidence < 0.8


@pytest.mark.parametrize(
    ("doubled", "once"),
    [("Công an phường an phường", "Công an phường"), ("Trạm Y tế trạm Y tế", "Trạm Y tế")],
)
def test_a_name_that_stands_twice_is_said_once_also_where_no_other_row_has_it(doubled: str, once: str) -> None:
    assert _mended(doubled).lead == once


@pytest.mark.parametrize(
    "good",
    [
        CULTURE,
        ECONOMY,
        "Sở Y tế",
        "Công an phường, Trạm Y tế phường",
        "Phòng Văn hóa và Thông tin",
        "Văn phòng HĐND và UBND phường",
        "Đoàn TNCS Hồ Chí Minh phường",
        "Ban Quản lý rừng phòng hộ",
    ],
)
def test_a_good_name_stays_as_it_is_and_as_sure(good: str) -> None:
    task = _mended(good, CULTURE, CULTURE, "Sở Nội vụ", "Công an xã", "Văn phòng UBND phường")
    assert (task.lead, task.confidence) == (good, 0.8)


def test_between_two_names_as_near_a_person_decides() -> None:
    task = _mended("Phòng Văn hóa — (", CULTURE, "Phòng Văn hóa và Thông tin")
    assert task.lead == "Phòng Văn hóa — ("
    assert task.confidence < 0.6


def test_a_name_like_none_of_the_plan_stays() -> None:
    assert _mended("Phòng Gjk lkz", CULTURE, "Công an phường").lead == "Phòng Gjk lkz"


def test_who_helps_is_mended_name_by_name() -> None:
    tasks = [_task("1", "Công an phường", "Trạm Y tế phường, Phòng Vzn hóa - Xã hội"), _task("2", CULTURE)]
    mended = with_names_mended(tasks)
    assert mended[0].support == f"Trạm Y tế phường, {CULTURE}"
    assert mended[0].confidence == 0.8


def test_the_names_of_the_office_mend_too() -> None:
    office = [Unit(id=1, office_id=1, name="Trung tâm Phục vụ hành chính công")]
    task = with_names_mended([_task("1", "Trung tâm Phqc vụ hànn chính công")], office)[0]
    assert task.lead == "Trung tâm Phục vụ hành chính công"


def test_initials_and_names_of_people_are_no_damage() -> None:
    assert not is_damaged("Hội LHPN xã")
    assert not is_damaged("Trường THCS Lê Lợi")
    assert is_damaged("Phòng Văn hóa -")
