"""Plain text: what is text and what is not, and where pages begin."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import UnreadableFile
from knowledge.reading import LARGEST_BYTES, ReadText, page_starts, read_text


def written(folder: Path, raw: bytes, name: str = "a.txt") -> Path:
    path = folder / name
    path.write_bytes(raw)
    return path


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    assert read_text(written(tmp_path, "\ufeffKế hoạch".encode())).text == "Kế hoạch"


def test_utf_16_of_a_windows_editor_is_read(tmp_path: Path) -> None:
    assert read_text(written(tmp_path, "Kế hoạch".encode("utf-16"))).text == "Kế hoạch"


def test_decomposed_letters_stay_as_they_are_so_that_spans_are_true(tmp_path: Path) -> None:
    assert read_text(written(tmp_path, "Ke\u0302\u0301".encode())).text == "Ke\u0302\u0301"


@pytest.mark.parametrize(
    ("raw", "name", "reason"),
    [
        (b"", "a.txt", "empty"),
        (b" \n\t \n", "a.txt", "empty"),
        (b"PK\x03\x04\x00\x00", "a.txt", "damaged"),
        (b"ab\x00\x01\x02", "a.txt", "binary"),
        (bytes(range(1, 32)) * 9, "a.txt", "binary"),
        (b"%PDF-1.7", "a.pdf", "damaged"),
    ],
)
def test_what_is_no_text_is_refused_with_its_reason(tmp_path: Path, raw: bytes, name: str, reason: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_text(written(tmp_path, raw, name))
    assert refused.value.reason == reason


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    with pytest.raises(UnreadableFile) as refused:
        read_text(path)
    assert refused.value.reason == "too_large"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_text(tmp_path / "none.txt")
    assert refused.value.reason == "missing"


def test_form_feeds_mark_pages() -> None:
    text = "một\n\fhai\n\fba\n\f\n"
    read = ReadText(text, page_starts(text))
    assert read.pages == 3
    assert [read.page_at(text.index(word)) for word in ("một", "hai", "ba")] == [1, 2, 3]


def test_blank_lines_in_a_short_note_mark_no_pages() -> None:
    assert page_starts("một\n\n\n\nhai") == ()


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_every_place_of_any_text_is_on_one_of_its_pages(text: str) -> None:
    read = ReadText(text, page_starts(text))
    for offset in range(0, len(text), max(1, len(text) // 7)):
        page = read.page_at(offset)
        assert page is None or 1 <= page <= read.pages
