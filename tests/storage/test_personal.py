"""What is kept of an account, its copy and its end, on both databases."""

from dataclasses import replace
from datetime import date, timedelta

from domain.answers import Answer, AnswerStatus
from domain.blocking import Block, account_mark
from domain.feedback import FeedbackStatus, StepKind
from domain.messages import Incoming, Kind, Reply, SentFile
from domain.privacy import NOTICE_VERSION, Owner
from storage import FAREWELL, Queued, Repositories, Storage
from tests.storage.conftest import NOW, Ward

LAN = Owner("telegram", "4207", "4207")
HOA = Owner("telegram", "14207", "14207")
"""Another citizen, whose id has the first one's digits in it."""
DUE = date(2026, 6, 12)


def _said(owner: Owner, text: str = "chào", **more: object) -> Incoming:
    said = Incoming(owner.channel, "1", owner.chat_id, owner.user_id, Kind.TEXT, text, message_id=f"m{owner.user_id}")
    return replace(said, **more)  # type: ignore[arg-type]


async def _live(records: Repositories, ward: Ward, owner: Owner) -> None:
    """A citizen who asked, sent a photo by itself, and reported something with another photo."""
    raw = {"update_id": int(owner.user_id), "message": {"chat": {"id": int(owner.chat_id)}, "text": "chào"}}
    await records.inbox.store(owner.channel, [(owner.user_id, raw)], NOW)
    row = next(r for r in await records.inbox.waiting(0, 50, (owner.channel,)) if r.update_id == owner.user_id)
    await records.inbox.done(row.id, NOW)
    await records.conversations.put(owner.channel, owner.chat_id, ward.office.id, owner.person_id, {"a": 1}, NOW)
    answered = Answer(AnswerStatus.ANSWERED, "80%", "chỉ tiêu")
    await records.questions.note("chỉ tiêu", answered, _said(owner), None, NOW, ward.office.id)
    await records.outbox.queue_many([Queued(owner.channel, owner.chat_id, Reply("80%"), f"k{owner.user_id}", NOW, "r")])
    alone = _said(owner, files=(SentFile("alone"),))
    (lone,) = await records.files.note(ward.office.id, alone, NOW)
    (shown,) = await records.files.note(ward.office.id, replace(alone, files=(SentFile("shown"),), message_id="s"), NOW)
    await records.files.keep(lone, sha256=f"lone{owner.user_id}", media_type="image/jpeg", size=3)
    await records.files.keep(shown, sha256=f"shown{owner.user_id}", media_type="image/jpeg", size=3)
    case = await records.feedback.add(ward.office.id, _said(owner), "Cống tắc", "ngõ 4", ward.unit.id, DUE, NOW)
    await records.files.attach([shown], feedback_id=case.id)
    await records.privacy.show_many([(owner.channel, owner.user_id)], NOTICE_VERSION, NOW)


async def _deliver(records: Repositories) -> None:
    claimed = await records.outbox.claim(NOW, 50, (), ("telegram",))
    await records.outbox.sent_many([(row.id, str(row.id)) for row in claimed], NOW)


async def test_a_person_sees_what_is_kept_of_them_and_nothing_of_others(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        assert (await records.personal.holding(LAN)).is_empty
        await _live(records, ward, LAN)
        await _live(records, ward, HOA)
        holding = await records.personal.holding(LAN)
        kept = await records.personal.kept(LAN)
    assert holding.since == NOW
    kinds = ("messages", "talk", "questions", "answers", "files", "cases", "notice")
    assert [holding.of(kind) for kind in kinds] == [1, 1, 1, 1, 2, 1, 1]
    assert [row["said"] for row in kept.rows["cases"]] == ["Cống tắc"]
    assert [row["asked"] for row in kept.rows["questions"]] == ["chỉ tiêu"]
    assert len(kept.rows["steps"]) == 1
    assert "14207" not in str(kept)


async def test_what_is_on_its_way_is_waited_for(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        await _live(records, ward, LAN)
        assert not await records.personal.is_settled(LAN)
        await _deliver(records)
        assert await records.personal.is_settled(LAN)
        await records.inbox.store("telegram", [("99", {"message": {"chat": {"id": 4207}}})], NOW)
        assert not await records.personal.is_settled(LAN)
        assert await records.personal.is_settled(HOA)


async def test_what_waits_for_a_closed_chat_ends_with_the_account(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        await records.outbox.queue_many([Queued("zalo-oa", "4207", Reply("Đã sửa cống."), "case", NOW, "told")])
        (row,) = await records.outbox.claim(NOW, 50, (), ("zalo-oa",), sender="s")
        await records.held.close(row, "-230", NOW, NOW, sender="s")
        owner = replace(LAN, channel="zalo-oa")
        assert await records.personal.is_settled(owner), "nobody waits for a message that waits itself"
        assert (await records.personal.erase(owner, NOW))["answers"] == 1
        assert await records.held.release([("zalo-oa", "4207")], NOW) == 0


async def test_a_citizen_is_forgotten_and_the_case_stays(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        await _live(records, ward, LAN)
        await _live(records, ward, HOA)
        await _deliver(records)
        assert await records.personal.loose_files(LAN) == ["lone4207"]
        await records.blocks.put(Block("telegram", "4207", "thử", NOW))
        counts = await records.personal.erase(LAN, NOW)
        assert {kind: counts[kind] for kind in ("messages", "answers", "questions", "talk", "files", "cases")} == {
            "messages": 1, "answers": 1, "questions": 1, "talk": 1, "files": 1, "cases": 1,
        }  # fmt: skip
        assert (await records.personal.holding(LAN)).is_empty
        assert not any((await records.personal.erase(LAN, NOW)).values())
        assert not (await records.personal.holding(HOA)).is_empty
        # Delivered once more by the app, the message does not come back.
        assert await records.inbox.store("telegram", [("4207", {"message": {}})], NOW) == 0
        mine, hers = await records.feedback.of_office(ward.office.id)
        assert (mine.said, mine.channel, mine.chat_id, mine.user_id) == ("Cống tắc", "", "", "")
        assert hers.user_id == "14207"
        assert [step.kind for step in await records.feedback.steps(mine.id)] == [StepKind.SENT, StepKind.PARTED]
        (photo,) = await records.files.of_feedback(mine.id)
        assert (photo.sha256, photo.user_id, photo.chat_id, photo.remote_id) == ("shown4207", "", "", "")
        assert await records.blocks.among({("telegram", "4207")}, NOW)


async def test_bytes_that_somebody_else_sent_too_are_kept(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        for owner in (LAN, HOA):
            (number,) = await records.files.note(ward.office.id, _said(owner, files=(SentFile("same"),)), NOW)
            await records.files.keep(number, sha256="same", media_type="image/jpeg", size=3)
        assert await records.personal.loose_files(LAN) == []
        await records.personal.erase(LAN, NOW)
        assert await records.personal.loose_files(HOA) == ["same"]


async def test_of_staff_the_account_and_the_talk_end_and_nothing_of_the_register(storage: Storage, ward: Ward) -> None:
    owner = replace(LAN, person_id=ward.person.id)
    async with storage.writing() as records:
        await records.people.bind(ward.person.id, "telegram", "4207", "4207")
        await records.people.bind(ward.person.id, "web", "dao", "dao")
        await _live(records, ward, owner)
        await _deliver(records)
        counts = await records.personal.erase(owner, NOW)
        assert counts["account"] == 1
        assert [a.channel for a in await records.people.accounts(ward.person.id)] == ["web"]
        assert await records.people.get(ward.person.id) == ward.person


async def test_a_wish_names_the_account_only_until_it_is_done(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        asked = (ward.office.id, "telegram", "4207", "4207", "chat", NOW)
        assert await records.erasures.ask(*asked)
        assert not await records.erasures.ask(*asked)
        (wish,) = await records.erasures.open()
        assert (wish.user_id, wish.mark, wish.done_at) == ("4207", account_mark("telegram", "4207"), None)
        await records.erasures.done(wish.id, {"messages": 3}, NOW)
        assert await records.erasures.open() == []
        assert not await records.erasures.is_open("telegram", "4207")
        (done,) = await records.erasures.recent()
        assert (done.channel, done.user_id, done.chat_id, done.counts) == ("", "", "", {"messages": 3})
        assert await records.erasures.ask(*asked)
        assert await records.erasures.forget(NOW + timedelta(days=1)) == 1


async def test_the_notice_is_shown_once_in_each_wording(storage: Storage) -> None:
    user = ("telegram", "4207")
    async with storage.writing() as records:
        assert await records.privacy.known([user], "a") == frozenset()
        await records.privacy.show_many([user], "a", NOW)
        await records.privacy.agree(*user, NOW)
        await records.privacy.withdraw(*user, NOW)
        shown = await records.privacy.of(*user)
        assert shown is not None
        assert (shown.version, shown.agreed_at, shown.withdrawn_at) == ("a", NOW, NOW)
        assert await records.privacy.known([user], "a") == {user}
        assert await records.privacy.known([user], "b") == frozenset()
        await records.privacy.show_many([user], "b", NOW)
        again = await records.privacy.of(*user)
        assert again is not None
        assert (again.version, again.agreed_at) == ("b", None)
        assert await records.privacy.of("web", "4207") is None


async def test_what_ages_is_dropped_a_little_at_a_time(storage: Storage, ward: Ward) -> None:
    later = NOW + timedelta(days=10)
    async with storage.writing() as records:
        await _live(records, ward, LAN)
        await _live(records, ward, HOA)
        await records.blocks.put(Block("telegram", "1", "", NOW, until=NOW))
        await records.blocks.put(Block("telegram", "2", "", NOW))
        assert await records.personal.drop("questions", NOW, 10) == 0
        assert await records.personal.drop("questions", later, 1) == 1
        assert await records.personal.drop("questions", later, 10) == 1
        assert await records.personal.drop("talks", later, 10) == 2
        assert await records.personal.drop("blocks", later, 10) == 1
        count, names = await records.personal.drop_loose_files(later, 10)
        assert (count, sorted(names)) == (2, ["lone14207", "lone4207"])
        assert await records.personal.drop_loose_files(later, 10) == (0, [])


async def test_closed_cases_lose_their_account_when_their_time_is_over(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        await _live(records, ward, LAN)
        (case,) = await records.feedback.of_office(ward.office.id)
        assert await records.personal.part_from_closed_cases(NOW + timedelta(days=1), 10, NOW) == 0
        assert await records.feedback.move(case.id, (case.status,), FeedbackStatus.CLOSED)
        assert await records.personal.part_from_closed_cases(NOW, 10, NOW) == 0
        assert await records.personal.part_from_closed_cases(NOW + timedelta(days=1), 10, NOW) == 1
        (parted,) = await records.feedback.of_office(ward.office.id)
        assert parted.user_id == ""


async def test_the_last_message_outlives_the_rest_by_a_day(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        last = Queued(LAN.channel, LAN.chat_id, Reply("Tôi xóa ngay."), "last", NOW, FAREWELL)
        await records.outbox.queue_many([last])
        await _deliver(records)
        assert (await records.personal.holding(LAN)).is_empty
        assert not any((await records.personal.erase(LAN, NOW)).values())
        assert [row.reply.text for row in await records.outbox.history("telegram", LAN.chat_id, 0, 9)] == [
            "Tôi xóa ngay."
        ]
        assert await records.personal.drop_farewells(NOW) == 0
        assert await records.personal.drop_farewells(NOW + timedelta(days=1)) == 1


async def test_an_id_beyond_ascii_is_found_in_what_was_stored(storage: Storage) -> None:
    async with storage.writing() as records:
        await records.inbox.store("terminal", [("1", {"account": "Đào", "text": "chào"})], NOW)
        (row,) = await records.inbox.waiting(0, 9, ("terminal",))
        await records.inbox.done(row.id, NOW)
        assert (await records.personal.holding(Owner("terminal", "Đào", "Đào"))).of("messages") == 1


async def test_what_waits_for_a_closed_chat_is_forgotten_too_and_an_update_played_back_stays_away(
    storage: Storage, ward: Ward
) -> None:
    owner = Owner("zalo-bot", "a1b2", "a1b2")
    raw = {"event_name": "message.text.received", "message": {"chat": {"id": "a1b2"}, "text": "chào"}}
    async with storage.writing() as records:
        await records.inbox.store("zalo-bot", [("a1b2:m1", raw)], NOW)
        (update,) = await records.inbox.waiting(0, 9, ("zalo-bot",))
        await records.inbox.done(update.id, NOW)
        await records.outbox.queue_many([Queued("zalo-bot", "a1b2", Reply("đã sửa"), "k", NOW, "told")])
        (row,) = await records.outbox.claim(NOW, 9, (), ("zalo-bot",), sender="s")
        await records.held.close(row, "-230", NOW, NOW, sender="s")
        assert await records.personal.is_settled(owner)
        counts = await records.personal.erase(owner, NOW)
        assert (counts["messages"], counts["answers"]) == (1, 1)
        assert (await records.outbox.counts())["held"] == 0
        assert (await records.personal.holding(owner)).is_empty
        assert await records.inbox.store("zalo-bot", [("a1b2:m1", raw)], NOW) == 0
