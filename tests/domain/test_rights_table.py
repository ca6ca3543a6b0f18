"""Every right, compared with the table that an official reads: rights.txt, and the same in docs/rights.md."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain import rights
from domain.deadlines import Deadline, DeadlineKind
from domain.people import Person, Role
from domain.plans import Target
from domain.report_flow import ReportStatus, ReportVersion
from domain.tasks import Share, Task

FILE = Path(__file__).parent / "rights.txt"
PAPER = Path(__file__).parents[2] / "docs" / "rights.md"

OWN, OTHER = 10, 20
ABSENT = 77

ROLES = {
    "công dân": Role.CITIZEN,
    "chuyên viên": Role.OFFICIAL,
    "trưởng phòng": Role.HEAD,
    "lãnh đạo": Role.LEADER,
    "quản trị viên": Role.ADMINISTRATOR,
    "đã nghỉ việc": Role.ADMINISTRATOR,
}


def somebody(role: str) -> Person:
    """Who asks: of the office's own unit, acting for a colleague of another one."""
    active = role != "đã nghỉ việc"
    return Person(1, 1, "An", ROLES[role], unit_id=OWN, active=active, acts_for=(ABSENT,))


def _task(**parts: object) -> Task:
    bare = Task(1, 1, "4", "Số hóa hồ sơ", Deadline(DeadlineKind.ONGOING))
    return replace(bare, **parts)  # type: ignore[arg-type]


TASKS = {
    "giao cho mình": _task(lead_unit_id=OWN, assignee_id=1),
    "đơn vị mình": _task(lead_unit_id=OWN, assignee_id=2),
    "việc chung": _task(shares=(Share(OTHER, "Kinh tế"), Share(OWN, "Văn hóa"))),
    "làm thay": _task(lead_unit_id=OTHER, assignee_id=ABSENT),
    "đơn vị khác": _task(lead_unit_id=OTHER, assignee_id=3),
    "chưa giao ai": _task(),
    "bản nháp": _task(lead_unit_id=OWN, assignee_id=1, confirmed=False),
    "cơ quan khác": _task(office_id=2, lead_unit_id=OWN, assignee_id=1),
}
TARGETS = {
    "đơn vị mình": Target(1, 1, "3", "Hộ dùng nước sạch", lead_unit_id=OWN, confirmed=True),
    "đơn vị khác": Target(1, 1, "3", "Hộ dùng nước sạch", lead_unit_id=OTHER, confirmed=True),
    "chưa giao đơn vị nào": Target(1, 1, "3", "Hộ dùng nước sạch", confirmed=True),
    "bản nháp": Target(1, 1, "3", "Hộ dùng nước sạch", lead_unit_id=OWN),
    "cơ quan khác": Target(1, 2, "3", "Hộ dùng nước sạch", lead_unit_id=OWN, confirmed=True),
}
COLLEAGUES = {
    "người cùng đơn vị": Person(2, 1, "Bình", Role.OFFICIAL, unit_id=OWN),
    "người đơn vị khác": Person(3, 1, "Chi", Role.OFFICIAL, unit_id=OTHER),
    "người đã nghỉ việc": Person(4, 1, "Dung", Role.OFFICIAL, unit_id=OWN, active=False),
    "người cơ quan khác": Person(5, 2, "Giang", Role.OFFICIAL, unit_id=OWN),
}
WHOLE_OFFICE: Mapping[str, Callable[[Person], bool]] = {
    "xem tổng quan": lambda who: rights.may_see_overview(who.role),
    "xem tài liệu nội bộ": lambda who: rights.may_see_internal(who.role),
    "duyệt bản nháp": rights.may_review_drafts,
    "sửa sổ theo dõi": rights.may_edit_register,
    "xuất bảng tính": rights.may_export,
    "báo cáo thay người khác": rights.may_report_for_others,
    "bật trưởng phòng duyệt": rights.may_ask_second_confirmation,
    "sửa lịch nghỉ": rights.may_change_calendar,
    "đổi quy định nhắc việc": rights.may_change_notice_rules,
    "sửa lịch báo cáo": rights.may_set_reporting,
    "xem kỳ báo cáo của mọi đơn vị": lambda who: rights.may_see_period_of(who, None),
    "gửi tin khẩn ngoài giờ": rights.may_write_in_quiet_hours,
    "tắt, bật trợ lý": rights.may_switch,
}
MINE = ReportVersion(1, 1, 1, 1, ReportStatus.DRAFT, {}, "", datetime(2026, 3, 2, tzinfo=UTC), made_by_id=1)
OTHERS = replace(MINE, made_by_id=2)
FOREIGN = replace(MINE, office_id=2, status=ReportStatus.FINAL)
PERIODIC: Mapping[str, Callable[[Person], bool]] = {
    "xem dự thảo": lambda who: rights.may_see_periodic_report(who, OTHERS),
    "xem bản đã ban hành": lambda who: rights.may_see_periodic_report(who, replace(OTHERS, status=ReportStatus.FINAL)),
    "lập dự thảo": rights.may_make_periodic_report,
    "góp ý": lambda who: rights.may_remark_on_periodic_report(who, OTHERS),
    "bổ sung, trình bản mình lập": lambda who: rights.may_carry_on_periodic_report(who, MINE),
    "bổ sung, trình bản người khác lập": lambda who: rights.may_carry_on_periodic_report(who, OTHERS),
    "duyệt, trả lại": lambda who: rights.may_decide_on_periodic_report(who, OTHERS),
    "cho số": lambda who: rights.may_number_periodic_report(who, OTHERS),
    "của cơ quan khác": lambda who: any(
        right(who, FOREIGN)
        for right in (
            rights.may_see_periodic_report,
            rights.may_remark_on_periodic_report,
            rights.may_carry_on_periodic_report,
            rights.may_decide_on_periodic_report,
            rights.may_number_periodic_report,
        )
    ),
}
IN_GROUPS: Mapping[str, Callable[[Person], bool]] = {
    "đặt, bỏ nhóm cán bộ": rights.may_set_staff_group,
    "bật, tắt bản tổng hợp": rights.may_switch_group_summary,
}
UNITS = {"đơn vị mình": OWN, "đơn vị khác": OTHER}
FEEDBACK = {"chuyển đơn vị mình": OWN, "chuyển đơn vị khác": OTHER, "chưa chuyển đơn vị nào": None}

Deed = Callable[[Person, str], bool]


def _of_task(right: Callable[[Person, Task], bool]) -> Deed:
    return lambda who, what: right(who, TASKS[what])


def _of_colleague(right: Callable[[Person, Person], bool]) -> Deed:
    return lambda who, whom: right(who, who if whom == "chính mình" else COLLEAGUES[whom])


DEEDS: Mapping[str, Deed] = {
    "Xem nhiệm vụ": _of_task(rights.may_see),
    "Thấy trong danh sách và số liệu tổng hợp": _of_task(rights.may_oversee),
    "Báo cáo tiến độ, xin gia hạn": _of_task(rights.may_report),
    "Xác nhận hoặc trả lại báo cáo của cấp dưới": _of_task(rights.may_confirm_reports),
    "Giao nhiệm vụ cho người khác": _of_task(rights.may_assign),
    "Cho gia hạn": _of_task(rights.may_grant_extension),
    "Xem chỉ tiêu": lambda who, what: rights.may_see_target(who, TARGETS[what]),
    "Báo cáo kết quả chỉ tiêu": lambda who, what: rights.may_report_target(who, TARGETS[what]),
    "Việc của cả cơ quan": lambda who, deed: WHOLE_OFFICE[deed](who),
    "Báo cáo định kỳ của cơ quan": lambda who, deed: PERIODIC[deed](who),
    "Trong nhóm của cơ quan": lambda who, deed: IN_GROUPS[deed](who),
    "Trả lời phản ánh của người dân": lambda who, where: rights.may_answer_feedback(who, FEEDBACK[where]),
    "Xem số lượng phản ánh của": lambda who, where: rights.may_count_feedback(who, FEEDBACK[where]),
    "Chặn người gửi phản ánh": lambda who, where: rights.may_block_sender(who, FEEDBACK[where]),
    "Cử người làm thay khi vắng cho": _of_colleague(rights.may_arrange_stand_in),
    "Cấp mã tham gia cho": _of_colleague(rights.may_issue_code),
    "Tự lấy mã để thêm ứng dụng cho": _of_colleague(rights.may_take_own_code),
    "Xem số điện thoại, tình trạng tham gia của": _of_colleague(rights.may_manage_people),
    "Xem danh sách cán bộ của": lambda who, where: rights.may_see_staff_of(who, UNITS[where]),
    "Nhắc báo cáo, gửi thông báo, xem đã nhận nhắc việc chưa của": _of_colleague(rights.may_write_to),
    "Giao được nhiệm vụ của đơn vị mình cho": lambda who, whom: rights.may_be_given(
        COLLEAGUES[whom], TASKS["đơn vị mình"], who
    ),
}


def _tables(text: str) -> dict[str, list[list[str]]]:
    """The tables by their titles: a head of columns, then a row for each role."""
    found: dict[str, list[list[str]]] = {}
    for line in text.splitlines():
        if line.startswith("== "):
            rows = found.setdefault(line.removeprefix("== "), [])
        elif "|" in line:
            rows.append([cell.strip() for cell in line.split("|")])
    return found


TABLES = _tables(FILE.read_text(encoding="utf-8"))


def _cells() -> Iterator[tuple[str, str, str, str]]:
    for title, (head, *rows) in TABLES.items():
        for role, *cells in rows:
            yield from ((title, role, column, cell) for column, cell in zip(head[1:], cells, strict=True))


def test_the_table_speaks_of_every_deed_and_nothing_else() -> None:
    assert list(TABLES) == list(DEEDS)
    assert {cell for *_, cell in _cells()} == {"có", "-"}
    assert all({row[0] for row in rows[1:]} >= ROLES.keys() - {"đã nghỉ việc"} for rows in TABLES.values())


@pytest.mark.parametrize(("deed", "role", "what", "cell"), _cells())
def test_a_right_is_as_the_table_says(deed: str, role: str, what: str, cell: str) -> None:
    assert DEEDS[deed](somebody(role), what) == (cell == "có")


def test_every_right_stands_in_the_table() -> None:
    asked = {name for name in vars(rights) if name.startswith("may_")}
    source = Path(__file__).read_text(encoding="utf-8")
    # Whether one may act for another is no matter of role, and has a test of its own.
    assert [name for name in sorted(asked - {"may_stand_in_for"}) if f"rights.{name}" not in source] == []


def test_the_paper_shows_the_same_tables() -> None:
    shown: dict[str, list[list[str]]] = {}
    for line in PAPER.read_text(encoding="utf-8").splitlines():
        if line.startswith("### "):
            rows = shown.setdefault(line.removeprefix("### "), [])
        elif line.startswith("|") and "---" not in line:
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
    assert shown == TABLES
