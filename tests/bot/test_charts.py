"""Charts as PNG: real pictures, decoded and measured."""

import io
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from bot import charts
from domain.charts import MOST_BARS, Bar, Chart, Tone

NAMES = [
    "Phòng Văn hóa - Xã hội",
    "Văn phòng Hội đồng nhân dân và Ủy ban nhân dân phường Gò Mây thuộc thành phố Rạch Sậy",
    "Trung tâm Phục vụ hành chính công",
    "Công an phường",
    "Đoàn Thanh niên Cộng sản Hồ Chí Minh phường",
]
WORDS = {Tone.DONE: "Hoàn thành", Tone.DOING: "Đang làm", Tone.LATE: "Trễ hạn"}


def _chart(bars: int, counts: tuple[int, ...] = (3, 1, 0, 2, 4)) -> Chart:
    parts = tuple(zip(Tone, counts, strict=True))
    return Chart(
        "bieu-do.png",
        "Tiến độ nhiệm vụ theo đơn vị",
        "Ủy ban nhân dân phường Gò Mây\nĐến ngày 02/3/2026: 42 nhiệm vụ",
        tuple((tone, f"{words}: 12") for tone, words in WORDS.items()),
        tuple(Bar(f"{NAMES[n % len(NAMES)]} {n}", f"{sum(counts)} việc", parts) for n in range(bars)),
        "Chưa có nhiệm vụ nào trong sổ theo dõi.",
        "Nhiệm vụ quá hạn chỉ tính là trễ hạn.",
    )


def _picture(chart: Chart) -> Image.Image:
    return Image.open(io.BytesIO(charts.png(chart))).convert("RGB")


@pytest.mark.parametrize("bars", [0, 1, 2, 8, 9, 15, 16, MOST_BARS])
def test_a_picture_is_as_wide_as_a_phone_and_no_app_shrinks_it(bars: int) -> None:
    picture = _picture(_chart(bars))
    assert picture.width == charts.WIDTH
    assert 400 < picture.height <= 2700


@pytest.mark.parametrize("bars", [0, 1, 15, MOST_BARS])
def test_nothing_reaches_over_the_edge(bars: int) -> None:
    picture = _picture(_chart(bars, (117, 1, 240, 9, 88)))
    blank = Image.new("RGB", picture.size, charts.PAPER)
    inner = Image.new("L", picture.size, 255)
    inner.paste(0, (charts.MARGIN - 2, 20, picture.width - charts.MARGIN + 2, picture.height - 20))
    blank.paste(picture, mask=inner)
    assert blank.getcolors() == [(picture.width * picture.height, (255, 255, 255))]


def test_every_tone_that_counts_is_seen_and_no_other() -> None:
    def fills(counts: tuple[int, ...]) -> set[Tone]:
        colours = _picture(replace(_chart(3, counts), legend=())).getcolors(1 << 20) or []
        seen = {colour for _, colour in colours}
        return {tone for tone, fill in charts.FILLS.items() if _rgb(fill) in seen}

    assert fills((1, 1, 1, 1, 1)) == set(Tone)
    assert fills((1, 0, 0, 0, 900)) == {Tone.DONE, Tone.LATE}
    assert fills((0, 0, 0, 0, 0)) == set()


def test_the_same_chart_is_the_same_picture_and_another_is_not() -> None:
    assert charts.png(_chart(4)) == charts.png(_chart(4))
    assert charts.png(_chart(4)) != charts.png(_chart(4, (3, 1, 0, 2, 5)))


def test_numbers_stand_out_from_their_ground() -> None:
    assert all(_contrast(charts.FILLS[tone], charts.INKS[tone]) >= 3 for tone in Tone)
    assert _contrast(charts.INK, charts.PAPER) >= 7 and _contrast(charts.QUIET, charts.PAPER) >= 4.5


def test_what_hinders_and_what_is_late_differ_in_lightness_too() -> None:
    assert _contrast(charts.FILLS[Tone.BLOCKED], charts.FILLS[Tone.LATE]) >= 3
    assert _contrast(charts.FILLS[Tone.NOT_STARTED], charts.FILLS[Tone.DOING]) >= 3


def test_the_font_has_every_vietnamese_letter() -> None:
    marks = "\u0300\u0301\u0303\u0309\u0323"
    vowels = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    letters = "đĐ" + vowels + "".join(unicodedata.normalize("NFC", v + m) for v in vowels for m in marks)
    for weight in ("Regular", "Medium", "SemiBold", "Bold"):
        font = charts.lettering(weight, 30)
        missing = bytes(font.getmask("\uffff"))
        assert not [letter for letter in letters if bytes(font.getmask(letter)) == missing]


@given(
    st.lists(st.integers(min_value=1, max_value=500), min_size=1, max_size=5),
    st.integers(min_value=60, max_value=968),
    st.integers(min_value=20, max_value=90),
)
@example(counts=[1, 1, 2], room=61, least=20)
def test_parts_fill_their_bar_and_hold_their_numbers(counts: list[int], room: int, least: int) -> None:
    wide = charts.lengths(counts, room, least)
    assert sum(wide) == max(room, least * len(counts))
    assert min(wide) >= least
    by_count = sorted(zip(counts, wide, strict=True))
    assert [w for _, w in by_count] == sorted(wide), "a part that stands for more is never the narrower one"


@given(st.text(st.sampled_from("aăế x"), max_size=120), st.integers(5, 60), st.integers(1, 3))
@settings(max_examples=60)
def test_wrapped_lines_fit_and_lose_words_only_to_an_ellipsis(text: str, width: int, most: int) -> None:
    lines = charts.wrapped(text, width, len, most)
    assert len(lines) <= most and all(len(line) <= width for line in lines)
    if not any(line.endswith("…") for line in lines):
        assert " ".join(lines).split() == text.split()


async def test_where_it_cannot_be_drawn_there_is_no_picture_and_no_failure() -> None:
    broken = Chart("a.png", "Tên", "", (("no tone", "x"),), (), "")  # type: ignore[arg-type]
    assert await charts.draw(broken) is None
    drawn = await charts.draw(_chart(1))
    assert drawn is not None and drawn.name == "bieu-do.png" and drawn.content.startswith(b"\x89PNG")


def _rgb(fill: str) -> tuple[int, int, int]:
    return int(fill[1:3], 16), int(fill[3:5], 16), int(fill[5:7], 16)


def _contrast(one: str, other: str) -> float:
    def light(fill: str) -> float:
        parts = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in _rgb(fill)]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    bright, dark = sorted((light(one), light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)
