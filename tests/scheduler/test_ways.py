"""By which account a notice goes: the app chosen, closed windows, templates, held apps, and the head who reads why."""

import random
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from domain.channels import TELEGRAM, ZALO_OA
from domain.contacts import Heard
from domain.message_templates import MessageTemplate, Parameter
from domain.messages import Reply
from domain.notices import NoticeStatus
from scheduler.books import Shapes
from storage import Storage
from tests.scheduler.ward import Ward, at, ward_in

MONDAY = date(2026, 3, 2)
DUE = date(2026, 3, 3)
WEEK = timedelta(days=7)
SHAPES: Shapes = {name: lambda notice: [notice] for name in (ZALO_OA, TELEGRAM)}
WINDOWS = {ZALO_OA: WEEK, TELEGRAM: None}


@pytest.fixture
async def ward(tmp_path: Path) -> AsyncIterator[Ward]:
    async with ward_in(tmp_path) as opened:
        yield opened


async def heard(ward: Ward, person_id: int, moment: datetime) -> None:
    """The person wrote to the Official Account."""
    async with ward.storage.writing() as records:
        chat = f"{ZALO_OA}{person_id}"
        await records.contacts.heard_many([Heard(ZALO_OA, chat, chat, moment)])


async def template(ward: Ward, *, most: int = 30, status: str = "ENABLE") -> None:
    """The office has an approved reminder with these parameters."""
    fields = (("han", "deadline"), ("so_viec", "count"), ("viec", "task"))
    parameters = (Parameter("viec", most=most), Parameter("han", kind="DATE", most=20), Parameter("so_viec", most=5))
    async with ward.storage.writing() as records:
        await records.message_templates.put(
            MessageTemplate(ward.office.id, ZALO_OA, "reminder", "123", fields, parameters, status, at(MONDAY))
        )


async def queued(ward: Ward, now: datetime) -> Sequence[tuple[str, str, Reply]]:
    """What the beat queued: channel, chat and words."""
    await ward.beat(now, SHAPES, WINDOWS)
    async with ward.storage.writing() as records:
        rows = await records.outbox.claim(now, 50, channels=list(SHAPES), sender="t")
    return [(row.channel, row.chat_id, row.reply) for row in rows]


async def told(storage: Storage, name: str) -> None:
    """Nothing goes out through the app."""
    async with storage.writing() as records:
        await records.channel_holds.put(name, "-211", at(MONDAY))


async def test_the_chosen_app_goes_before_the_usual_order(ward: Ward) -> None:
    await ward.joins(ward.an, ZALO_OA)
    async with ward.storage.writing() as records:
        await records.wishes.set_channel(ward.an.id, TELEGRAM)
    await ward.task("4", DUE)
    assert [channel for channel, _, _ in await queued(ward, at(MONDAY))] == [TELEGRAM]


async def test_without_a_choice_the_official_account_goes_first(ward: Ward) -> None:
    await ward.joins(ward.an, ZALO_OA)
    await heard(ward, ward.an.id, at(MONDAY) - WEEK)
    await ward.task("4", DUE)
    assert [channel for channel, _, _ in await queued(ward, at(MONDAY))] == [ZALO_OA]


async def test_an_account_whose_window_has_passed_is_passed_over(ward: Ward) -> None:
    await ward.joins(ward.an, ZALO_OA)
    await heard(ward, ward.an.id, at(MONDAY) - WEEK - timedelta(seconds=1))
    await ward.task("4", DUE)
    assert [channel for channel, _, _ in await queued(ward, at(MONDAY))] == [TELEGRAM]


async def test_a_template_carries_the_count_and_the_nearest_task(ward: Ward) -> None:
    await ward.joins(ward.an, ZALO_OA)
    await heard(ward, ward.an.id, at(MONDAY) - 2 * WEEK)
    await template(ward)
    title = "Hoàn thành số hóa hồ sơ đất đai của toàn phường"
    await ward.task("4", date(2026, 3, 5), title="Việc sau")
    await ward.task("5", DUE, title=title)
    ((channel, _, reply),) = await queued(ward, at(MONDAY))
    assert channel == ZALO_OA and reply.template is not None and reply.template.template_id == "123"
    facts = dict(reply.template.facts)
    assert facts == {"viec": "Hoàn thành số hóa hồ sơ đất…", "han": "03/03/2026", "so_viec": "2"}
    assert reply.template.tracking_id.startswith("kehoach-") and len(reply.template.tracking_id) <= 48
    assert title in reply.text and "03/03/2026" in reply.text


@pytest.mark.parametrize("status", ["REJECT", "DISABLE", "PENDING_REVIEW"])
async def test_a_template_that_is_not_approved_is_not_used(ward: Ward, status: str) -> None:
    await ward.joins(ward.an, ZALO_OA)
    await heard(ward, ward.an.id, at(MONDAY) - 2 * WEEK)
    await template(ward, status=status)
    await ward.task("4", DUE)
    assert [channel for channel, _, _ in await queued(ward, at(MONDAY))] == [TELEGRAM]


async def test_after_a_refused_template_the_next_account_is_used(ward: Ward) -> None:
    await ward.joins(ward.an, ZALO_OA)
    await heard(ward, ward.an.id, at(MONDAY) - 2 * WEEK)
    await template(ward)
    await ward.task("4", DUE)
    await ward.beat(at(MONDAY), SHAPES, WINDOWS)
    async with ward.storage.writing() as records:
        (row,) = await records.outbox.claim(at(MONDAY), 9, channels=[ZALO_OA], sender="t")
        await records.held.refuse_template(row, "-131", at(MONDAY), sender="t")
    ((channel, _, reply),) = await queued(ward, at(MONDAY, 8, 1))
    assert channel == TELEGRAM and reply.template is None


async def test_the_head_reads_that_the_window_has_passed(ward: Ward) -> None:
    async with ward.storage.writing() as records:
        await records.people.unbind(TELEGRAM, f"{TELEGRAM}{ward.an.id}")
    await ward.joins(ward.an, ZALO_OA)
    await ward.joins(ward.head)
    await heard(ward, ward.an.id, at(MONDAY) - 2 * WEEK)
    await ward.task("4", DUE)
    assert await queued(ward, at(MONDAY)) == []
    assert (await ward.states())["before_1"] == ("failed", "window_closed")
    ((channel, chat, reply),) = await queued(ward, at(MONDAY, 8, 1))
    assert (channel, chat) == (TELEGRAM, f"{TELEGRAM}{ward.head.id}")
    assert ward.an.name in reply.text and "quá 7 ngày" in reply.text and "Zalo OA" in reply.text


async def test_a_held_app_is_passed_over_while_another_one_works(ward: Ward) -> None:
    await ward.joins(ward.an, ZALO_OA)
    await heard(ward, ward.an.id, at(MONDAY))
    await told(ward.storage, ZALO_OA)
    await ward.task("4", DUE)
    assert [channel for channel, _, _ in await queued(ward, at(MONDAY))] == [TELEGRAM]


async def test_what_stands_in_a_held_app_goes_by_the_other_one(ward: Ward) -> None:
    await ward.joins(ward.an, ZALO_OA)
    await heard(ward, ward.an.id, at(MONDAY))
    await ward.task("4", DUE)
    assert await ward.beat(at(MONDAY), SHAPES, WINDOWS) == 1
    await told(ward.storage, ZALO_OA)
    assert [channel for channel, _, _ in await queued(ward, at(MONDAY, 8, 1))] == [TELEGRAM]


async def test_where_every_app_is_held_the_notice_waits_in_the_first(ward: Ward) -> None:
    await ward.joins(ward.an, ZALO_OA)
    await heard(ward, ward.an.id, at(MONDAY))
    for name in SHAPES:
        await told(ward.storage, name)
    await ward.task("4", DUE)
    assert await ward.beat(at(MONDAY), SHAPES, WINDOWS) == 1
    assert await ward.beat(at(MONDAY, 8, 1), SHAPES, WINDOWS) == 0
    (row,) = [row for row in await ward.ledger() if row.notice.rule == "before_1"]
    assert (row.status, row.channel) == (NoticeStatus.PENDING, ZALO_OA)


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_the_apps_answer_each_notice_is_sent_once_or_its_head_is_told(ward: Ward, seed: int) -> None:
    """Random closed and held answers, refused templates, lost accounts and people who write, for a working day."""
    chance = random.Random(seed)
    await ward.joins(ward.an, ZALO_OA)
    await ward.joins(ward.head)
    await heard(ward, ward.an.id, at(MONDAY) - chance.choice([1, 6, 8]) * timedelta(days=1))
    if chance.random() < 0.5:
        await template(ward)
    for number in range(3):
        await ward.task(str(number + 1), DUE)
    delivered: list[tuple[int, int]] = []
    for minute in range(60):
        now = at(MONDAY, 8, minute)
        async with ward.storage.writing() as records:
            if chance.random() < 0.1:
                await records.channel_holds.put(ZALO_OA, "-211", now)
            elif chance.random() < 0.3:
                await records.channel_holds.lift([ZALO_OA])
            if chance.random() < 0.1:
                chat = (ZALO_OA, f"{ZALO_OA}{ward.an.id}")
                await records.contacts.heard_many([Heard(*chat, chat[1], now)])
                await records.held.release([chat], now)
        await ward.beat(now, SHAPES, WINDOWS)
        await ward.beat(now, SHAPES, WINDOWS)
        delivered += await _deliver(ward, chance, now, at_random=minute < 50)
    of_an = [row for row in await ward.ledger() if row.notice.person_id == ward.an.id and row.reason != "folded"]
    assert len(of_an) == 3
    for row in of_an:
        times = delivered.count((ward.an.id, row.notice.subject.id))
        assert (row.status, times) in ((NoticeStatus.SENT, 1), (NoticeStatus.FAILED, 0))
        if row.status is NoticeStatus.FAILED:
            assert (ward.head.id, row.notice.subject.id) in delivered


async def _deliver(ward: Ward, chance: random.Random, now: datetime, *, at_random: bool) -> list[tuple[int, int]]:
    """Send what is queued, with answers by chance; which notices reached whom."""
    reached = []
    async with ward.storage.writing() as records:
        held = {hold.channel for hold in await records.channel_holds.all()} if at_random else set()
        for row in await records.outbox.claim(now, 9, channels=sorted(set(SHAPES) - held), sender="t"):
            notices = await records.notices.of_message(row.id)
            answer = chance.random() if at_random and row.chat_id != f"{TELEGRAM}{ward.head.id}" else 1.0
            if row.channel == ZALO_OA and answer < 0.2:
                await records.outbox.wait(row.id, now, "-211", sender="t")
            elif row.channel == ZALO_OA and answer < 0.5 and row.reply.template is None:
                await records.held.close(row, "-230", now, now, sender="t")
            elif answer < 0.5 and row.reply.template is not None:
                await records.held.refuse_template(row, "-131", now, sender="t")
            elif answer < 0.1:
                await records.outbox.unreachable(row.id, "403", sender="t")
            else:
                await records.outbox.sent_many([(row.id, f"m{row.id}")], now, sender="t")
                reached += [(notice.notice.person_id, notice.notice.subject.id) for notice in notices]
    return reached
