"""Citizens' cases: found by their codes, moved by one only, counted and shut out."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

from domain.feedback import OPEN, FeedbackStatus, StepKind, code_in
from domain.messages import Incoming, Kind, SentFile
from storage import Storage
from tests.storage.conftest import NOW, Ward

DUE = date(2026, 3, 12)
LAN = Incoming(channel="telegram", update_id="1", chat_id="42", user_id="42", kind=Kind.TEXT, message_id="7")
HOA = replace(LAN, chat_id="43", user_id="43")


async def test_a_case_is_found_by_its_code_and_by_who_sent_it(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        case = await records.feedback.add(ward.office.id, LAN, "Cống tắc", "tổ 4", ward.unit.id, DUE, NOW)
        other = await records.feedback.add(ward.office.id, HOA, "Rác", "", None, DUE, NOW)
    assert code_in(f"xem giúp {case.code.lower()} với") == case.code
    assert case.code != other.code
    async with storage.reading() as records:
        assert await records.feedback.by_code(ward.office.id, case.code) == case
        assert await records.feedback.by_code(ward.office.id + 1, case.code) is None
        assert await records.feedback.of_account(ward.office.id, "telegram", "42") == [case]
        assert await records.feedback.of_account(ward.office.id, "web", "42") == []
        assert await records.feedback.get(other.id + 100) is None
    assert (case.said, case.place, case.unit_name, case.status, case.due, case.at) == (
        "Cống tắc", "tổ 4", ward.unit.name, FeedbackStatus.NEW, DUE, NOW,
    )  # fmt: skip
    assert (other.unit_id, other.unit_name) == (None, "")


async def test_the_office_sees_its_cases_by_unit_state_and_time(storage: Storage, ward: Ward) -> None:
    later = NOW + timedelta(days=40)
    async with storage.writing() as records:
        mine = await records.feedback.add(ward.office.id, LAN, "Cống tắc", "", ward.unit.id, DUE, NOW)
        nobodys = await records.feedback.add(ward.office.id, LAN, "Khác", "", None, DUE, later)
        assert await records.feedback.move(nobodys.id, OPEN, FeedbackStatus.CLOSED)
        cases = records.feedback
        assert [c.id for c in await cases.of_office(ward.office.id)] == [mine.id, nobodys.id]
        assert [c.id for c in await cases.of_office(ward.office.id, unit_id=ward.unit.id)] == [mine.id]
        assert [c.id for c in await cases.of_office(ward.office.id, statuses=OPEN)] == [mine.id]
        assert [c.id for c in await cases.of_office(ward.office.id, since=later)] == [nobodys.id]
        assert await cases.of_office(ward.office.id + 1) == []


async def test_what_happened_is_kept_in_order_with_who_did_it(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        case = await records.feedback.add(ward.office.id, LAN, "Cống tắc", "", None, DUE, NOW)
        await records.feedback.pass_on(case.id, ward.unit.id)
        await records.feedback.note(case.id, StepKind.ROUTED, NOW, ward.unit.name, ward.person.id)
        await records.feedback.note(case.id, StepKind.ADDED, NOW, "Vẫn tắc")
    async with storage.reading() as records:
        steps = await records.feedback.steps(case.id)
        moved = await records.feedback.get(case.id)
    assert [(s.kind, s.said, s.person_name) for s in steps] == [
        (StepKind.SENT, "", ""),
        (StepKind.ROUTED, ward.unit.name, ward.person.name),
        (StepKind.ADDED, "Vẫn tắc", ""),
    ]
    assert moved is not None and moved.unit_id == ward.unit.id


async def test_of_two_who_answer_at_once_one_does(storage: Storage, other_process: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        case = await records.feedback.add(ward.office.id, LAN, "Cống tắc", "", ward.unit.id, DUE, NOW)

    async def answer(where: Storage) -> bool:
        async with where.writing() as records:
            return await records.feedback.move(case.id, OPEN, FeedbackStatus.ANSWERED)

    assert sorted(await asyncio.gather(answer(storage), answer(other_process))) == [False, True]


async def test_a_case_opened_again_gets_another_day(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        case = await records.feedback.add(ward.office.id, LAN, "Cống tắc", "", ward.unit.id, DUE, NOW)
        await records.feedback.move(case.id, OPEN, FeedbackStatus.ANSWERED)
        later = DUE + timedelta(days=5)
        assert await records.feedback.move(case.id, (FeedbackStatus.ANSWERED,), FeedbackStatus.ACCEPTED, later)
        found = await records.feedback.get(case.id)
    assert found is not None
    assert (found.status, found.due) == (FeedbackStatus.ACCEPTED, later)
    assert found.is_late(later + timedelta(days=1)) and not found.is_late(later)


async def test_photos_belong_to_the_case(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        case = await records.feedback.add(ward.office.id, LAN, "Cống tắc", "", None, DUE, NOW)
        ids = await records.files.note(ward.office.id, replace(LAN, files=(SentFile("a"), SentFile("b"))), NOW)
        await records.files.attach(ids, feedback_id=case.id)
    async with storage.reading() as records:
        assert [file.id for file in await records.files.of_feedback(case.id)] == ids


async def test_an_account_is_shut_out_and_let_in(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        await records.feedback.block(ward.office.id, "telegram", "42", NOW)
        await records.feedback.block(ward.office.id, "telegram", "42", NOW)
        assert await records.feedback.is_blocked(ward.office.id, "telegram", "42")
        assert not await records.feedback.is_blocked(ward.office.id, "telegram", "43")
        assert not await records.feedback.is_blocked(ward.office.id + 1, "telegram", "42")
        assert [row["user_id"] for row in await records.feedback.blocked(ward.office.id)] == ["42"]
        await records.feedback.unblock(ward.office.id, "telegram", "42")
        assert not await records.feedback.is_blocked(ward.office.id, "telegram", "42")
