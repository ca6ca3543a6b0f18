"""What the operator sees of reminders: figures, lines of the log, and what `kehoach doctor` finds."""

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from bot.clocks import clock_findings, compared, date_of, server_clock_findings, zone_finding
from bot.findings import Finding
from bot.notice_figures import NoticeLog, as_metrics, notice_figures, office_figures
from bot.notice_findings import ledger_findings, office_findings
from bot.presence import SENDER_NOTE, sender_of
from bot.setting_findings import server_findings, setting_findings
from bot.web.status import exposition
from domain.deadlines import parse_deadline
from domain.letterhead import NO_LETTERHEAD, letterhead_of
from domain.messages import Reply
from domain.notice_rules import NoticeRules
from domain.notices import Notice, Subject, SubjectKind
from domain.plans import Document
from domain.tasks import Task, TaskStatus
from domain.working_days import CalendarDay
from scheduler.periods import keep_periods
from scheduler.planning import missed, plan
from tests.handlers.real_office import NOW, RealOffice, open_real_office

MINUTE = timedelta(minutes=1)
DUE = date(2026, 3, 27)


@asynccontextmanager
async def _quiet_office(folder: Path) -> AsyncIterator[RealOffice]:
    """The office without the one task that its rules would speak of on this day."""
    async with open_real_office(folder) as office:
        async with office.storage.writing() as records:
            (soon,) = [t for t in await records.register.tasks(office.office.id) if t.document_number == "15/KH-UBND"]
            await records.register.update_task(replace(soon, status=TaskStatus.DONE))
        yield office


async def _open(office: RealOffice, who: str, rule: str = "before_7", *, release: datetime = NOW) -> int:
    """One notice to a person, waiting in the ledger; its id."""
    task = await office.task_id("1")
    person = office.people[who]
    notice = Notice(office.office.id, person.id, Subject(SubjectKind.TASK, task), rule, DUE, NOW)
    async with office.storage.writing() as records:
        await records.notices.open_many([(notice, release)], NOW)
        pending = await records.notices.pending(office.office.id)
    return next(row.id for row in pending if row.notice.key == notice.key)


async def _found(office: RealOffice, now: datetime = NOW) -> list[Finding]:
    async with office.storage.reading() as records:
        found = [each async for each in ledger_findings(records, now)]
        return found + [each async for each in office_findings(records, office.office, now)]


async def _texts(office: RealOffice, check: str, now: datetime = NOW) -> list[str]:
    """What is wrong by one check."""
    return [each.text for each in await _found(office, now) if each.check == check and each.level != "ok"]


async def test_a_healthy_office_has_nothing_to_mend(tmp_path: Path) -> None:
    async with _quiet_office(tmp_path) as office:
        await _open(office, "an", release=NOW + timedelta(days=3))
        assert {each.level for each in await _found(office)} == {"ok"}


# --- figures


async def test_the_figures_tell_what_became_of_notices(tmp_path: Path) -> None:
    async with _quiet_office(tmp_path) as office:
        first, second = await _open(office, "an"), await _open(office, "binh", "on_the_day")
        async with office.storage.writing() as records:
            await records.notices.fail([first], "blocked")
        async with office.storage.reading() as records:
            figures = await notice_figures(records, NOW + 20 * MINUTE)
        assert second != first
        assert (figures.due, figures.missed, figures.oldest) == (2, 1, 20 * MINUTE)
        metrics = as_metrics(figures, NOW + 20 * MINUTE)
        assert metrics['kehoach_notices{state="failed"}'] == metrics['kehoach_notices{state="pending"}'] == 1
        assert metrics["kehoach_notices_oldest_pending_seconds"] == 1200
        written = exposition(metrics)
        for line in ("# TYPE kehoach_notices gauge", "kehoach_notices_due 2", "kehoach_notices_missed 1"):
            assert line in written


async def test_what_is_held_back_is_neither_old_nor_missed(tmp_path: Path) -> None:
    async with _quiet_office(tmp_path) as office:
        await _open(office, "an", release=NOW + timedelta(days=1))
        async with office.storage.reading() as records:
            figures = await notice_figures(records, NOW + 20 * MINUTE)
        assert (figures.missed, figures.oldest) == (0, timedelta())


async def test_the_log_says_what_changed_and_is_silent_otherwise(tmp_path: Path) -> None:
    async with _quiet_office(tmp_path) as office:
        note = NoticeLog().note
        with capture_logs() as lines:
            await note(office.storage, 0, NOW)
            first = await _open(office, "an")
            await _open(office, "binh")
            await note(office.storage, 1, NOW)
            await note(office.storage, 0, NOW)
            async with office.storage.writing() as records:
                await records.notices.cancel([first], "reported")
            await note(office.storage, 0, NOW)
        assert lines == [
            {"event": "reminders", "log_level": "info", "queued": 1, "planned": 2, "waiting": 2},
            {"event": "reminders", "log_level": "info", "queued": 0, "cancelled": 1, "waiting": 1},
        ]


async def test_the_log_says_so_while_something_is_missed(tmp_path: Path) -> None:
    async with _quiet_office(tmp_path) as office:
        await _open(office, "an")
        with capture_logs() as lines:
            await NoticeLog().note(office.storage, 0, NOW + 16 * MINUTE)
        counts = {"missed": 1, "not_entered": 0, "oldest_seconds": 960}
        assert lines == [{"event": "reminders missed", "log_level": "error", **counts}]


async def test_what_is_due_and_has_no_row_is_missed_everywhere_alike(tmp_path: Path) -> None:
    async with open_real_office(tmp_path) as office:
        async with office.storage.reading() as records:
            figures = await notice_figures(records, NOW + 16 * MINUTE)
        assert (figures.stuck, figures.offices.unentered) == (0, 1)
        assert figures.missed == await missed(office.storage, NOW + 16 * MINUTE) == 1
        (text,) = await _texts(office, "notices", NOW + 16 * MINUTE)
        assert text.startswith("1 tin nhắc đã đến lượt mà chưa được ghi vào sổ nhắc.")
        await plan(office.storage, NOW)
        assert await missed(office.storage, NOW + 14 * MINUTE) == 0
        assert await _texts(office, "notices", NOW + 14 * MINUTE) == []


async def test_between_two_beats_the_offices_are_not_looked_at_again(tmp_path: Path) -> None:
    async with open_real_office(tmp_path) as office:
        watch = NoticeLog()
        before = await watch.metrics(office.storage, NOW)
        assert "kehoach_planning_age_seconds" not in before and "kehoach_planning_duration_seconds" not in before
        await plan(office.storage, NOW)
        await watch.note(office.storage, 0, NOW, timedelta(seconds=1.5))
        async with office.storage.writing() as records:
            await records.people.mark_reachable("telegram", "an", reachable=False)
        between = await watch.metrics(office.storage, NOW + 20 * MINUTE)
        assert between["kehoach_planning_age_seconds"] == 1200, "it grows while the clock stands still"
        assert between["kehoach_planning_duration_seconds"] == 1.5
        assert between["kehoach_notices_missed"] == 1, "what waits too long is counted at once"
        assert between["kehoach_people_unreachable"] == 0
        await watch.note(office.storage, 0, NOW + 20 * MINUTE)
        after = await watch.metrics(office.storage, NOW + 20 * MINUTE)
        assert after["kehoach_people_unreachable"] == 1


async def test_a_period_that_is_over_and_not_frozen_is_counted(tmp_path: Path) -> None:
    async with _quiet_office(tmp_path) as office:
        await keep_periods(office.storage, NOW + timedelta(days=10))
        async with office.storage.reading() as records:
            assert (await office_figures(records, NOW + timedelta(days=10))).unfrozen == 0
            periods = await records.periods.of_office(office.office.id)
            over = min(period.ends_at for period in periods) + MINUTE
            assert (await office_figures(records, over)).unfrozen > 0
        await keep_periods(office.storage, over)
        async with office.storage.reading() as records:
            assert (await office_figures(records, over)).unfrozen == 0


# --- findings


async def test_missed_and_failed_notices_are_found(tmp_path: Path) -> None:
    async with _quiet_office(tmp_path) as office:
        lost = await _open(office, "an")
        await _open(office, "binh")
        async with office.storage.writing() as records:
            await records.notices.fail([lost], "blocked")
        later = NOW + timedelta(hours=2)
        found = {(each.check, each.level) for each in await _found(office, later)}
        assert {("notices", "fault"), ("notices", "warning")} <= found
        missed, failed = await _texts(office, "notices", later)
        assert missed.startswith("1 tin nhắc lẽ ra đã gửi mà chưa gửi, lâu nhất đã 120 phút")
        assert failed.startswith("1 tin nhắc không gửi được")


async def test_an_old_queue_and_an_old_planning_are_found(tmp_path: Path) -> None:
    async with _quiet_office(tmp_path) as office:
        async with office.storage.writing() as records:
            await records.outbox.queue(
                channel="telegram", chat_id="an", reply=Reply("Nhắc"), key="k", now=NOW, cause="notice:digest"
            )
            await records.notice_rules.planned(office.office.id, NOW)
        assert await _texts(office, "outbox", NOW + 10 * MINUTE) == []
        (queue,) = await _texts(office, "outbox", NOW + 61 * MINUTE)
        assert "đã đến lượt 61 phút" in queue
        (planning,) = await _texts(office, "planning", NOW + 61 * MINUTE)
        assert "rà lần cuối lúc 08:00 02/03/2026" in planning


async def test_people_whom_nothing_reaches_are_named(tmp_path: Path) -> None:
    async with _quiet_office(tmp_path) as office:
        async with office.storage.writing() as records:
            await records.people.bind(office.people["hanh"].id, "zalo-oa", "z-hanh", "z-hanh")
            await records.people.mark_reachable("telegram", "hanh", reachable=False)
            await records.people.mark_reachable("telegram", "an", reachable=False)
            await records.people.unbind("telegram", "binh")
        await _open(office, "binh", release=NOW + timedelta(days=1))
        unreachable, silent = await _texts(office, "people")
        assert "1 cán bộ không nhận được tin" in unreachable and "Lê Hoài An." in unreachable
        assert "1 cán bộ đang có tin nhắc chờ" in silent and "Trần Quốc Bình." in silent


async def test_tasks_nobody_is_reminded_of_are_named(tmp_path: Path) -> None:
    async with _quiet_office(tmp_path) as office:
        deadline = parse_deadline("30/6/2026")
        async with office.storage.writing() as records:
            empty = await records.people.add_unit(office.office.id, "Ban Quản lý chợ")
            for number, unit_id in (("11", None), ("12", empty.id)):
                task = Task(0, office.office.id, number, "x", deadline, lead_unit_id=unit_id, document_number="9/KH")
                await records.register.add_task(task)
        (text,) = await _texts(office, "register")
        assert text.startswith("2 nhiệm vụ không có ai để nhắc: 11 (9/KH), 12 (9/KH).")


async def test_the_calendar_of_the_year_to_come_is_asked_for_at_the_end_of_a_year(tmp_path: Path) -> None:
    november = datetime(2027, 11, 2, tzinfo=UTC)
    async with _quiet_office(tmp_path) as office:
        assert await _texts(office, "calendar", november - timedelta(days=10)) == []
        (text,) = await _texts(office, "calendar", november)
        assert "Ngày nghỉ năm 2028 mới tính theo luật" in text
        (beyond,) = await _texts(office, "calendar", datetime(2100, 5, 1, tzinfo=UTC))
        assert "năm 2100" in beyond
        async with office.storage.writing() as records:
            await records.calendar.put(office.office.id, CalendarDay(date(2028, 1, 31), works=False))
        assert await _texts(office, "calendar", november) == []


async def test_what_an_office_has_not_arranged_is_named(tmp_path: Path) -> None:
    async def said(office: RealOffice, now: datetime = NOW) -> dict[str, str]:
        async with office.storage.reading() as records:
            (own,) = await records.offices.all()
            return {each.check: each.text async for each in setting_findings(records, own, now) if each.text}

    async with open_real_office(tmp_path) as office:
        async with office.storage.writing() as records:
            plan_of = await records.library.replace(Document(0, office.office.id, "kh.txt", "41/KH-UBND"), [])
            days = parse_deadline("trước ngày 05/6 và 10/12 hằng năm")
            await records.register.add_task(
                Task(0, office.office.id, "9", "Báo cáo kết quả thực hiện", days, document_id=plan_of.id)
            )
        found = await said(office)
        assert "còn để trống" in found["letterhead"] and "kehoach office letterhead parent=" in found["letterhead"]
        assert "41/KH-UBND nêu ngày báo cáo riêng (05/6, 10/12)" in found["periods"]
        assert "mặc định" in found["rules"] and "chưa ghi ngày nghỉ" in found["calendar"]
        await _open(office, "an", release=NOW + timedelta(days=90))
        assert "notices" not in await said(office, NOW + timedelta(days=30))
        assert "1 tin nhắc đã chờ quá 30 ngày" in (await said(office, NOW + timedelta(days=31)))["notices"]
        full = letterhead_of(dict.fromkeys(NO_LETTERHEAD.missing, "x") | {"recipients": ["- Lưu."]})
        async with office.storage.writing() as records:
            await records.offices.set_letterhead(office.office.id, full)
            await records.notice_rules.put(office.office.id, replace(NoticeRules(), daily_cap=5))
            await records.calendar.put(office.office.id, CalendarDay(date(2026, 6, 1), works=False))
        found = await said(office)
        assert "đã đủ" in found["letterhead"] and not {"rules", "calendar"} & found.keys()


async def test_a_server_of_another_data_folder_is_found(tmp_path: Path) -> None:
    async with open_real_office(tmp_path) as office:
        async with office.storage.writing() as records:
            await records.senders.beat("here", ("web",), NOW)
            await records.senders.beat("elsewhere", ("web",), NOW)
        (tmp_path / SENDER_NOTE).write_text("here\n", encoding="utf-8")
        async with office.storage.reading() as records:
            (other,) = [each async for each in server_findings(records, sender_of(tmp_path), NOW)]
            assert other.text.startswith("1 máy chủ khác cũng đang chạy trên cơ sở dữ liệu này")
            assert not [each async for each in server_findings(records, "here", NOW + timedelta(minutes=1))]
    assert sender_of(tmp_path / "none") == ""


# --- clocks


@contextmanager
def _server(date_header: str | None) -> Iterator[str]:
    """A web server on this machine that says this date; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response_only(404)
            if date_header is not None:
                self.send_header("Date", date_header)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is written to the terminal."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def test_a_channels_date_is_compared_with_our_clock(tmp_path: Path) -> None:
    async with _quiet_office(tmp_path) as office:
        with _server("Mon, 02 Mar 2026 00:50:00 GMT") as address:
            [zone] = [f async for f in clock_findings(office.storage, lambda: NOW)]
            servers = {"Telegram": address, "Zalo OA": "http://127.0.0.1:1"}
            [channel] = [f async for f in server_clock_findings(servers, lambda: NOW)]
    assert (zone.check, zone.level) == ("time_zone", "ok")
    assert (channel.check, channel.level) == ("channel_clock", "fault")
    assert "lệch 600 giây so với giờ của Telegram" in channel.text


@pytest.mark.parametrize("said", [None, "soon", ""])
async def test_a_server_that_says_no_date_says_nothing(said: str | None) -> None:
    with _server(said) as address:
        assert await date_of(address) is None


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "ftp://127.0.0.1", "no address", "http://"])
async def test_a_server_that_is_not_there_says_nothing(address: str) -> None:
    assert await date_of(address) is None


@pytest.mark.parametrize(
    ("seconds", "level"), [(0, "ok"), (30, "ok"), (-31, "warning"), (299, "warning"), (301, "fault")]
)
def test_how_far_clocks_may_be_apart(seconds: int, level: str) -> None:
    assert compared("database_clock", NOW + timedelta(seconds=seconds), NOW).level == level


def test_wrong_data_of_the_time_zone_are_a_fault() -> None:
    assert zone_finding(ZoneInfo("Asia/Ho_Chi_Minh"), NOW).level == "ok"
    wrong = zone_finding(timezone(timedelta(hours=8)), NOW)
    assert wrong.level == "fault" and "8:00:00" in wrong.text
