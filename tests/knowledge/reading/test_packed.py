"""Folders and packed folders: everything in them is named, nothing leaves them, no trap springs."""

import os
import zipfile
from pathlib import Path

import pytest

from knowledge.reading import UnreadableFile, packed
from knowledge.reading.packed import Source, names_of, sources
from tests.knowledge.reading import papers


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


def reasons(found: list[Source]) -> dict[str, str]:
    return {"/".join(s.place): s.refused.reason if s.refused else "" for s in found}


def test_a_folder_is_read_below_and_what_systems_leave_is_passed_over(tmp_path: Path, scratch: Path) -> None:
    folder = tmp_path / "in"
    (folder / "b" / ".git").mkdir(parents=True)
    for name in ("a.txt", "b/c.txt", "b/~$c.docx", "b/.git/config", ".DS_Store", "Thumbs.db", "phim.mp4"):
        (folder / name).write_text("một", encoding="utf-8")
    assert ["/".join(s.place) for s in sources([folder], scratch)] == ["in/a.txt", "in/b/c.txt", "in/phim.mp4"]


def test_what_is_packed_is_opened_when_it_is_needed_and_gone_afterwards(tmp_path: Path, scratch: Path) -> None:
    (found,) = sources([papers.packed(tmp_path / "a.zip", **{"kế hoạch/một__txt": "Một".encode()})], scratch)
    assert found.place == ("a.zip", "kế hoạch", "một.txt")
    with found.at_hand() as path:
        assert path.read_text(encoding="utf-8") == "Một"
        assert path.suffix == ".txt"
    assert not path.exists()


def test_one_packed_folder_inside_another_is_opened_and_no_more(tmp_path: Path, scratch: Path) -> None:
    third = papers.packed(tmp_path / "3.zip", c__txt=b"c").read_bytes()
    second = papers.packed(tmp_path / "2.zip", b__txt=b"b", **{"3__zip": third}).read_bytes()
    first = papers.packed(tmp_path / "1.zip", a__txt=b"a", **{"2__zip": second})
    found = sources([first], scratch)
    assert reasons(found) == {
        "1.zip/a.txt": "",
        "1.zip/2.zip/b.txt": "",
        "1.zip/2.zip/3.zip": "nested_too_deep",
    }
    with found[1].at_hand() as path:
        assert path.read_bytes() == b"b"


@pytest.mark.parametrize(
    "name",
    ["../ngoai.txt", "/etc/ngoai.txt", "a/../../ngoai.txt", "..\\ngoai.txt", "C:\\ngoai.txt", "a\x07.txt", "x" * 900],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, scratch: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr(zipfile.ZipInfo(name), b"x")
        made.writestr("tot.txt", b"x")
    found = sources([tmp_path / "a.zip"], scratch)
    assert [s.refused.reason if s.refused else "" for s in found] == ["unsafe_name", ""]
    assert not any(part in ("..", "") or "/" in part for s in found for part in s.place)
    with pytest.raises(UnreadableFile), found[0].at_hand():
        pass


def test_two_packed_files_of_one_name_are_not_mixed_up(tmp_path: Path, scratch: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made, pytest.warns(UserWarning):
        made.writestr("a.txt", b"1")
        made.writestr("a.txt", b"2")
    found = sources([tmp_path / "a.zip"], scratch)
    assert [s.refused.reason if s.refused else "" for s in found] == ["", "unsafe_name"]


def test_what_swells_is_not_unpacked(tmp_path: Path, scratch: Path) -> None:
    found = sources([papers.packed(tmp_path / "a.zip", a__txt=bytes(30_000_000), b__txt=b"b")], scratch)
    assert [s.refused.reason if s.refused else "" for s in found] == ["too_much_inside", ""]


def test_more_than_was_announced_is_never_unpacked(tmp_path: Path, scratch: Path) -> None:
    raw = papers.packed(tmp_path / "a.zip", a__txt=os.urandom(50_000)).read_bytes()
    real, false = (50_000).to_bytes(4, "little"), (50).to_bytes(4, "little")
    (tmp_path / "b.zip").write_bytes(raw.replace(real, false))
    (found,) = sources([tmp_path / "b.zip"], scratch)
    with pytest.raises(UnreadableFile) as refused, found.at_hand():
        pass
    assert refused.value.reason in ("damaged", "too_much_inside")


def test_a_locked_file_is_refused_and_its_neighbours_are_not(tmp_path: Path, scratch: Path) -> None:
    raw = bytearray(papers.packed(tmp_path / "a.zip", a__txt=b"a" * 50, b__txt=b"b").read_bytes())
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(raw)
    assert reasons(sources([tmp_path / "a.zip"], scratch)) == {"a.zip/a.txt": "encrypted", "a.zip/b.txt": ""}


def test_too_many_files_are_refused_at_once(tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MOST_FILES", 2)
    path = papers.packed(tmp_path / "a.zip", a__txt=b"", b__txt=b"", c__txt=b"")
    assert reasons(sources([path], scratch)) == {"a.zip": "too_many_files"}


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path, scratch: Path) -> None:
    for folder in ("phuong-a", "phuong-b"):
        (tmp_path / "in" / folder).mkdir(parents=True)
        (tmp_path / "in" / folder / "ke-hoach.txt").write_text(folder, encoding="utf-8")
    (tmp_path / "in" / "rieng.txt").write_text("r", encoding="utf-8")
    papers.packed(tmp_path / "in" / "kem.zip", **{"Ke-Hoach__txt": b"z"})
    names = names_of(sources([tmp_path / "in"], scratch))
    assert names == ["kem.zip/Ke-Hoach.txt", "phuong-a/ke-hoach.txt", "phuong-b/ke-hoach.txt", "rieng.txt"]


def test_names_stay_different_where_even_the_folders_are_alike() -> None:
    found = [Source(("a", "b.txt")), Source(("a", "b.txt")), Source(("b.txt",))]
    assert len(set(names_of(found))) == 3


def test_a_file_given_twice_is_read_once(tmp_path: Path, scratch: Path) -> None:
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    assert len(sources([tmp_path / "a.txt", tmp_path, tmp_path / "a.txt"], scratch)) == 1
