"""Colleagues as people call them."""

import pytest

from domain.colleagues import is_self, people_called
from domain.people import Person, Role

CULTURE, ECONOMY = (1, "Phòng Văn hóa - Xã hội"), (2, "Phòng Kinh tế, Hạ tầng và Đô thị")


def _person(number: int, name: str, unit: tuple[int, str] | None, role: Role = Role.OFFICIAL) -> Person:
    return Person(number, 1, name, role, unit[0] if unit else None, unit[1] if unit else "")


AN = _person(1, "Lê Hoài An", CULTURE)
BINH = _person(2, "Trần Quốc Bình", ECONOMY)
BINH_TOO = _person(3, "Phạm Thị Bình", CULTURE)
BINH_OTHER = _person(4, "Đỗ Văn Bính", CULTURE)
THUY = _person(5, "Nguyễn Thị Thúy", CULTURE)
THUY_OTHER = _person(6, "Hoàng Thu Thủy", ECONOMY)
LAN_ANH = _person(7, "Vũ Lan Anh", ECONOMY)
HANH = _person(8, "Vũ Thị Hạnh", CULTURE, Role.HEAD)
HAI = _person(9, "Bùi Đức Hải", ECONOMY, Role.HEAD)
SON = _person(10, "Đặng Minh Sơn", None, Role.LEADER)
STAFF = (AN, BINH, BINH_TOO, BINH_OTHER, THUY, THUY_OTHER, LAN_ANH, HANH, HAI, SON)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("chị An", [AN]),
        ("chi an", [AN]),
        ("Lê Hoài An", [AN]),
        ("le hoai an", [AN]),
        ("Hoài An", [AN]),
        ("đồng chí An", [AN]),
        ("đ/c An", [AN]),
        ("Anh Bình", [BINH, BINH_TOO]),
        ("a. binh", [BINH, BINH_TOO, BINH_OTHER]),
        ("anh Quốc Bình", [BINH]),
        ("Trần Bình", [BINH]),
        ("chú Bính", [BINH_OTHER]),
        ("anh Bình phòng kinh tế", [BINH]),
        ("Bình bên văn hóa", [BINH_TOO]),
        ("Bình (VHXH)", [BINH_TOO]),
        ("chị Thuý", [THUY]),
        ("chị Thủy", [THUY_OTHER]),
        ("chi thuy", [THUY, THUY_OTHER]),
        ("chị Anh", [LAN_ANH]),
        ("Lan Anh", [LAN_ANH]),
        ("anh", [LAN_ANH]),
        ("trưởng phòng văn hóa", [HANH]),
        ("anh Trưởng phòng Kinh tế", [HAI]),
        ("trưởng phòng", [HANH, HAI]),
        ("chủ tịch", [SON]),
        ("anh Sơn", [SON]),
        ("chị Kiều", []),
        ("Nguyễn Bình", []),
        ("", []),
        ("???", []),
        ("anh Bình phòng tư pháp", []),
        ("phòng kinh tế", []),
    ],
)
def test_people_are_found_as_they_are_called(words: str, found: list[Person]) -> None:
    assert people_called(words, STAFF) == found


@pytest.mark.parametrize("words", ["tôi", "mình", "Em", "chính tôi"])
def test_i_am_whoever_speaks(words: str) -> None:
    assert is_self(words)
    assert people_called(words, STAFF, AN) == [AN]


def test_nobody_is_found_among_nobody() -> None:
    assert people_called("anh Bình", ()) == []
