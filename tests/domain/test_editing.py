"""Edits of the register in ordinary words: what people wrote stays letter for letter."""

import pytest

from domain.editing import read_edit


@pytest.mark.parametrize("unit", ["Văn phòng UBND", "vp hđnd&ubnd", "Phòng Kinh tế"])
def test_short_forms_before_a_field_do_not_shift_what_stands_in_it(unit: str) -> None:
    edit = read_edit(f"chủ trì {unit}, giao anh Toàn; sản phẩm: Sổ theo dõi đường hoa")
    assert (edit.lead, edit.assignee, edit.product) == (unit, "anh Toàn", "Sổ theo dõi đường hoa")


def test_what_is_no_deadline_is_none() -> None:
    assert read_edit("tổng quan").deadline is None
