"""From the inbox to the outbox: one effect each, in order, and nobody is left without a word."""

import asyncio
from pathlib import Path

import texts
from domain.messages import Reply
from domain.people import Role
from handlers.turn import Turn
from tests.bot.desk import echo, open_desk, said


async def test_an_update_delivered_five_times_has_one_effect(tmp_path: Path) -> None:
    async with open_desk(tmp_path, echo) as desk:
        new = [await desk.receive(said(1, "xin chào"), said(1, "xin chào")) for _ in range(5)]
        await desk.settled()
        assert new == [1, 0, 0, 0, 0]
        assert desk.postbox.delivered == [("dan-so-mot", "xin chào")]


async def test_one_chat_is_answered_in_order_and_another_does_not_wait_for_it(tmp_path: Path) -> None:
    gate = asyncio.Event()

    async def slow_for_one(turn: Turn) -> list[Reply]:
        if turn.incoming.chat_id == "cham":
            await gate.wait()
        return [Reply(turn.text)]

    async with open_desk(tmp_path, slow_for_one) as desk:
        await desk.receive(*(said(n, f"việc {n}", "cham") for n in range(10)), said(90, "gấp", "nhanh"))
        async with asyncio.timeout(10):
            while not desk.postbox.delivered:
                await asyncio.sleep(0.01)
        assert desk.postbox.delivered == [("nhanh", "gấp")]
        gate.set()
        await desk.settled()
        assert [text for chat, text in desk.postbox.delivered if chat == "cham"] == [f"việc {n}" for n in range(10)]


async def test_a_failing_errand_changes_nothing_and_the_person_is_told(tmp_path: Path) -> None:
    async def breaks(turn: Turn) -> list[Reply]:
        records = await turn.records()
        await records.audit.note(turn.office.id, None, "half.done", "x", turn.now)
        turn.memory["half"] = "done"
        raise RuntimeError("an errand with a bug")

    async with open_desk(tmp_path, breaks) as desk:
        await desk.receive(said(1, "xin chào"))
        await desk.settled()
        assert desk.postbox.delivered == [("dan-so-mot", texts.say("errors.unexpected"))]
        async with desk.storage.reading() as records:
            assert await records.conversations.get("web", "dan-so-mot") == {}
            (letter,) = await records.inbox.dead_letters()
            assert "an errand with a bug" in letter.error
            assert not await records.audit.recent()


async def test_an_unreadable_update_does_not_stop_those_behind_it(tmp_path: Path) -> None:
    async with open_desk(tmp_path, echo) as desk:
        await desk.reception.accept("web", [("broken", "{not json"), ("odd", {"visitor": 7}), ("list", "[1, 2]")])
        await desk.receive(said(1, "còn ai không?"))
        await desk.settled()
        assert desk.postbox.delivered == [("dan-so-mot", "còn ai không?")]
        inbox, _ = await desk.rows()
        assert inbox == {"new": 0, "done": 1, "dead": 3}


async def test_what_was_accepted_before_a_stop_is_answered_after_it(tmp_path: Path) -> None:
    async with open_desk(tmp_path, echo, serving=False) as desk:
        await desk.receive(said(1, "một"), said(2, "hai"))
    async with open_desk(tmp_path, echo) as desk:
        await desk.settled()
        assert [text for _, text in desk.postbox.delivered] == ["một", "hai"]


async def test_memory_and_replies_are_kept_together(tmp_path: Path) -> None:
    async def counts(turn: Turn) -> list[Reply]:
        turn.memory["count"] = turn.memory.get("count", 0) + 1
        return [Reply(f"lần {turn.memory['count']}")]

    for start in range(3):
        async with open_desk(tmp_path, counts) as desk:
            await desk.receive(said(start, "nữa"))
            await desk.settled()
            assert desk.postbox.delivered == [("dan-so-mot", f"lần {start + 1}")]


async def test_a_long_reply_goes_out_in_parts_in_order(tmp_path: Path) -> None:
    async def long(turn: Turn) -> list[Reply]:
        return [Reply("\n\n".join(f"Đoạn {n}. " + "chữ " * 200 for n in range(30)))]

    async with open_desk(tmp_path, long) as desk:
        await desk.receive(said(1, "kể hết đi"))
        await desk.settled()
        sent = [text for _, text in desk.postbox.delivered]
        assert len(sent) > 3
        assert "".join(sent).replace(" ", "").replace("\n", "").count("Đoạn") == 30


async def test_who_writes_again_can_be_reminded_again(tmp_path: Path) -> None:
    async with open_desk(tmp_path, echo) as desk:
        async with desk.storage.writing() as records:
            (office,) = await records.offices.all()
            person = await records.people.add(office.id, "Nguyễn Văn Mẫu", Role.OFFICIAL)
            await records.people.bind(person.id, "web", "dan-so-mot", "dan-so-mot")
            await records.people.mark_reachable("web", "dan-so-mot", False)
        await desk.receive(said(1, "tôi quay lại rồi"))
        await desk.settled()
        async with desk.storage.reading() as records:
            (account,) = await records.people.accounts(person.id)
        assert account.reachable
