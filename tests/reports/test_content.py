"""What a report says of the figures of its period, before it is on paper."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain.deadlines import Deadline, DeadlineKind, Rhythm
from domain.periodic_report import Position, ReportContent, tally
from domain.progress import Approval
from domain.report_facts import Beside, content_of, proposed_in
from domain.reporting_periods import PeriodKind
from domain.tasks import TaskStatus
from handlers.report_numbers import count_words, number_words
from handlers.report_wording import worded
from tests.reports import lively, office


def test_what_nobody_reported_has_no_figure() -> None:
    content = office.report()
    stands = {row.number: row.position for row in content.tasks}
    assert stands["4"] is Position.UNREPORTED
    assert stands["5"] is Position.UNCONFIRMED
    silent = [row for row in content.tasks if row.number in ("4", "5")]
    assert [(row.percent, row.source, row.obstacle) for row in silent] == [(None, None, ""), (None, None, "")]
    line = next(line for line in content.wording.tasks if line.number == "4")
    assert (line.position, line.percent, line.reported, line.source) == ("Chưa báo cáo", "-", "-", "-")
    assert line.result == "Trước kỳ: 20%"


def test_every_figure_names_who_said_it_when_and_in_which_words() -> None:
    content = office.report()
    by_mark = {source.mark: source for source in content.sources}
    assert all((row.percent is None) == (row.source is None) for row in content.tasks)
    assert all((target.reached is None) == (target.source is None) for target in content.targets)
    classes = by_mark[next(row.source for row in content.tasks if row.number == "2") or 0]
    assert (classes.id, classes.person, classes.unit) == (12, "Lê Hoài An", office.CULTURE)
    assert classes.said == "nhiệm vụ 2 được 62,5%"
    assert [source.mark for source in content.sources] == list(range(1, len(content.sources) + 1))
    market = next(line for line in content.wording.sources if line.record == "BC-13")
    assert market.person == "Trần Quốc Bình (Phòng Kinh tế); Vũ Thị Hạnh xác nhận"
    assert market.moment == "08:13 ngày 02/3/2026"


def test_the_whole_is_told_in_one_sentence_with_decimal_commas() -> None:
    assert office.report().wording.overall == (
        "Trong kỳ có 05 nhiệm vụ phải báo cáo; đã hoàn thành 01 nhiệm vụ (đạt 20%), đang thực hiện 01 nhiệm vụ, "
        "01 nhiệm vụ gặp khó khăn, vướng mắc, 01 nhiệm vụ chưa có báo cáo, 01 nhiệm vụ có báo cáo chờ xác nhận.",
        "Tính đến ngày 14/3/2026, có 01 nhiệm vụ quá thời hạn.",
    )
    assert "đạt 62,5%" in office.report().wording.groups[1].lines[0]


@pytest.mark.parametrize(
    ("tasks", "sentence"),
    [
        ((), "Trong kỳ không có nhiệm vụ nào phải báo cáo."),
        ((office.LIBRARY,), "Trong kỳ có 01 nhiệm vụ phải báo cáo; nhiệm vụ đã hoàn thành."),
        ((office.RADIO,), "Trong kỳ có 01 nhiệm vụ phải báo cáo; nhiệm vụ chưa có báo cáo."),
        (
            (office.RADIO, office.SURVEY),
            "Trong kỳ có 02 nhiệm vụ phải báo cáo. Đến thời điểm lấy số liệu, chưa có nhiệm vụ nào có báo cáo được "
            "xác nhận.",
        ),
    ],
)
def test_none_one_and_none_reported_have_sentences_of_their_own(tasks: tuple[object, ...], sentence: str) -> None:
    content = office.report(tasks)  # type: ignore[arg-type]
    assert content.wording.overall[0] == sentence


def test_units_and_what_they_owe_are_named() -> None:
    assert office.report().wording.gaps == (
        "- Phòng Văn hóa - Xã hội: chưa báo cáo 01 nhiệm vụ (số 4).",
        "- Phòng Kinh tế: 01 nhiệm vụ (số 5) có báo cáo đang chờ trưởng đơn vị xác nhận, chưa tính vào số liệu.",
        "- Chưa có số liệu 01 chỉ tiêu năm 2026 (số 2).",
        "- Còn 02 nhiệm vụ dự thảo chưa được rà soát, chưa tính vào báo cáo.",
    )
    reasons = {(line.about, line.reason) for line in office.report().wording.missing}
    assert ("Nhiệm vụ 4", "Chưa báo cáo trong kỳ; lần trước đạt 20%") in reasons
    assert ("Nhiệm vụ 5", "Báo cáo ngày 02/3/2026 chờ trưởng đơn vị xác nhận") in reasons
    assert ("Chỉ tiêu 2", "Chưa có số liệu năm 2026") in reasons


def test_difficulties_and_proposals_are_in_their_own_words_with_their_source() -> None:
    wording = office.report().wording
    assert wording.difficulties == ("- Phòng Kinh tế: Tiểu thương chưa có tài khoản (nhiệm vụ số 3) [3].",)
    assert wording.proposals == (
        "- Phòng Kinh tế: Đề nghị phường làm việc với ngân hàng trong tuần (nhiệm vụ số 3) [3].",
        "- Phòng Văn hóa - Xã hội: Đề nghị gia hạn nhiệm vụ số 2 đến ngày 10/4/2026; lý do: phòng học đang sửa [5].",
    )


@pytest.mark.parametrize(
    ("said", "proposed"),
    [
        ("nv 3 được 40%, de nghi cap them kinh phi in an. Còn lại ổn", "de nghi cap them kinh phi in an"),
        ("Đã xong phần khảo sát; kiến nghị tỉnh sớm có hướng dẫn", "kiến nghị tỉnh sớm có hướng dẫn"),
        ("đề nghị của tổ 5 đã được giải quyết, nv đạt 70%", ""),
        ("nv 8 đã xong", ""),
    ],
)
def test_a_proposal_is_read_from_the_verb_on(said: str, proposed: str) -> None:
    assert proposed_in(said) == proposed


def test_a_group_task_is_one_task_and_several_parts() -> None:
    done = replace(office.LIBRARY, is_share=True, task_id=9, number="9")
    open_ = replace(office.RADIO, is_share=True, task_id=9, number="9", unit=office.ECONOMY)
    content = office.report((done, open_))
    assert tally(content.tasks).total == 1 and len(content.parts) == 2
    (whole,) = content.tasks
    assert (whole.position, whole.percent, whole.unit) == (
        Position.IN_PROGRESS,
        None,
        "Phòng Văn hóa - Xã hội; Phòng Kinh tế",
    )
    (line,) = content.wording.groups[0].lines
    assert "01/02 đơn vị đã hoàn thành" in line and line.endswith("[1].")


def test_a_corrected_report_does_not_count_any_more() -> None:
    wrong = office.said(41, office.AN, "nv2 được 90%", TaskStatus.IN_PROGRESS, 90.0)
    right = office.said(42, office.AN, "nhầm, nv2 được 60%", TaskStatus.IN_PROGRESS, 60.0, corrects=41)
    content = office.report((replace(office.CLASSES, percent=60.0, reports=(right, wrong)),))
    assert content.tasks[0].percent == 60.0
    assert [source.id for source in content.sources if source.kind == "report"] == [42]


def test_a_round_that_was_answered_is_done_though_the_task_goes_on() -> None:
    monthly = Deadline(DeadlineKind.RECURRING, every=Rhythm.MONTH, day=25)
    done = office.said(43, office.AN, "nv6 tháng này xong", TaskStatus.DONE, 100.0)
    task = replace(office.CLASSES, deadline=monthly, status=TaskStatus.IN_PROGRESS, percent=None, reports=(done,))
    content = office.report((task,))
    assert content.tasks[0].position is Position.DONE
    assert content.upcoming[0].due == date(2026, 3, 25)


def test_what_is_not_asked_for_is_in_the_annex_and_in_no_figure() -> None:
    content = office.report((office.LIBRARY, replace(office.RADIO, asked=False)))
    assert tally(row for row in content.tasks if row.in_period).total == 1
    assert content.wording.tasks[1].position == "Không phải báo cáo kỳ này"
    assert content.wording.gaps[0].startswith("- Chưa có số liệu")


def test_what_comes_next_is_what_is_late_then_what_falls_due() -> None:
    assert office.report().wording.upcoming == (
        "- Khẩn trương hoàn thành 01 nhiệm vụ đã quá thời hạn (số 3).",
        "- Đến ngày 20/3/2026: nhiệm vụ 2, Mở lớp tin học cho người cao tuổi (Phòng Văn hóa - Xã hội).",
        "- Đến ngày 25/3/2026: nhiệm vụ 5, Khảo sát nhu cầu máy tính của các tổ dân phố (Phòng Kinh tế).",
        "- Duy trì 01 nhiệm vụ thường xuyên (số 4).",
        "- Đôn đốc các đơn vị chưa báo cáo nêu tại mục 5 phần I.",
    )


def test_before_the_cutoff_the_report_says_that_its_figures_may_change() -> None:
    open_ = replace(office.PERIOD, frozen=False)
    now = datetime(2026, 3, 5, 2, 30, tzinfo=UTC)
    content = worded(content_of(office.figures(taken_at=now), open_, office.OFFICE, office.BESIDE))
    assert content.wording.standing == "Dự thảo - số liệu tạm tính đến 09:30 ngày 05/3/2026"
    assert not any(row.is_late for row in content.tasks)
    assert office.report().wording.standing == ""


@pytest.mark.parametrize(
    ("kind", "cutoff", "subject"),
    [
        (PeriodKind.MONTH, date(2026, 2, 14), "kế hoạch tháng 02 năm 2026"),
        (PeriodKind.QUARTER, date(2026, 9, 14), "kế hoạch quý III năm 2026"),
        (PeriodKind.HALF_YEAR, date(2026, 6, 14), "kế hoạch 6 tháng đầu năm 2026"),
        (PeriodKind.HALF_YEAR, date(2026, 12, 14), "kế hoạch 6 tháng cuối năm 2026"),
        (PeriodKind.YEAR, date(2026, 12, 14), "kế hoạch năm 2026"),
        (PeriodKind.PLAN, date(2026, 6, 5), "Kế hoạch số 12/KH-UBND đến ngày 05/6/2026"),
    ],
)
def test_the_subject_names_the_period(kind: PeriodKind, cutoff: date, subject: str) -> None:
    period = replace(office.PERIOD, kind=kind, cutoff=cutoff, document_number=office.PLAN)
    if kind is not PeriodKind.PLAN:
        period = replace(period, document_number="")
    content = worded(content_of(office.figures(), period, office.OFFICE, office.BESIDE))
    assert content.wording.subject.endswith(subject)


def test_a_title_of_many_lines_is_cut_in_sentences_and_whole_in_the_annex() -> None:
    title = "Rà soát " + "từng điểm bưu điện văn hóa " * 60 + "cuối cùng"
    wording = office.report((replace(office.CLASSES, title=title),)).wording
    assert "cuối cùng" not in wording.groups[0].lines[0] and "…" in wording.groups[0].lines[0]
    assert wording.tasks[0].title == title


def test_tasks_of_several_plans_are_told_apart() -> None:
    other = replace(office.RADIO, task_id=55, number="1", document_number="30/KH-UBND")
    wording = office.report((office.LIBRARY, other)).wording
    assert "Nhiệm vụ 1 (Kế hoạch số 12/KH-UBND)" in wording.groups[0].lines[0]
    assert [line.name for line in wording.by_plan] == ["12/KH-UBND", "30/KH-UBND"]
    assert "số 1 của 30/KH-UBND" in wording.gaps[0]


def test_the_letterhead_takes_only_what_the_office_has_anyway() -> None:
    bare = replace(office.OFFICE, letterhead=replace(office.HEAD, issuer="", place="", signer_name=""))
    head = content_of(office.figures(), office.PERIOD, bare, office.BESIDE).letterhead
    assert (head.issuer, head.place) == ("ỦY BAN NHÂN DÂN PHƯỜNG GÒ MÂY", "Gò Mây")
    assert head.missing == ("signer_name",)


def test_a_report_that_waits_for_its_head_counts_for_nothing() -> None:
    waits = replace(office.MARKET, reports=(replace(office.MARKET.reports[0], approval=Approval.WAITING),))
    content = office.report((waits,), ())
    assert content.tasks[0].position is Position.UNCONFIRMED
    assert not content.difficulties and [each.number for each in content.waiting] == ["3"]


def test_content_is_the_same_after_it_was_kept_as_json() -> None:
    content = office.long_report()
    assert ReportContent.from_json(content.as_json()) == content


def test_counts_and_figures_are_written_as_papers_write_them() -> None:
    assert [count_words(n) for n in (0, 3, 12, 1250)] == ["0", "03", "12", "1.250"]
    assert [number_words(n) for n in (71.5, 100.0, 1250.25)] == ["71,5", "100", "1.250,25"]


def test_what_came_after_the_cutoff_is_named_by_unit_and_person_and_changes_no_figure() -> None:
    found = lively.tasks()
    without = worded(
        content_of(office.figures(found, lively.targets()), office.PERIOD, office.OFFICE, Beside(drafts=3))
    )
    content = lively.report()
    assert [row.position for row in content.parts] == [row.position for row in without.parts]
    told = content.wording.after_told
    assert told[0] == (
        "- Phòng Kinh tế: Trần Quốc Bình điều chỉnh 01 báo cáo sau khi chốt số liệu "
        "(số 1 (12/KH-UBND) đạt 45,5%, lúc 09:00 ngày 16/3/2026)."
    )
    assert told[-1] == "Các nội dung này không làm thay đổi số liệu đã chốt hết ngày 14/3/2026."
    assert [line.what for line in content.wording.afterwards].count("Nộp trễ") == 3
    late = next(line for line in content.wording.missing if line.about.startswith("Nhiệm vụ 4 "))
    assert late.reason == "Chưa báo cáo trong kỳ; lần trước đạt 40%; nộp trễ lúc 00:00 ngày 16/3/2026"
    assert not without.wording.after_told and not without.wording.afterwards


def test_the_period_before_stands_beside_this_one_where_it_was_frozen() -> None:
    content = lively.report()
    assert content.wording.compared[0] == (
        "So với kỳ trước (từ ngày 15/01/2026 đến ngày 14/02/2026): kỳ này hoàn thành 07/40 nhiệm vụ (17,5%), kỳ trước "
        "hoàn thành 02/40 nhiệm vụ (5%); số nhiệm vụ hoàn thành tăng 05."
    )
    assert [(line.total, line.done) for line in content.wording.comparison] == [("40", "7"), ("40", "2")]
    lines = {line.number: line for line in content.wording.tasks}
    assert (lines["10"].percent, lines["10"].earlier) == ("27%", "33%")
    assert lines["7"].earlier == "-", "what was not reported then has no figure now"


def test_without_frozen_figures_nothing_is_compared() -> None:
    content = office.report()
    assert content.earlier is None and not content.wording.compared and not content.wording.comparison
    assert {line.earlier for line in content.wording.tasks} == {"-"}


def test_a_task_that_is_new_or_another_units_is_not_compared() -> None:
    before = office.figures((office.CLASSES,), ())
    moved = replace(office.CLASSES, unit=office.ECONOMY)
    content = content_of(office.figures((moved, office.MARKET)), office.PERIOD, office.OFFICE, Beside(earlier=before))
    assert [row.earlier for row in content.parts] == [None, None]


def test_the_same_difficulty_of_several_tasks_is_told_once_by_unit() -> None:
    told = lively.report().wording.difficulties
    assert told[0] == "1. Trung tâm Phục vụ hành chính công (03 nội dung):"
    assert told[1].startswith("- Tiểu thương chưa có tài khoản ngân hàng (nhiệm vụ số 3, 27 của 31/KH-UBND) [")
    assert len(told) == len(set(told)) == 4
