"""The calendar and the rules for reminders in chat: who may, what a card writes, what old buttons do not."""

from datetime import UTC, date, datetime, time

import pytest

from domain.notice_rules import NoticeRules
from domain.people import Person
from domain.working_days import CalendarDay
from tests.handlers.office import ADMIN, AN, BINH, CHU_TICH, HANH, Books, Talk

EVE = date(2026, 12, 24)


@pytest.fixture
def talk() -> Talk:
    """The administrator's chat, on Monday 2 March 2026."""
    return Talk(ADMIN)


async def test_a_day_off_is_written_once_its_card_is_confirmed(talk: Talk) -> None:
    shown = await talk.say("nghỉ ngày 24/12 (lễ kỷ niệm)")
    assert "• Thứ Năm 24/12/2026: nghỉ (lễ kỷ niệm)" in shown
    assert talk.books.days_kept == {}
    await talk.press("Xác nhận")
    assert talk.books.days_kept == {EVE: CalendarDay(EVE, works=False, label="lễ kỷ niệm")}
    (entry,) = talk.books.audited
    assert entry[2:4] == ("calendar.changed", "office:1")


async def test_a_day_worked_is_written_and_shown(talk: Talk) -> None:
    await talk.say("lam bu thu Bay 14/3")
    await talk.press("Xác nhận")
    assert talk.books.days_kept[date(2026, 3, 14)].works
    assert "Ngày làm bù:\n• Thứ Bảy 14/3/2026 (lịch riêng của cơ quan)" in await talk.say("lịch nghỉ")


async def test_a_swap_changes_both_days(talk: Talk) -> None:
    shown = await talk.say("nghỉ 29/5, làm bù thứ Bảy 06/6")
    assert "Thứ Sáu 29/5/2026: nghỉ" in shown and "Thứ Bảy 06/6/2026: làm việc" in shown
    await talk.press("Xác nhận")
    assert {day: kept.works for day, kept in talk.books.days_kept.items()} == {
        date(2026, 5, 29): False,
        date(2026, 6, 6): True,
    }


async def test_only_working_days_of_a_stretch_are_written(talk: Talk) -> None:
    await talk.say("cơ quan nghỉ từ 13/3 đến 17/3 để chuyển trụ sở")
    await talk.press("Xác nhận")
    assert sorted(talk.books.days_kept) == [date(2026, 3, 13), date(2026, 3, 16), date(2026, 3, 17)]
    assert {kept.label for kept in talk.books.days_kept.values()} == {"chuyển trụ sở"}


async def test_a_day_taken_back_by_words_or_by_its_button(talk: Talk) -> None:
    talk.books.days_kept = {EVE: CalendarDay(EVE, works=False)}
    assert "bỏ ngày nghỉ riêng" in await talk.say("bỏ ngày nghỉ 24/12")
    await talk.press("Xác nhận")
    assert talk.books.days_kept == {}
    talk.books.days_kept = {EVE: CalendarDay(EVE, works=False)}
    await talk.say("lịch nghỉ")
    await talk.press("Bỏ 24/12/2026")
    assert talk.books.days_kept, "the card comes first"
    await talk.press("Xác nhận")
    assert talk.books.days_kept == {}


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("nghỉ ngày 30/4", "vốn đã là ngày nghỉ"),
        ("nghỉ ngày 07/3", "vốn đã là ngày nghỉ"),
        ("làm bù ngày 04/3", "vốn là ngày làm việc"),
        ("làm bù thứ Bảy 15/3", "không đúng thứ"),
        ("nghỉ ngày 27/02/2026", "đã qua"),
        ("nghỉ từ 01/6 đến 30/9", "quá 60 ngày"),
        ("bỏ ngày nghỉ 25/12", "không có ngày"),
    ],
)
async def test_a_change_that_makes_no_sense_gets_a_sentence_and_no_card(talk: Talk, said: str, answer: str) -> None:
    assert answer in await talk.say(said)
    assert "Xác nhận" not in talk.labels


@pytest.mark.parametrize("person", [AN, HANH, CHU_TICH])
async def test_others_look_and_change_nothing(person: Person) -> None:
    talk = Talk(person)
    assert "Lịch nghỉ từ 02/3/2026" in await talk.say("lịch nghỉ")
    assert not [label for label in talk.labels if label.startswith("Bỏ")]
    for said in ("nghỉ ngày 24/12", "làm bù thứ Bảy 14/3", "bỏ ngày nghỉ 24/12"):
        assert "do quản trị viên cập nhật" in await talk.say(said)
    talk.books.days_kept = {EVE: CalendarDay(EVE, works=False)}
    for action in ("calendar:remove:2026-12-24", "calendar:yes:1", "calendar:remove:2026-99-99"):
        await talk.act(action)
    assert EVE in talk.books.days_kept


async def test_an_old_a_second_and_a_forged_press_write_nothing(talk: Talk) -> None:
    await talk.say("nghỉ ngày 24/12")
    first = next(b.action for b in talk.replies[0].buttons if b.label == "Xác nhận")
    await talk.say("nghỉ ngày 25/12")
    await talk.act(first)
    await talk.act("calendar:yes:99")
    assert talk.books.days_kept == {}
    await talk.say("nghỉ ngày 25/12")
    second = next(b.action for b in talk.replies[0].buttons if b.label == "Xác nhận")
    await talk.act(second)
    talk.books.days_kept.clear()
    assert "đã xác nhận rồi" in await talk.act(second)
    assert talk.books.days_kept == {}


async def test_a_card_is_void_once_the_calendar_moved_or_the_right_is_gone(talk: Talk) -> None:
    await talk.say("nghỉ ngày 24/12")
    talk.books.days_kept = {EVE: CalendarDay(EVE, works=False, label="khác")}
    await talk.press("Xác nhận")
    assert talk.books.days_kept[EVE].label == "khác"
    await talk.say("nghỉ ngày 25/12")
    talk.books.people_kept = [p for p in talk.books.people_kept if p.id != ADMIN.id]
    await talk.press("Xác nhận")
    assert date(2026, 12, 25) not in talk.books.days_kept


async def test_a_card_that_waited_past_its_day_writes_nothing(talk: Talk) -> None:
    await talk.say("nghỉ ngày mai")
    talk.now = datetime(2026, 3, 3, 17, 30, tzinfo=UTC)
    await talk.press("Xác nhận")
    assert talk.books.days_kept == {}


async def test_the_calendar_is_no_business_of_groups_and_strangers() -> None:
    group = Talk(ADMIN, in_group=True)
    assert "nhắn riêng" in await group.say("nghỉ ngày 24/12")
    stranger = Talk(None)
    assert "dành cho cán bộ" in await stranger.act("calendar")
    await stranger.say("lịch nghỉ")
    assert [asked for asked, _ in stranger.books.asked] == ["lịch nghỉ"]


# --- the hour of one's own reminders


async def test_a_person_chooses_an_hour_and_gives_it_up(talk: Talk) -> None:
    talk = Talk(AN)
    assert "theo giờ của cơ quan, lúc 08:00" in await talk.say("giờ nhắc của tôi")
    assert "lúc 07:30" in await talk.say("nhắc tôi lúc 7 giờ rưỡi")
    assert talk.books.hours_kept == {AN.id: time(7, 30)}
    assert "Tôi nhắc anh/chị lúc 07:30" in await talk.say("gio nhac cua toi")
    await talk.press("Theo giờ cơ quan")
    assert talk.books.hours_kept == {}


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("giờ nhắc của tôi 20h", "nằm trong giờ yên lặng của cơ quan (19:00–07:00)"),
        ("giờ nhắc của tôi 6:59", "nằm trong giờ yên lặng"),
        ("giờ nhắc của tôi 25h", "chưa đọc được giờ"),
        ("giờ nhắc của tôi sáng sớm", "chưa đọc được giờ"),
    ],
)
async def test_an_hour_nobody_can_be_reminded_at_is_refused(said: str, answer: str) -> None:
    talk = Talk(AN)
    assert answer in await talk.say(said)
    assert talk.books.hours_kept == {}


async def test_without_quiet_hours_any_hour_will_do() -> None:
    talk = Talk(AN, Books(rules_kept=NoticeRules(quiet_from=time(0), quiet_to=time(0))))
    await talk.say("giờ nhắc của tôi 5h")
    assert talk.books.hours_kept == {AN.id: time(5)}


# --- the office's rules


async def test_staff_see_the_rules_in_words(talk: Talk) -> None:
    for person in (BINH, HANH, CHU_TICH):
        assert "Quá hạn: nhắc sau 1, 3, 7 ngày" in await Talk(person).say("quy định nhắc việc")
    assert "Đổi quy định" in await talk.say("quy dinh nhac viec")


@pytest.mark.parametrize(
    ("said", "rules"),
    [
        ("tối đa 5 tin mỗi ngày", NoticeRules(daily_cap=5)),
        ("giờ yên lặng từ 20h đến 6h30", NoticeRules(quiet_from=time(20), quiet_to=time(6, 30))),
        ("báo trưởng phòng sau 3 ngày", NoticeRules(head_after=3)),
        ("bao lanh dao sau 4 ngay lam viec", NoticeRules(leader_after=4)),
        ("đã nhận thì chờ 8 ngày", NoticeRules(acknowledged_for=8)),
        ("nhắc quá hạn sau 2 và 5 ngày", NoticeRules(overdue=(2, 5))),
        ("giờ nhắc của cơ quan 7h30", NoticeRules(hour=time(7, 30))),
        (
            "nhắc trước hạn 10, 5, 1 ngày",
            NoticeRules(before=((20, (10, 5, 1)), (10, (5, 1)), (0, (1,))), before_unknown=(10, 5, 1)),
        ),
        ("bỏ giờ yên lặng", NoticeRules(quiet_from=time(0), quiet_to=time(0))),
    ],
)
async def test_the_administrator_changes_a_rule_by_its_card(talk: Talk, said: str, rules: NoticeRules) -> None:
    await talk.say(said)
    assert talk.books.rules_kept == NoticeRules()
    await talk.press("Xác nhận")
    assert talk.books.rules_kept == rules
    assert talk.books.audited[-1][2] == "rules.changed"
    await talk.say("quy định nhắc việc về mặc định")
    await talk.press("Xác nhận")
    assert talk.books.rules_kept == NoticeRules()


async def test_rules_that_make_no_sense_get_no_card(talk: Talk) -> None:
    assert "từ 1 đến 20" in await talk.say("tối đa 0 tin mỗi ngày")
    assert "nằm trong giờ yên lặng" in await talk.say("giờ yên lặng từ 17h đến 9h")
    assert "không cần đổi" in await talk.say("tối đa 3 tin mỗi ngày")
    assert "Xác nhận" not in talk.labels


async def test_rules_changed_meanwhile_are_not_overwritten(talk: Talk) -> None:
    await talk.say("tối đa 5 tin mỗi ngày")
    talk.books.rules_kept = NoticeRules(head_after=9)
    await talk.press("Xác nhận")
    assert talk.books.rules_kept == NoticeRules(head_after=9)


@pytest.mark.parametrize("person", [AN, HANH, CHU_TICH])
async def test_others_change_no_rule(person: Person) -> None:
    talk = Talk(person)
    assert "do quản trị viên đổi" in await talk.say("tối đa 5 tin mỗi ngày")
    await talk.act("rules:yes:1")
    assert talk.books.rules_kept == NoticeRules()
