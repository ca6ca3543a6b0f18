"""From the inbox to silence: what is not answered is kept with its reason, and people are told what is kept of them."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from bot.door import Door
from bot.erasing import AT_THE_LATEST, Erasing
from bot.gate import Gate
from bot.keeping import Folder
from bot.own_copy import OwnCopy
from bot.reception import Reception
from bot.turns import Turns
from domain.allowances import Allowances
from domain.blocking import Block, account_mark
from domain.messages import Reply, SentFile
from domain.people import Role
from domain.privacy import NOTICE_VERSION, Owner
from handlers.turn import Turn
from storage import Queued
from tests.bot.desk import NOW, Desk, Errand, Nothing, echo, open_desk, said

LAN = ("web", "dan-so-mot")
NOTICE = "gõ “dữ liệu của tôi”"


@contextlib.asynccontextmanager
async def guarded(
    folder: Path, errand: Errand | None, allowances: Allowances | None = None, *, notice: bool = False
) -> AsyncIterator[Desk]:
    """A desk with its door; without an errand the real ones answer."""
    async with open_desk(folder, echo, serving=False) as desk:
        clock = lambda: NOW  # noqa: E731
        channels: dict[str, Any] = {"web": desk.postbox}
        gate = Gate(allowances or Allowances(), clock)
        more: dict[str, Any] = {"respond": errand} if errand else {}
        turns = Turns(
            desk.storage,
            channels,
            Nothing(),
            clock,
            desk.nursery,
            on_queued=desk.delivery.ring,
            door=Door(desk.storage, channels, gate, desk.nursery, tells_privacy=notice),
            copy_data=OwnCopy(channels, clock),
            **more,
        )
        desk.reception = Reception(desk.storage, channels, turns, desk.nursery)
        desk.nursery.keep("reception", desk.reception.run)
        desk.nursery.keep("delivery", desk.delivery.run, ends_when_told=True)
        yield desk


async def _say(desk: Desk, number: int, text: str, visitor: str = LAN[1]) -> list[str]:
    """Say something; what was sent for it."""
    before = len(desk.postbox.delivered)
    await desk.receive(said(number, text, visitor))
    await desk.settled()
    return [text for _, text in desk.postbox.delivered[before:]]


async def test_a_flood_is_kept_whole_and_answered_once(tmp_path: Path) -> None:
    async with guarded(tmp_path, echo, Allowances(person_minute=5, person_hour=0)) as desk:
        await desk.receive(*(said(number, f"tin {number}") for number in range(60)))
        await desk.settled()
        words = [text for _, text in desk.postbox.delivered]
        assert words[:5] == [f"tin {n}" for n in range(5)]
        assert len(words) == 6 and "đợi một phút" in words[5]
        async with desk.storage.reading() as records:
            assert await records.inbox.counts() == {"new": 0, "done": 60, "dead": 0}
            assert await records.inbox.unanswered(NOW) == {"limit:person": 55}


async def test_a_blocked_account_is_stored_and_hears_nothing(tmp_path: Path) -> None:
    async with guarded(tmp_path, echo) as desk:
        async with desk.storage.writing() as records:
            await records.blocks.put(Block(*LAN, "quấy rối", NOW))
        assert await _say(desk, 1, "có ai không") == []
        assert await _say(desk, 2, "xin chào", "nguoi-khac-1") == ["xin chào"]
        async with desk.storage.writing() as records:
            assert await records.inbox.unanswered(NOW) == {"blocked": 1}
            await records.blocks.lift(*LAN)
        assert await _say(desk, 3, "có ai không") == ["có ai không"]


async def test_an_account_that_is_blocked_by_the_bot_is_told_to_the_administrator(tmp_path: Path) -> None:
    few = Allowances(person_minute=1, person_hour=0, abuse_minutes=1)
    async with guarded(tmp_path, echo, few) as desk:
        async with desk.storage.writing() as records:
            trang = await records.people.add(1, "Phan Thu Trang", Role.ADMINISTRATOR)
            await records.people.bind(trang.id, "web", "trang", "trang")
        with capture_logs() as lines:
            await _say(desk, 1, "một")
            await _say(desk, 2, "hai")
        assert any(chat == LAN[1] and "tạm ngừng trả lời đến" in text for chat, text in desk.postbox.delivered)
        assert await _say(desk, 3, "ba") == []
        mark = account_mark(*LAN)[:12]
        assert any(chat == "trang" and mark in text for chat, text in desk.postbox.delivered)
        assert any(line["event"].startswith("an account was blocked") for line in lines)
        async with desk.storage.reading() as records:
            (block,) = await records.blocks.holding(NOW)
            actions = [entry["action"] for entry in await records.audit.recent(1)]
        assert block.user_id == LAN[1] and block.until == NOW + few.block
        assert "account.blocked" in actions


async def test_an_office_that_is_off_keeps_what_comes_and_says_why(tmp_path: Path) -> None:
    async with guarded(tmp_path, None) as desk:
        async with desk.storage.writing() as records:
            await records.switches.turn(1, is_on=False, reason="Đang bảo trì", now=NOW)
        (words,) = await _say(desk, 1, "xin chào")
        assert "Lý do: Đang bảo trì." in words
        assert await _say(desk, 2, "xin chào") == []
        # One's own data is one's own, also then.
        assert "đang lưu của tài khoản này" in (await _say(desk, 3, "dữ liệu của tôi"))[0]
        async with desk.storage.writing() as records:
            assert await records.inbox.unanswered(NOW) == {"off": 2}
            await records.switches.turn(1, is_on=True, reason="", now=NOW)
        assert "trợ lý của" in (await _say(desk, 4, "xin chào"))[0]


async def test_what_is_kept_is_told_once_below_the_first_answer(tmp_path: Path) -> None:
    async with guarded(tmp_path, echo, notice=True) as desk:
        (first,) = await _say(desk, 1, "xin chào")
        assert first.startswith("xin chào\n\n") and NOTICE in first
        assert await _say(desk, 2, "chào") == ["chào"]
        async with desk.storage.reading() as records:
            assert await records.privacy.known([LAN], NOTICE_VERSION) == {LAN}


async def test_who_got_no_answer_is_told_at_the_next_one(tmp_path: Path) -> None:
    async def silent_at_first(turn: Turn) -> list[Reply]:
        return [] if turn.text == "một" else [Reply(turn.text)]

    async with guarded(tmp_path, silent_at_first, notice=True) as desk:
        assert await _say(desk, 1, "một") == []
        assert NOTICE in (await _say(desk, 2, "hai"))[0]


async def _erase_by_chat(desk: Desk) -> None:
    await _say(desk, 1, "xin chào")
    await _say(desk, 2, "xóa dữ liệu của tôi")
    pressed = said(3, "") | {"kind": "action", "action": "mydata:yes:1"}
    await desk.receive(pressed)
    await desk.settled()


async def test_a_wish_to_be_forgotten_outlives_the_process(tmp_path: Path) -> None:
    async with guarded(tmp_path, None, notice=True) as desk:
        await _erase_by_chat(desk)
        async with desk.storage.reading() as records:
            (wish,) = await records.erasures.open()
            assert not (await records.personal.holding(Owner(*LAN, LAN[1]))).is_empty
    # The next process finds the row.
    async with open_desk(tmp_path, echo, serving=False) as desk:
        erasing = Erasing(desk.storage, Folder(tmp_path), lambda: NOW)
        assert await erasing.erase_due() == 0
        assert await erasing.erase_due() == 0
        assert erasing.done_total == 1
        async with desk.storage.reading() as records:
            assert (await records.personal.holding(Owner(*LAN, LAN[1]))).is_empty
            (done,) = await records.erasures.recent()
            assert (done.mark, done.user_id) == (account_mark(*LAN), "")
            assert sum(done.counts.values()) > 0
            audited = [entry["action"] for entry in await records.audit.recent(1)]
        assert audited[:2] == ["privacy.erased", "privacy.erasure_asked"]
        assert wish.source == "chat"


async def test_the_last_word_is_waited_for_but_not_for_ever(tmp_path: Path) -> None:
    async with open_desk(tmp_path, echo, serving=False) as desk:
        moment = [NOW]
        erasing = Erasing(desk.storage, Folder(tmp_path), lambda: moment[0])
        async with desk.storage.writing() as records:
            await records.outbox.queue(
                channel="web", chat_id=LAN[1], reply=Reply("vâng"), key="last", now=NOW, cause="reply"
            )
            await records.erasures.ask(1, *LAN, LAN[1], "chat", NOW)
        assert await erasing.erase_due() == 1
        moment[0] = NOW + AT_THE_LATEST
        assert await erasing.erase_due() == 0


async def test_bytes_go_before_their_rows_and_a_second_try_finds_nothing_to_do(tmp_path: Path) -> None:
    async with open_desk(tmp_path, echo, serving=False) as desk:
        folder = Folder(tmp_path)
        name = folder.put(b"a photo")
        incoming = desk.postbox.read(said(1, ""))
        async with desk.storage.writing() as records:
            (number,) = await records.files.note(1, replace(incoming, files=(SentFile("a"),)), NOW)
            await records.files.keep(number, sha256=name, media_type="image/jpeg", size=9)
            await records.erasures.ask(1, *LAN, LAN[1], "chat", NOW)
        # Killed after the bytes went and before the rows did.
        folder.drop(name)
        assert await Erasing(desk.storage, folder, lambda: NOW).erase_due() == 0
        assert folder.get(name) is None
        async with desk.storage.reading() as records:
            assert await records.files.get(number) is None


async def test_a_copy_holds_what_was_said_and_answered(tmp_path: Path) -> None:
    async with guarded(tmp_path, None) as desk:
        await _say(desk, 1, "xin chào trợ lý ơi")
        await _say(desk, 2, "bản sao dữ liệu của tôi")
        async with desk.storage.reading() as records:
            rows = await records.outbox.history("web", LAN[1], 0, 10)
        text, as_json = rows[-1].reply.files
        assert "xin chào trợ lý ơi" in text.content.decode() and "xin chào trợ lý ơi" in as_json.content.decode()
        assert "Ủy ban nhân dân phường Thử" in text.content.decode()


async def test_a_copy_holds_nothing_that_others_said_of_the_account(tmp_path: Path) -> None:
    async with guarded(tmp_path, None) as desk:
        await _say(desk, 1, "xin chào trợ lý ơi")
        await desk.receive(said(2, "ông này gây ồn ban đêm", "nguoi-khac-1") | {"mentions": [{"id": LAN[1]}]})
        await desk.settled()
        await _say(desk, 3, "bản sao dữ liệu của tôi")
        async with desk.storage.reading() as records:
            rows = await records.outbox.history("web", LAN[1], 0, 10)
        copied = "".join(file.content.decode() for file in rows[-1].reply.files)
        assert "xin chào trợ lý ơi" in copied and "gây ồn" not in copied


async def test_who_writes_to_an_office_that_is_off_is_reached_again(tmp_path: Path) -> None:
    async with guarded(tmp_path, None) as desk:
        async with desk.storage.writing() as records:
            an = await records.people.add(1, "Lê Hoài An", Role.OFFICIAL)
            await records.people.bind(an.id, *LAN, LAN[1])
            await records.people.mark_reachable(*LAN, False)
            await records.outbox.queue_many([Queued("web", LAN[1], Reply("Đã sửa cống."), "case", NOW, "told")])
            (row,) = await records.outbox.claim(NOW, 50, (), ("web",), sender="s")
            await records.held.close(row, "-230", NOW, NOW, sender="s")
            await records.switches.turn(1, is_on=False, reason="Đang bảo trì", now=NOW)
        held, why = await _say(desk, 1, "xin chào")
        assert held == "Đã sửa cống." and "Đang bảo trì" in why
        async with desk.storage.reading() as records:
            (account,) = await records.people.accounts(an.id)
        assert account.reachable


@pytest.mark.parametrize("fails", [False, True])
async def test_no_log_line_holds_what_people_said_or_who_they_are(tmp_path: Path, fails: bool) -> None:
    secret = "số căn cước 079123456789 của tôi"

    async def trouble(turn: Turn) -> list[Reply]:
        if fails:
            raise ValueError("a rule was broken")
        return [Reply(turn.text)]

    structlog.reset_defaults()
    with capture_logs() as lines:
        async with guarded(tmp_path, trouble, Allowances(person_minute=2, abuse_minutes=1)) as desk:
            for number in range(4):
                await _say(desk, number, secret)
    assert lines
    told = repr([{k: v for k, v in line.items() if k != "exc_info"} for line in lines])
    assert "079123456789" not in told and LAN[1] not in told
