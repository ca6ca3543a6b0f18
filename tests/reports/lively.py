"""A full month of an invented ward, as figures: forty tasks of two plans in every position, what came late, and the
month before to compare with."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from domain.after_cutoff import After, Afterwards
from domain.deadlines import Deadline, DeadlineKind, Rhythm
from domain.period_figures import PeriodFigures, TargetFigures, TaskFigures, Who
from domain.periodic_report import ReportContent
from domain.progress import ProgressReport
from domain.report_facts import Beside, content_of
from domain.tasks import TaskStatus
from handlers.report_wording import worded
from tests.reports import office

UNITS = ("Phòng Văn hóa - Xã hội", "Phòng Kinh tế", "Văn phòng HĐND và UBND", "Trung tâm Phục vụ hành chính công")
PEOPLE = tuple(Who(n, name, unit) for n, (name, unit) in enumerate(
    zip(("Lê Hoài An", "Trần Quốc Bình", "Mai Thu Cúc", "Ngô Văn Duy"), UNITS, strict=True), 1
))  # fmt: skip
PLANS = ("12/KH-UBND", "31/KH-UBND")
TITLES = (
    "Số hóa thẻ bạn đọc và danh mục sách của thư viện phường",
    "Mở lớp kỹ năng số cho người cao tuổi tại các nhà văn hóa khu phố",
    "Lắp mã QR thanh toán không dùng tiền mặt tại chợ Gò Mây",
    "Duy trì bản tin truyền thanh thông minh hằng tuần",
    "Khảo sát nhu cầu máy tính, đường truyền của các tổ dân phố",
    "Rà soát, cập nhật thủ tục hành chính thực hiện toàn trình",
    "Bố trí người hướng dẫn nộp hồ sơ trực tuyến tại bộ phận một cửa, kể cả ngày thứ Bảy",
    "Kiểm tra an toàn thông tin các máy trạm, thay mật khẩu định kỳ",
    "Cập nhật dữ liệu hộ kinh doanh lên hệ thống quản lý chung",
    "Tập huấn chữ ký số cho cán bộ, công chức",
)
WORDS = ("tiểu thương chưa có tài khoản ngân hàng", "đường truyền tại khu phố 4 chập chờn", "chưa được cấp kinh phí")
_PARTS = ("cho khu phố 1", "cho khu phố 2", "cho khu phố 3 và 4", "đợt cuối năm")


def tasks() -> list[TaskFigures]:
    """Forty tasks: done, at work, stuck, not begun, silent, waiting for the head, late, ongoing and by rounds."""
    return [_task(number) for number in range(1, 41)]


def _task(number: int) -> TaskFigures:
    which = number % 4
    title = f"{TITLES[number % 10]} {_PARTS[number // 10 % 4]}"
    due = office.until(date(2026, 3, 1) + timedelta(days=number * 2 % 60))
    plain = office.task(
        str(number), title, UNITS[which], deadline=due, document_number=PLANS[number % 3 == 0],
        assignee=PEOPLE[which].name, responsible=(PEOPLE[which],), percent_before=float(number % 7 * 10) or None,
    )  # fmt: skip
    if number % 9 == 4:
        return replace(plain, deadline=Deadline(DeadlineKind.ONGOING))
    if number % 13 == 5:
        return replace(plain, deadline=Deadline(DeadlineKind.RECURRING, every=Rhythm.MONTH, day=25))
    match number % 8:
        case 0 | 5:
            return _said(plain, TaskStatus.DONE, 100.0, f"nv {number} đã hoàn thành", product=f"{number * 3} hồ sơ")
        case 1 | 2 | 6:
            return _said(plain, TaskStatus.IN_PROGRESS, number * 2.5 % 95 + 2, f"nhiệm vụ {number} đang làm")
        case 3:
            obstacle = WORDS[number // 8 % 3]
            said = f"nv {number} vướng vì {obstacle}. Đề nghị UBND tỉnh sớm có hướng dẫn"
            return _said(plain, TaskStatus.BLOCKED, 30.0, said, obstacle=obstacle)
        case 4:
            return plain if number % 16 == 4 else _said(plain, TaskStatus.NOT_STARTED, 0.0, f"nv {number} chưa làm")
    return plain


def _said(plain: TaskFigures, status: TaskStatus, percent: float, words: str, **more: str) -> TaskFigures:
    number = int(plain.number)
    at = datetime(2026, 2, 16, 1, 0, tzinfo=UTC) + timedelta(hours=13 * number)
    report = office.said(100 + number, plain.responsible[0], words, status, percent, at=at, **more)
    return replace(plain, status=status, percent=percent, reports=(report,))


def targets() -> list[TargetFigures]:
    """Targets that are reached, missed, not comparable and not reported."""
    values = ((92.5, True), (71.5, False), (None, None), (12.0, None), (100.0, True), (None, None))
    names = (
        "Tỷ lệ hồ sơ trực tuyến",
        "Tỷ lệ thanh toán số",
        "Điểm mạng không dây",
        "Tổ công nghệ số",
        "Số hóa hộ tịch",
    )
    return [
        replace(
            office.ONLINE, target_id=n, number=str(n), title=f"{names[n % 5]} của phường", unit=UNITS[n % 4],
            value=value, is_reached=reached, report_id=None if value is None else 300 + n,
        )
        for n, (value, reached) in enumerate(values, 1)
    ]  # fmt: skip


def before() -> PeriodFigures:
    """The month before: less done, and some tasks unreported."""
    earlier = []
    for task in tasks():
        if task.reports and task.reports[0].percent is not None and int(task.number) % 16:
            percent = max(0.0, task.reports[0].percent - int(task.number) % 5 * 7 + 6)
            report = replace(task.reports[0], percent=min(percent, 99.0), status=TaskStatus.IN_PROGRESS)
            task = replace(task, status=TaskStatus.IN_PROGRESS, reports=(report,))
        earlier.append(task)
    first, cutoff = date(2026, 1, 15), date(2026, 2, 14)
    return office.figures(earlier, (), first=first, cutoff=cutoff)


def after(found: Sequence[TaskFigures]) -> list[After]:
    """Two late reports of one person, one of another, and a correction."""
    missing = [task for task in found if task.is_missing]
    late = [After(Afterwards.LATE, task, _later(task, n)) for n, task in enumerate(missing[:3])]
    said = next(task for task in found if task.reports)
    return [*late, After(Afterwards.CORRECTED, said, _later(said, 9))]


def _later(task: TaskFigures, number: int) -> ProgressReport:
    at = office.TAKEN + timedelta(days=1, hours=number)
    return ProgressReport(
        400 + number, task.task_id, 1, task.responsible[0].name, TaskStatus.IN_PROGRESS, 45.5, "", None,
        f"nv {task.number} được 45,5%, em báo muộn", at,
    )  # fmt: skip


def report() -> ReportContent:
    """The month's report, in words."""
    found = tasks()
    beside = Beside((office.MORE_TIME,), office.BESIDE.people, 3, after(found), before())
    return worded(content_of(office.figures(found, targets()), office.PERIOD, office.OFFICE, beside))
