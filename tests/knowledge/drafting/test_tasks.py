"""Tasks are drafted from every shape in which a plan sets them, and nothing else is."""

import pytest

from domain.deadlines import DeadlineKind, Rhythm
from domain.people import Unit
from knowledge.drafting import draft_register
from knowledge.outline import outline
from knowledge.reading import of_pages
from tests.knowledge.drafting import plans
from tests.knowledge.drafting.plans import numbered, tasks_of


def test_a_ruled_table_gives_its_cells() -> None:
    tasks = numbered(plans.GRID)
    assert list(tasks) == ["1", "2", "3"]
    first = tasks["1"]
    assert first.title == "Kè lại 800 m bờ kênh Lò Gạch"
    assert (first.lead, first.support) == ("Phòng Kinh tế, Hạ tầng và Đô thị", "Công an phường")
    assert (first.product, str(first.deadline.due)) == ("Biên bản", "2026-09-30")
    assert first.confidence > 0.9 and not first.confirmed
    assert tasks["3"].deadline.every is Rhythm.QUARTER


def test_cells_below_one_another_are_told_apart_also_where_some_are_empty() -> None:
    tasks = numbered(plans.STACKED)
    assert tasks["I.1"].product == "Báo cáo khảo sát"
    assert (tasks["I.2"].lead, tasks["I.2"].support) == ("Các khu phố", "Đoàn Thanh niên phường")
    assert tasks["I.2"].deadline.kind is DeadlineKind.ONGOING
    assert (tasks["II.2"].lead, tasks["II.2"].product) == ("Phòng Văn hóa - Xã hội", "")


def test_numbers_that_begin_anew_get_the_figure_of_their_heading() -> None:
    assert list(numbered(plans.STACKED)) == ["I.1", "I.2", "II.1", "II.2"]


def test_a_torn_damaged_table_is_read_along_its_lines() -> None:
    tasks = numbered(plans.TORN)
    assert list(tasks) == ["1", "2", "3", "4"]
    assert tasks["1"].lead == "Văn phòng UBND phường"
    assert tasks["1"].title.startswith("Xây dựng kế hoạch rà soát, số hóa toàn bộ hồ sơ lưu trữ của cơ quan, đơn vị")
    assert tasks["2"].title.endswith("trực tuyến ngay tại nhà")
    assert (tasks["2"].support, tasks["2"].deadline.kind) == ("Công an phường", DeadlineKind.ONGOING)
    assert (tasks["3"].support, str(tasks["3"].deadline.due)) == ("Sở Khoa học và Công nghệ", "2026-09-30")
    assert (tasks["4"].lead, tasks["4"].deadline.every) == ("Phòng Kinh tế", Rhythm.YEAR)
    assert max(task.confidence for task in tasks.values()) < 0.95


def test_blocks_belong_to_the_item_above_them_or_before_them() -> None:
    tasks = numbered(plans.BLOCKS)
    assert tasks["1.1"].title == "Kè lại các đoạn sạt lở trên kênh Lò Gạch"
    assert (tasks["1.1"].support, tasks["1.1"].product) == (
        "Công an phường; các khu phố",
        "Biên bản nghiệm thu công trình",
    )
    assert str(tasks["1.1"].deadline.due) == "2026-09-30"
    assert tasks["1.2"].title == "Trồng và chăm sóc 400 cây dọc hai bờ kênh"
    assert (tasks["1.2"].lead, tasks["1.2"].support) == ("Đoàn Thanh niên phường", "các khu phố")
    inline = tasks["II.2.1"]
    assert inline.title == "Quét sổ hộ tịch đang lưu giữ"
    assert (inline.lead, str(inline.deadline.due)) == ("Văn phòng HĐND và UBND", "2026-09-30")
    assert len(tasks) == 3


def test_duties_are_tasks_of_the_unit_above_them_without_help_and_closing_words() -> None:
    tasks = numbered(plans.DUTIES)
    assert list(tasks) == ["III.1.1", "III.1.3", "III.2", "III.3.1", "III.4", "II.1"]
    assert tasks["III.1.1"].lead == "Văn phòng HĐND và UBND"
    assert str(tasks["III.1.1"].deadline.due) == "2026-04-30"
    assert (tasks["III.1.3"].deadline.every, tasks["III.1.3"].deadline.day) == (Rhythm.MONTH, 20)
    assert tasks["III.2"].lead == "Phòng Kinh tế, Hạ tầng và Đô thị"
    assert tasks["III.3.1"].lead == "Trung tâm Phục vụ hành chính công"
    assert (tasks["III.4"].lead, tasks["III.4"].title) == ("các khu phố", "Xây dựng lịch dọn kênh của mình")


def test_a_sentence_that_gives_a_unit_something_to_do_is_a_task() -> None:
    given = numbered(plans.DUTIES)["II.1"]
    assert (given.lead, given.support) == ("Phòng Văn hóa - Xã hội", "Công an phường")
    assert "mở 5 lớp học bơi" in given.title
    assert str(given.deadline.due) == "2026-07-15"


def test_targets_costs_and_information_are_no_tasks() -> None:
    assert tasks_of(plans.NO_TASKS) == []


@pytest.mark.parametrize("text", [plans.GRID, plans.STACKED, plans.TORN, plans.BLOCKS, plans.DUTIES])
def test_every_field_is_tied_to_its_characters(text: str) -> None:
    read = of_pages(["Trang bìa", text])
    for task in draft_register(read, outline(read)).tasks:
        assert task.source and task.source in read.text
        assert task.page == 2
        fields = {span.field for span in task.spans}
        assert {"title", "lead"} <= fields
        assert ("deadline" in fields) == bool(task.deadline.text)
        for span in task.spans:
            assert 0 <= span.start < span.end <= len(read.text)
            assert read.text[span.start : span.end].strip()


def test_a_span_holds_the_words_as_they_were_read() -> None:
    read = of_pages([plans.TORN])
    task = draft_register(read, outline(read)).tasks[3]
    lead = next(span for span in task.spans if span.field == "lead")
    assert read.text[lead.start : lead.end] == "Phong Kinh té"


def test_leads_are_tied_to_the_units_of_the_office() -> None:
    culture, economy = Unit(4, 1, "Phòng Văn hóa - Xã hội"), Unit(5, 1, "Phòng Kinh tế, Hạ tầng và Đô thị")
    read = of_pages([plans.GRID])
    tasks = draft_register(read, outline(read), (culture, economy)).tasks
    assert [task.lead_unit_id for task in tasks] == [5, None, None]
    assert [task.support_unit_ids for task in tasks] == [(), (), (4,)]


def test_a_draft_without_lead_or_time_is_less_sure() -> None:
    table = "| STT | Nhiệm vụ | Chủ trì | Thời gian |\n|---|---|---|---|\n"
    rows = "| 1 | Sơn lại cổng chào của phường | Phòng Kinh tế | Tháng 5/2026 |\n"
    rows += "| 2 | Sửa lại mái che khu tiếp dân | Phòng Kinh tế | Khi bố trí được vốn |\n"
    rows += "| 3 | Thay biển tên các tuyến hẻm | | Tháng 6/2026 |\n"
    sure, undated, unled = tasks_of(plans.HEAD + "PHỤ LỤC\n" + table + rows)
    assert undated.deadline.kind is DeadlineKind.UNKNOWN and undated.deadline.text == "Khi bố trí được vốn"
    assert sure.confidence > undated.confidence > unled.confidence


def test_a_number_two_annexes_use_is_told_apart_by_its_annex() -> None:
    table = "| STT | Nhiệm vụ | Chủ trì | Thời gian |\n|---|---|---|---|\n"
    one = "PHỤ LỤC 1\n" + table + "| 1 | Sơn lại cổng chào của phường | Phòng Kinh tế | Tháng 5/2026 |\n"
    two = "PHỤ LỤC 2\n" + table + "| 1 | Mở lớp dạy nghề cho thanh niên | Đoàn phường | Tháng 6/2026 |\n"
    assert [task.number for task in tasks_of(plans.HEAD + one + two)] == ["1", "PL2.1"]


def test_what_has_no_tasks_has_none() -> None:
    assert tasks_of("") == []
    assert tasks_of("Trời hôm nay đẹp.") == []
    assert tasks_of("| | | |\n|---|---|---|\n| 1 | | |") == []


def test_bullets_that_begin_with_a_unit_are_its_duties_where_units_have_no_headings() -> None:
    tasks = tasks_of(
        plans.HEAD
        + """I. MỤC ĐÍCH
Làm cho bờ kênh sạch.
II. THỜI GIAN VÀ TRÁCH NHIỆM THỰC HIỆN
1. Thời gian thực hiện
Trong năm 2026.
2. Trách nhiệm thực hiện
- Phòng Kinh tế hướng dẫn các khu phố đăng ký đoạn kênh nhận chăm sóc.
- Công an phường phối hợp với Phòng Kinh tế giữ trật tự trên bờ kênh.
- Đề nghị Đoàn Thanh niên phường phát huy vai trò của thanh niên, ra quân dọn kênh trước ngày 30/4/2026.
"""
    )
    assert [(task.lead, task.number) for task in tasks] == [
        ("Phòng Kinh tế", "II.2.1"),
        ("Đoàn Thanh niên phường", "II.2.3"),
    ]
    assert str(tasks[1].deadline.due) == "2026-04-30"


def test_grounds_before_what_is_to_be_made_and_lines_that_lead_over() -> None:
    tasks = tasks_of(
        plans.HEAD
        + """I. MỤC ĐÍCH
Làm cho bờ kênh sạch.
II. TỔ CHỨC THỰC HIỆN
1. Phòng Kinh tế chỉ đạo Đội quản lý kênh thực hiện các nội dung sau:
- Cắm biển báo ở những đoạn kênh sâu, kiểm tra lại các biển báo cũ đã mờ chữ và thay những biển báo không còn dùng được.
- Căn cứ nhiệm vụ được giao, tổ chức thực hiện nghiêm túc các nội dung của Kế hoạch này trong phạm vi mình phụ trách.
2. Các khu phố:
- Căn cứ chức năng, nhiệm vụ được giao, xây dựng kế hoạch dọn kênh của khu phố mình.
"""
    )
    assert [task.title.split(",")[0] for task in tasks] == [
        "Cắm biển báo ở những đoạn kênh sâu",
        "Căn cứ chức năng",
    ]


def test_a_unit_of_unlisted_words_is_read_up_to_its_leading() -> None:
    tasks = tasks_of(
        plans.HEAD
        + """I. NỘI DUNG
1. Nạo vét
- Trung tâm Kiểm soát triều cường tỉnh chủ trì đo mực nước ở các cửa cống dọc kênh.
"""
    )
    assert [task.lead for task in tasks] == ["Trung tâm Kiểm soát triều cường tỉnh"]
