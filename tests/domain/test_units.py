"""Units are known by their names, the short forms people write, and parts that only one unit has."""

import pytest

from domain.people import Unit
from domain.units import leads_of, unit_named, units_in

OFFICE = Unit(1, 1, "Văn phòng HĐND và UBND phường", ("Văn phòng",))
CULTURE = Unit(2, 1, "Phòng Văn hóa - Xã hội")
ECONOMY = Unit(3, 1, "Phòng Kinh tế, Hạ tầng và Đô thị", ("Phòng Kinh tế",))
CENTRE = Unit(4, 1, "Trung tâm Phục vụ hành chính công")
POLICE = Unit(5, 1, "Công an phường")
UNITS = (OFFICE, CULTURE, ECONOMY, CENTRE, POLICE)


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ("Phòng Văn hóa - Xã hội", CULTURE),
        ("phong van hoa xa hoi", CULTURE),
        ("Phòng Văn hóa và Xã hội phường", CULTURE),
        ("Phòng VH-XH", CULTURE),
        ("P.VHXH", CULTURE),
        ("pvhxh", CULTURE),
        ("P. Văn hóa - Xã hội", CULTURE),
        ("VH-XH", CULTURE),
        ("phòng văn hóa", CULTURE),
        ("Phòng KT,HT&ĐT", ECONOMY),
        ("Phòng Kinh tế", ECONOMY),
        ("Phòng Kinh tế, Hạ tầng", ECONOMY),
        ("Văn phòng UBND", OFFICE),
        ("VP HĐND&UBND", OFFICE),
        ("Văn phòng HĐND và UBND", OFFICE),
        ("Trung tâm Phục vụ HCC", CENTRE),
        ("TTPVHCC", CENTRE),
        ("Công an phường Bến Mơ", POLICE),
        ("Hành chính công", None),
        ("Phòng", None),
        ("Sở Văn hóa", None),
        ("Văn phòng Tỉnh ủy", None),
        ("Phòng Văn hóa - Xã hội, Phòng Kinh tế", None),
        ("", None),
    ],
)
def test_a_unit_is_known_by_what_it_is_called(words: str, unit: Unit | None) -> None:
    assert unit_named(words, UNITS) == unit


@pytest.mark.parametrize(
    ("words", "units"),
    [
        ("Phòng Văn hóa - Xã hội, Phòng Kinh tế", [CULTURE, ECONOMY]),
        ("Phòng Văn hóa - Xã hội; Công an phường và Trung tâm Phục vụ hành chính công", [CULTURE, POLICE, CENTRE]),
        ("Các phòng: Văn hóa - Xã hội, Kinh tế, Hạ tầng và Đô thị", [CULTURE, ECONOMY]),
        ("giao Phòng KT,HT&ĐT chủ trì, phối hợp với Văn phòng UBND", [ECONOMY, OFFICE]),
        ("Sở Văn hóa, Sở Kinh tế", []),
        ("Công an tỉnh", []),
        ("phát triển kinh tế, văn hóa xã hội", []),
        ("Các cơ quan, đơn vị", []),
    ],
)
def test_several_units_are_found_in_one_cell(words: str, units: list[Unit]) -> None:
    assert units_in(words, UNITS) == units


@pytest.mark.parametrize(
    ("words", "units"),
    [
        ("Phòng Kinh tế", [ECONOMY]),
        ("Phòng Văn hóa - Xã hội, Công an phường", [CULTURE, POLICE]),
        ("Trung tâm Phục vụ hành chính công, UBND các xã lân cận", [CENTRE]),
        ("Các khu phố; Trung tâm Phục vụ hành chính công", []),
        ("Các ban, ngành và các khu phố", []),
        ("Sở Giao thông", []),
    ],
)
def test_who_leads_is_one_unit_or_several(words: str, units: list[Unit]) -> None:
    assert leads_of(words, UNITS) == units


def test_a_part_that_two_units_have_names_neither() -> None:
    two = (Unit(1, 1, "Phòng Kinh tế ngành"), Unit(2, 1, "Phòng Kinh tế hạ tầng"))
    assert unit_named("phòng kinh tế", two) is None
    assert units_in("giao phòng kinh tế chủ trì", two) == []
