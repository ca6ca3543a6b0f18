"""An invented ward at the cutoff of its month, as figures: what a report is made of in these tests."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.deadlines import Deadline, DeadlineKind, Rhythm
from domain.extensions import ExtensionRequest, RequestStatus
from domain.letterhead import Letterhead
from domain.people import Office, Person, Role
from domain.period_figures import PeriodFigures, ReportFigures, TargetFigures, TaskFigures, Who
from domain.periodic_report import ReportContent
from domain.progress import Approval
from domain.report_facts import Beside, content_of
from domain.reporting_periods import Period, PeriodKind
from domain.tasks import TaskStatus
from handlers.report_wording import worded

HEAD = Letterhead(
    parent="ỦY BAN NHÂN DÂN TỈNH SÔNG TRẦM",
    issuer="ỦY BAN NHÂN DÂN PHƯỜNG GÒ MÂY",
    place="Gò Mây",
    symbol="BC-UBND",
    authority="TM. ỦY BAN NHÂN DÂN",
    acting="KT. CHỦ TỊCH",
    signer_title="PHÓ CHỦ TỊCH",
    signer_name="Đặng Minh Sơn",
    recipients=("- Ủy ban nhân dân tỉnh;", "- Các đơn vị trực thuộc;", "- Lưu: VT."),
)
OFFICE = Office(1, "Ủy ban nhân dân phường Gò Mây", "Gò Mây", letterhead=HEAD)
CULTURE, ECONOMY = "Phòng Văn hóa - Xã hội", "Phòng Kinh tế"
AN, BINH = Who(1, "Lê Hoài An", CULTURE), Who(2, "Trần Quốc Bình", ECONOMY)
PLAN = "12/KH-UBND"
PERIOD = Period(
    id=7,
    office_id=1,
    kind=PeriodKind.MONTH,
    first=date(2026, 2, 15),
    cutoff=date(2026, 3, 14),
    opens=date(2026, 3, 9),
    due=date(2026, 3, 12),
    frozen=True,
)
TAKEN = datetime(2026, 3, 14, 17, 0, tzinfo=UTC)


def until(day: date) -> Deadline:
    """A deadline with one last day."""
    return Deadline(DeadlineKind.DATE, due=day)


def said(id: int, who: Who, words: str, status: TaskStatus, percent: float | None = None, **more: Any) -> ReportFigures:
    """A report of the period."""
    at = more.pop("at", datetime(2026, 3, 2, 1, id % 60, tzinfo=UTC))
    return ReportFigures(id, who, at, words, status, percent, **more)


def task(number: str, title: str, unit: str = CULTURE, **more: Any) -> TaskFigures:
    """A task of the plan, as figures."""
    given: dict[str, Any] = {
        "deadline": until(date(2026, 6, 30)),
        "status": TaskStatus.NOT_STARTED,
        "document_number": PLAN,
    } | more
    return TaskFigures(task_id=given.pop("task_id", int(number)), number=number, title=title, unit=unit, **given)


LIBRARY = task(
    "1",
    "Số hóa thẻ thư viện phường",
    status=TaskStatus.DONE,
    percent=100.0,
    assignee=AN.name,
    reports=(said(11, AN, "nv1 xong rồi ạ, đã nhập 1.240 thẻ", TaskStatus.DONE, 100.0, product="1.240 thẻ thư viện"),),
)
CLASSES = task(
    "2",
    "Mở lớp tin học cho người cao tuổi",
    status=TaskStatus.IN_PROGRESS,
    percent=62.5,
    deadline=until(date(2026, 3, 20)),
    reports=(said(12, AN, "nhiệm vụ 2 được 62,5%", TaskStatus.IN_PROGRESS, 62.5, expected=date(2026, 3, 19)),),
)
MARKET = task(
    "3",
    "Lắp mã QR tại chợ Gò Mây",
    ECONOMY,
    status=TaskStatus.BLOCKED,
    percent=30.0,
    deadline=until(date(2026, 3, 6)),
    reports=(
        said(
            13,
            BINH,
            "nv 3 mới 30%, vướng vì tiểu thương chưa có tài khoản. Đề nghị phường làm việc với ngân hàng trong tuần.",
            TaskStatus.BLOCKED,
            30.0,
            obstacle="tiểu thương chưa có tài khoản",
            approval=Approval.APPROVED,
            approved_by="Vũ Thị Hạnh",
        ),
    ),
)
RADIO = task(
    "4",
    "Duy trì bản tin truyền thanh thông minh",
    deadline=Deadline(DeadlineKind.ONGOING),
    responsible=(AN,),
    percent_before=20.0,
)
SURVEY = task(
    "5",
    "Khảo sát nhu cầu máy tính của các tổ dân phố",
    ECONOMY,
    deadline=Deadline(DeadlineKind.RECURRING, every=Rhythm.MONTH, day=25),
    responsible=(BINH,),
    reports=(said(15, BINH, "nv5 được 80%", TaskStatus.IN_PROGRESS, 80.0, approval=Approval.WAITING),),
)
ONLINE = TargetFigures(
    target_id=1,
    number="1",
    title="Tỷ lệ hồ sơ nộp trực tuyến",
    year=2026,
    planned="trên 80%",
    unit_of_measure="%",
    document_number=PLAN,
    unit=CULTURE,
    value=71.5,
    is_reached=False,
    report_id=21,
    who=AN,
    at=datetime(2026, 3, 3, 2, 0, tzinfo=UTC),
    said="chỉ tiêu 1 đạt 71,5%",
)
WIFI = TargetFigures(2, "2", "Số điểm mạng không dây miễn phí", 2026, "06 điểm", "điểm", None, PLAN, None, ECONOMY)
TASKS = (LIBRARY, CLASSES, MARKET, RADIO, SURVEY)
MORE_TIME = ExtensionRequest(
    id=31,
    office_id=1,
    task_id=2,
    person_id=1,
    person_name=AN.name,
    wanted=date(2026, 4, 10),
    reason="phòng học đang sửa",
    said="xin gia hạn nv2 tới 10/4 vì phòng học đang sửa",
    status=RequestStatus.OPEN,
    asked_at=datetime(2026, 3, 10, 3, 0, tzinfo=UTC),
)
BESIDE = Beside((MORE_TIME,), (Person(1, 1, AN.name, Role.OFFICIAL, 1, CULTURE),), drafts=2)


def figures(
    tasks: Sequence[TaskFigures] = TASKS, targets: Sequence[TargetFigures] = (ONLINE, WIFI), **more: Any
) -> PeriodFigures:
    """The figures of the month."""
    return replace(
        PeriodFigures(
            office=OFFICE.name,
            kind=PeriodKind.MONTH,
            first=PERIOD.first,
            cutoff=PERIOD.cutoff,
            ends_at=TAKEN,
            taken_at=TAKEN,
            tasks=tuple(tasks),
            targets=tuple(targets),
        ),
        **more,
    )


def report(
    tasks: Sequence[TaskFigures] = TASKS, targets: Sequence[TargetFigures] = (ONLINE, WIFI), beside: Beside = BESIDE
) -> ReportContent:
    """The month's report, in words."""
    return worded(content_of(figures(tasks, targets), PERIOD, OFFICE, beside))


def long_report(count: int = 40) -> ReportContent:
    """A report of many tasks of both units, in every position."""
    found = []
    for number in range(1, count + 1):
        pattern = TASKS[number % len(TASKS)]
        due = until(date(2026, 3, 1) + timedelta(days=3 * number)) if number % 3 else pattern.deadline
        reports = tuple(replace(each, id=100 + number) for each in pattern.reports)
        title = f"{pattern.title} ở địa bàn tổ dân phố số {number}, phối hợp với các đoàn thể và người có uy tín"
        found.append(
            replace(
                pattern, task_id=100 + number, number=str(number), title=title, deadline=due, reports=reports, last=None
            )
        )
    return report(found)
