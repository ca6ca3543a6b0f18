"""Web pages: what they say, without what only serves the site."""

from pathlib import Path

from knowledge.reading import read_text

PAGE = """<!DOCTYPE html><html><head><title>Trang</title><style>p {color: red}</style></head><body>
<nav><a href="/">Trang chủ</a></nav><script>alert("không đọc")</script>
<h1>Kế hoạch nước sạch</h1><h2>I. Mục tiêu</h2>
<p>Trên <b>75%</b> hộ dân<br>dùng nước sạch.</p>
<ul><li>Thôn Đông</li><li>Thôn Tây</li></ul><ol><li>Khảo sát</li><li>Thi công</li></ol>
<table><thead><tr><th>TT</th><th>Nhiệm vụ</th></tr></thead>
<tr><td>1</td><td><p>Lắp đồng hồ</p><p>cho hộ nghèo</p></td></tr></table>
<p style="display: none">ẩn</p><footer>Bản quyền</footer></body></html>"""


def test_a_page_is_read_with_its_headings_lists_and_tables(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    assert [line for line in read_text(tmp_path / "a.html").text.splitlines() if line] == [
        "# Kế hoạch nước sạch",
        "I. Mục tiêu",
        "Trên 75% hộ dân",
        "dùng nước sạch.",
        "- Thôn Đông",
        "- Thôn Tây",
        "1. Khảo sát",
        "2. Thi công",
        "TT | Nhiệm vụ",
        "1 | Lắp đồng hồ cho hộ nghèo",
    ]


def test_cells_over_rows_and_columns_keep_the_others_in_place(tmp_path: Path) -> None:
    page = (
        "<html><body><table><tr><th rowspan=2>TT<th rowspan=2>Chỉ tiêu<th colspan=2>Năm<th rowspan=2>Đơn vị"
        "<tr><th>2026<th>2030<tr><td colspan=5>A. KINH TẾ<tr><td>1<td>Đường<td>12<td>30<td>km</table></body></html>"
    )
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    assert read_text(tmp_path / "a.html").text.strip().splitlines() == [
        "TT | Chỉ tiêu | Năm | | Đơn vị",
        "| | | 2026 | 2030 | |",
        "A. KINH TẾ | | | |",
        "1 | Đường | 12 | 30 | km",
    ]


def test_a_page_says_in_which_letters_it_is_written(tmp_path: Path) -> None:
    page = '<html><head><meta charset="windows-1258"></head><body><p>C\u00f4ng d\u00e2n</p></body></html>'
    (tmp_path / "a.htm").write_bytes(page.encode("cp1258"))
    assert read_text(tmp_path / "a.htm").text.strip() == "Công dân"


def test_a_page_nested_ten_thousand_deep_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html><body>" + "<div>" * 10_000 + "sâu", encoding="utf-8")
    (tmp_path / "b.html").write_text("<html><body>cạn" + "<div>" * 10_000 + "sâu", encoding="utf-8")
    assert "cạn" in read_text(tmp_path / "b.html").text
