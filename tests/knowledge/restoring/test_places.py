"""Names of places are spelled as the official list spells them, and nothing else is touched."""

import pytest

from knowledge.restoring.places import with_places


@pytest.mark.parametrize(
    ("read", "repaired", "right"),
    [
        ("UY BAN NHAN DAN TINH DIK LAK", "ỦY BAN NHÂN DÂN TỈNH ĐỀ LÀ", "ỦY BAN NHÂN DÂN TỈNH ĐẮK LẮK"),
        ("tai tinh Dak Lik va cac tinh khac", "tại tỉnh Dự Lịch và các tỉnh khác", "tại tỉnh Đắk Lắk và các tỉnh khác"),
        (
            "tren dia ban phuong Ia Pnon, tu nay",
            "trên địa bàn phường Ia Phòn, từ nay",
            "trên địa bàn phường Ia Phòn, từ nay",
        ),
        ("UBND xa Mang Den hop dinh ky", "UBND xã Mạng Đến họp định kỳ", "UBND xã Măng Đen họp định kỳ"),
        ("thanh phd CAn Tho giao so", "thành phố Căn Thơ giao sở", "thành phố Cần Thơ giao sở"),
    ],
)
def test_a_name_behind_the_word_for_its_kind_is_put_right(read: str, repaired: str, right: str) -> None:
    assert with_places([read], [repaired]) == [right]


def test_a_name_said_once_with_its_kind_is_known_where_it_stands_alone() -> None:
    read = ["UBND tinh Dak Lak ban hanh", "Dak 1ak, ngay 03 thang 3 nam 2026"]
    repaired = ["UBND tỉnh Dak Lắk ban hành", "Dự Lễ, ngày 03 tháng 3 năm 2026"]
    assert with_places(read, repaired) == ["UBND tỉnh Đắk Lắk ban hành", "Đắk Lắk, ngày 03 tháng 3 năm 2026"]


@pytest.mark.parametrize(
    ("read", "repaired"),
    [
        ("bao cao Uy ban nhan dan xa: Kip thoi de xuat", "báo cáo Ủy ban nhân dân xã: Kịp thời đề xuất"),
        ("cac phuong thuc moi va xa hoi so", "các phương thức mới và xã hội số"),
        ("xa Khong Dau Ca nao nhu the", "xã Không Đâu Cả nào như thế"),
        ("UBND xa, Mang Den hop dinh ky", "UBND xã, Mạng Đến họp định kỳ"),
    ],
)
def test_what_is_no_name_of_that_kind_stays_as_it_was_repaired(read: str, repaired: str) -> None:
    assert with_places([read], [repaired]) == [repaired]


def test_a_line_that_needed_no_repair_stays() -> None:
    line = "UBND tỉnh Đak Lak ban hành kế hoạch"
    assert with_places([line], [line]) == [line]


def test_a_name_that_two_spellings_share_is_left_to_the_repair() -> None:
    """Where the list has two spellings of the same letters, nothing says which one is meant."""
    repaired = "UBND xã Phụ Cát thông báo"
    assert with_places(["UBND xa Phu Cat thong bao"], [repaired]) == [repaired]
