"""Whatever happens in whatever order, the ledger keeps its rules: Hypothesis thinks of the order."""

import asyncio
import tempfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.notices import NoticeStatus, Subject, SubjectKind
from domain.progress import Understood
from domain.tasks import TaskStatus
from scheduler.planning import missed, plan
from tests.scheduler.ward import Ward, at, ward_in

FIRST = date(2026, 3, 9)
MOVES = {
    NoticeStatus.PENDING: {
        NoticeStatus.SENDING,
        NoticeStatus.SENT,
        NoticeStatus.UNKNOWN,
        NoticeStatus.FAILED,
        NoticeStatus.CANCELLED,
    },
    NoticeStatus.SENDING: set(NoticeStatus) - {NoticeStatus.CANCELLED},
    NoticeStatus.UNKNOWN: {NoticeStatus.SENDING, NoticeStatus.SENT, NoticeStatus.FAILED, NoticeStatus.PENDING},
    NoticeStatus.CANCELLED: {NoticeStatus.PENDING},
    NoticeStatus.FAILED: set[NoticeStatus](),
    NoticeStatus.SENT: set[NoticeStatus](),
}
"""What may become of a notice from one thing that happens to the next; what was sent, or failed, stays so."""

DEEDS = ("beat", "plan", "deliver", "claim", "die", "report", "finish", "receive", "snooze", "block", "join", "leave")
steps = st.lists(
    st.tuples(st.sampled_from(DEEDS), st.integers(0, 3), st.sampled_from([0, 20, 55, 300, 700, 1440])),
    min_size=6,
    max_size=18,
)


async def _do(ward: Ward, deed: str, which: int, now: datetime) -> None:
    """One thing that happens; a process that dies leaves what it had claimed."""
    storage, person = ward.storage, (ward.an, ward.binh, ward.head, ward.leader)[which]
    match deed:
        case "beat":
            await ward.beat(now)
            return
        case "plan":
            await plan(storage, now)
            return
        case "deliver":
            await ward.deliver(now)
            return
    async with storage.writing() as records:
        tasks = await records.register.tasks(ward.office.id)
        task = tasks[which]
        match deed:
            case "claim":
                await records.outbox.claim(now, 2, channels=["telegram"])
            case "die":
                await records.outbox.give_up_dead(now, ["telegram"], [])
            case "report":
                await records.register.add_report(task, ward.an, Understood("report", percent=40.0), "40%", now)
            case "finish":
                done = Understood("report", status=TaskStatus.DONE)
                await records.register.add_report(task, ward.an, done, "xong", now)
            case "receive":
                rows = await records.notices.of_person(person.id, now - timedelta(days=3))
                await records.notices.acknowledge([row.id for row in rows], person.id, now)
            case "snooze":
                await records.snoozes.add(ward.office.id, person.id, now + timedelta(hours=30), "sau", now, task.id)
            case "block":
                for row in await records.outbox.claim(now, 1, channels=["telegram"]):
                    await records.outbox.unreachable(row.id, "blocked")
            case "join":
                await records.people.bind(person.id, "telegram", f"telegram{person.id}", f"telegram{person.id}")
            case "leave":
                if which == 1:
                    await records.people.deactivate(person.id)
                    await records.register.update_task(replace(task, assignee_id=ward.an.id))


async def _play(deeds: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with ward_in(Path(folder)) as ward:
            for number in range(4):
                owner = (ward.an, ward.binh)[number % 2]
                due = FIRST + timedelta(days=number)
                await ward.task(str(number), due, assignee_id=owner.id, lead_unit_id=ward.unit.id)
            now = at(FIRST, 7, 30)
            before: dict[int, NoticeStatus] = {}
            for deed, which, minutes in deeds:
                now += timedelta(minutes=minutes)
                await _do(ward, deed, which, now)
                before = await _holds(ward, before)
            now += timedelta(minutes=5)
            await ward.beat(now)
            assert await missed(ward.storage, now) == await _standing(ward, now)


async def _holds(ward: Ward, before: dict[int, NoticeStatus]) -> dict[int, NoticeStatus]:
    rows = await ward.ledger()
    assert len({row.notice.key for row in rows}) == len(rows)
    assert set(before) <= {row.id for row in rows}, "a row was lost"
    for row in rows:
        was = before.get(row.id, NoticeStatus.PENDING)
        assert row.status is was or row.status in MOVES[was], (was, row)
        assert row.status is not NoticeStatus.SENT or (row.message_id and row.sent_at), row
        assert row.status not in (NoticeStatus.CANCELLED, NoticeStatus.FAILED) or row.reason, row
        assert row.notice.subject.kind is SubjectKind.TASK and isinstance(row.notice.subject, Subject)
    return {row.id: row.status for row in rows}


async def _standing(ward: Ward, now: datetime) -> int:
    """What stands in the outbox because nobody has delivered for so long: all that may be missed after a beat."""
    rows = await ward.ledger()
    return sum(
        row.status is NoticeStatus.PENDING
        and row.message is not None
        and not row.reason
        and row.release_at < now - timedelta(minutes=15)
        for row in rows
    )


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_the_ledger_keeps_its_rules_in_any_order(deeds: list[tuple[str, int, int]]) -> None:
    asyncio.run(_play(deeds))
