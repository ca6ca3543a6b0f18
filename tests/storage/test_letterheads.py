"""An office's letterhead is kept on both databases."""

from domain.letterhead import NO_LETTERHEAD, Letterhead, changed, letterhead_of
from storage import Storage
from tests.storage.conftest import Ward


async def test_a_letterhead_comes_back_as_it_was_set(storage: Storage, ward: Ward) -> None:
    lines = Letterhead(parent="UBND TỈNH MẪU", symbol="BC-UBND", recipients=("UBND tỉnh", "Lưu: VT"))
    async with storage.writing() as records:
        office = await records.offices.ensure("Ủy ban nhân dân xã Bến Mơ")
        assert office.letterhead == NO_LETTERHEAD
        await records.offices.set_letterhead(office.id, lines)
    async with storage.reading() as records:
        kept = await records.offices.get(office.id)
        assert kept is not None and kept.letterhead == lines
        assert [each.letterhead for each in await records.offices.all() if each.id != office.id] == [NO_LETTERHEAD]


def test_lines_are_changed_by_name_and_strange_ones_refused() -> None:
    lines = changed(NO_LETTERHEAD, {"place": "  Bến   Mơ ", "recipients": "Tỉnh; ;Lưu: VT"})
    assert (lines.place, lines.recipients) == ("Bến Mơ", ("Tỉnh", "Lưu: VT"))
    assert changed(lines, {"place": ""}).place == ""
    assert letterhead_of({"place": "Bến Mơ", "color": "red", "symbol": None}) == Letterhead(place="Bến Mơ")
