"""What the Telegram channel sends, and what it says when it cannot."""

import asyncio
import json
import logging
import socket
import subprocess
import sys
import time
import traceback
from pathlib import Path

import pytest

from bot.channels.telegram import Telegram as TelegramChannel
from domain.messages import Attachment, Button, Incoming, Kind, Reply
from domain.ports import Channel, SendFailed
from tests.platforms.telegram import TOKEN, StandIn, Telegram

ROOT = Path(__file__).resolve().parents[2]
SECRET = TOKEN.partition(":")[2]
SHEET = Attachment("báo cáo.xlsx", "application/octet-stream", b"PK\x00" * 100)
CHART = Attachment("chart.png", "image/png", b"\x89PNG")


async def failure_of(channel: TelegramChannel, chat: int | str, reply: Reply | None = None) -> SendFailed:
    with pytest.raises(SendFailed) as failed:
        await channel.send(str(chat), reply or Reply("Chào"))
    return failed.value


async def test_a_text_goes_out_plain_with_one_button_a_line(telegram: Telegram, channel: TelegramChannel) -> None:
    lan = telegram.user()
    text = "Số 57-NQ/TW: <b>&amp; _80%_ *mới*"
    message_id = await channel.send(str(lan.id), Reply(text, (Button("Đồng ý", "yes:4"), Button("Thôi", "no"))))
    [seen] = lan.messages()
    assert (str(seen.message_id), seen.text) == (message_id, text)
    assert [[(b.label, b.data) for b in row] for row in seen.rows] == [[("Đồng ý", "yes:4")], [("Thôi", "no")]]


async def test_a_text_of_the_whole_limit_goes_out(telegram: Telegram, channel: TelegramChannel) -> None:
    lan = telegram.user()
    await channel.send(str(lan.id), Reply("ắ" * channel.limits.text_units))
    assert len(lan.messages()[0].text) == channel.limits.text_units


async def test_a_file_goes_out_with_its_text_and_buttons_in_one_message(
    telegram: Telegram, channel: TelegramChannel
) -> None:
    lan = telegram.user()
    await channel.send(str(lan.id), Reply("Báo cáo tuần", (Button("Gửi", "send"),), files=(SHEET,)))
    [seen] = lan.messages()
    assert (seen.kind, seen.text, seen.labels) == ("document", "Báo cáo tuần", ["Gửi"])
    assert seen.file is not None and seen.file["name"] == SHEET.name
    assert telegram.file(seen) == SHEET.content


async def test_many_files_go_first_and_the_text_with_the_buttons_last(
    telegram: Telegram, channel: TelegramChannel
) -> None:
    lan = telegram.user()
    reply = Reply("Đây ạ", (Button("Xong", "done"),), files=(SHEET,), pictures=(CHART,))
    message_id = await channel.send(str(lan.id), reply)
    assert [(m.kind, m.text, m.labels) for m in lan.messages()] == [
        ("photo", "", []),
        ("document", "", []),
        ("text", "Đây ạ", ["Xong"]),
    ]
    assert message_id == str(lan.messages()[-1].message_id)


async def test_a_text_too_long_to_stand_under_a_file_goes_beside_it(
    telegram: Telegram, channel: TelegramChannel
) -> None:
    lan = telegram.user()
    await channel.send(str(lan.id), Reply("a" * 1025, files=(SHEET,)))
    assert [m.kind for m in lan.messages()] == ["document", "text"]


async def test_files_alone_carry_the_buttons_on_the_last(telegram: Telegram, channel: TelegramChannel) -> None:
    lan = telegram.user()
    await channel.send(str(lan.id), Reply("", (Button("Xong", "done"),), files=(SHEET, SHEET)))
    assert [(m.kind, m.labels) for m in lan.messages()] == [("document", []), ("document", ["Xong"])]


async def test_a_reply_that_asks_for_the_number_offers_one_button_for_it(
    telegram: Telegram, channel: TelegramChannel
) -> None:
    lan = telegram.user()
    await channel.send(str(lan.id), Reply("Tham gia?", asks_phone=True))
    (sent,) = telegram.journal("sendMessage")
    markup = sent["parameters"]["reply_markup"]
    (row,) = (json.loads(markup) if isinstance(markup, str) else markup)["keyboard"]
    assert row == [{"text": "Gửi số điện thoại của tôi", "request_contact": True}]


async def test_a_reply_with_nothing_in_it_is_rejected(telegram: Telegram, channel: TelegramChannel) -> None:
    assert (await failure_of(channel, telegram.user().id, Reply(" "))).kind == "rejected"


async def test_half_a_character_does_not_hold_up_the_rest(telegram: Telegram, channel: TelegramChannel) -> None:
    lan = telegram.user()
    await channel.send(str(lan.id), Reply("một\ud83c"))
    await channel.send(str(lan.id), Reply("hai\ud83c", files=(SHEET,)))
    assert [m.text for m in lan.messages()] == ["một?", "hai?"]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("blocked", "unreachable"),
        ("deactivated", "unreachable"),
        ("chat_not_found", "unreachable"),
        ("rejected", "rejected"),
        ("server_error", "retry"),
        ("bad_gateway", "retry"),
        ("unauthorized", "retry"),
        ("reset_before", "uncertain"),
        ("reset_after", "uncertain"),
    ],
)
async def test_each_failure_says_what_to_do(
    telegram: Telegram, channel: TelegramChannel, fault: str, kind: str
) -> None:
    lan = telegram.user()
    telegram.fault(fault, "sendMessage")
    assert (await failure_of(channel, lan.id)).kind == kind
    assert len(lan.messages()) == (fault == "reset_after")
    await channel.send(str(lan.id), Reply("Sau đó"))


async def test_too_many_requests_says_when_to_try_again(telegram: Telegram, channel: TelegramChannel) -> None:
    telegram.fault("too_many", "sendMessage", retry_after=7)
    failure = await failure_of(channel, telegram.user().id)
    assert (failure.kind, failure.after) == ("retry", 7.0)


async def test_a_call_that_hangs_is_uncertain(telegram: Telegram) -> None:
    channel = TelegramChannel(telegram.token, telegram.url, call_timeout=0.3)
    lan = telegram.user()
    telegram.fault("hang_after", "sendMessage")
    assert (await failure_of(channel, lan.id)).kind == "uncertain"
    assert len(lan.messages()) == 1
    await channel.close()


async def test_a_server_that_is_not_there_is_one_to_try_again() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    channel = TelegramChannel(TOKEN, f"http://127.0.0.1:{port}")
    assert (await failure_of(channel, 1)).kind == "retry"
    await channel.close()


async def test_a_reply_that_breaks_off_after_a_part_is_uncertain(telegram: Telegram, channel: TelegramChannel) -> None:
    lan = telegram.user()
    telegram.fault("too_many", "sendMessage", retry_after=3)
    failure = await failure_of(channel, lan.id, Reply("Đây ạ", files=(SHEET, SHEET)))
    assert (failure.kind, failure.after) == ("uncertain", 3.0)
    telegram.fault("too_many", "sendDocument")
    assert (await failure_of(channel, lan.id, Reply("Đây ạ", files=(SHEET, SHEET)))).kind == "retry"


async def test_a_group_that_moved_is_followed_and_remembered(telegram: Telegram, channel: TelegramChannel) -> None:
    group = telegram.group()
    moved = telegram.migrate(group)
    await channel.send(str(group), Reply("Một"))
    await channel.send(str(group), Reply("Hai"))
    assert [m.text for m in telegram.bot_messages(moved)] == ["Một", "Hai"]
    assert [call["status"] for call in telegram.journal("sendMessage")] == [400, 200, 200]


async def test_a_pressed_button_is_acknowledged_and_a_failure_is_swallowed(
    telegram: Telegram, channel: TelegramChannel
) -> None:
    lan = telegram.user()
    await channel.send(str(lan.id), Reply("Chọn", (Button("Có", "y"),)))
    query_id = lan.presses("Có")
    [raw] = await channel.get_updates(None, 5)
    incoming = channel.read(raw)
    assert (incoming.kind, incoming.action) == (Kind.ACTION, "y")
    await channel.acknowledge(incoming)
    assert telegram.answers()[query_id] is not None
    telegram.fault("server_error", "answerCallbackQuery")
    await channel.acknowledge(incoming)
    await channel.acknowledge(Incoming("telegram", "1", "1", "1", Kind.ACTION, callback_id="gone"))


async def test_updates_come_undecoded_and_poison_holds_up_nobody(telegram: Telegram, channel: TelegramChannel) -> None:
    lan = telegram.user()
    poison = telegram.do("poison", user=lan.id)
    strange = telegram.inject({"message": {"message_id": 1, "hologram": {"depth": [1, {"x": None}]}}}, lane=lan.id)
    known = lan.says("Chào")
    raw = await channel.get_updates(None, 5)
    assert [update["update_id"] for update in raw] == [poison, strange, known]
    assert raw[1]["message"]["hologram"] == {"depth": [1, {"x": None}]}
    assert await channel.get_updates(known + 1, 0) == []
    assert telegram.pending() == 0


async def test_a_poll_ends_when_it_is_cancelled(telegram: Telegram, channel: TelegramChannel) -> None:
    poll = asyncio.get_running_loop().create_task(channel.get_updates(None, 30))
    await telegram.wait_for_calls("getUpdates", 1)
    began = time.monotonic()
    poll.cancel()
    with pytest.raises(asyncio.CancelledError):
        await poll
    assert time.monotonic() - began < 2


async def test_two_pollers_are_told_of_the_conflict(telegram: Telegram, channel: TelegramChannel) -> None:
    older = asyncio.get_running_loop().create_task(channel.get_updates(None, 30))
    await telegram.wait_for_calls("getUpdates", 1)
    telegram.user().says("Chào")
    assert len(await older) == 1
    await channel.set_webhook("https://example.org/hook", "s")
    with pytest.raises(SendFailed, match="webhook is active") as failed:
        await channel.get_updates(None, 1)
    assert failed.value.kind == "retry"


async def test_the_webhook_is_set_with_its_secret_shown_and_deleted(
    telegram: Telegram, channel: TelegramChannel
) -> None:
    await channel.set_webhook("https://example.org/webhooks/telegram", "bi-mat")
    assert telegram.do("webhook")["secret"] == "bi-mat"
    assert (await channel.webhook_info())["url"] == "https://example.org/webhooks/telegram"
    await channel.delete_webhook()
    assert (await channel.webhook_info())["url"] == ""


async def test_the_menu_of_commands_and_the_bots_name(telegram: Telegram, channel: TelegramChannel) -> None:
    await channel.set_commands([("viec", "Việc của tôi")])
    assert telegram.do("commands") == [{"command": "viec", "description": "Việc của tôi"}]
    assert (await channel.me())["username"] == "stand_in_bot"


async def test_a_message_is_given_other_words_and_buttons(telegram: Telegram, channel: TelegramChannel) -> None:
    lan = telegram.user()
    sent = await channel.send(str(lan.id), Reply("Gửi?", (Button("Gửi", "yes"), Button("Thôi", "no"))))
    await channel.edit(str(lan.id), sent, Reply("Gửi?\n\nĐã gửi", (Button("Xem", "show"),)))
    [seen] = lan.messages()
    assert (seen.text, seen.labels, seen.edited) == ("Gửi?\n\nĐã gửi", ["Xem"], True)


async def test_what_stands_under_a_picture_is_edited_and_the_picture_stays(
    telegram: Telegram, channel: TelegramChannel
) -> None:
    lan = telegram.user()
    sent = await channel.send(str(lan.id), Reply("Biểu đồ", (Button("Gửi", "yes"),), pictures=(CHART,)))
    await channel.edit(str(lan.id), sent, Reply("Biểu đồ, đã gửi"))
    await channel.edit(str(lan.id), sent, Reply("Quá dài " * 200, (Button("Lại", "again"),)))
    [seen] = lan.messages()
    assert (seen.kind, seen.text, seen.labels) == ("photo", "Biểu đồ, đã gửi", ["Lại"])


@pytest.mark.parametrize("trouble", ["the same", "gone", "too old"])
async def test_an_edit_that_is_over_leaves_the_message_as_it_is(
    telegram: Telegram, channel: TelegramChannel, trouble: str
) -> None:
    lan = telegram.user()
    sent = await channel.send(str(lan.id), Reply("Nháp"))
    if trouble == "too old":
        telegram.freeze_messages(lan.id)
    target = "99999" if trouble == "gone" else sent
    await channel.edit(str(lan.id), target, Reply("Nháp" if trouble == "the same" else "Bản chính"))
    assert [(m.text, m.edited) for m in lan.messages()] == [("Nháp", False)]
    assert telegram.tally()["editMessageText"] == 1


async def test_an_edit_that_must_wait_says_how_long(telegram: Telegram, channel: TelegramChannel) -> None:
    lan = telegram.user()
    sent = await channel.send(str(lan.id), Reply("Nháp"))
    telegram.fault("too_many", "editMessageText", retry_after=9)
    with pytest.raises(SendFailed) as failed:
        await channel.edit(str(lan.id), sent, Reply("Bản chính"))
    assert (failed.value.kind, failed.value.after) == ("retry", 9.0)
    with pytest.raises(SendFailed) as failed:
        await channel.edit(str(lan.id), "không phải số", Reply("Bản chính"))
    assert failed.value.kind == "rejected"


async def test_typing_is_shown_and_its_failing_is_swallowed(telegram: Telegram, channel: TelegramChannel) -> None:
    lan = telegram.user()
    await channel.busy(str(lan.id))
    for fault in ("too_many", "blocked", "reset_before"):
        telegram.fault(fault, "sendChatAction")
        await channel.busy(str(lan.id))
    statuses = [call["status"] for call in telegram.journal("sendChatAction")]
    assert (statuses[0], len(statuses)) == (200, 4)


async def test_a_group_is_left_and_one_that_became_another_too(telegram: Telegram, channel: TelegramChannel) -> None:
    group = telegram.group("Tổ công tác")
    await channel.leave(str(telegram.migrate(group)))
    other = telegram.group("Tổ khác")
    moved = telegram.migrate(other)
    await channel.leave(str(other))
    with pytest.raises(SendFailed) as failed:
        await channel.leave(str(moved))
    assert failed.value.kind == "unreachable"


@pytest.mark.parametrize(
    "trouble", ["no server", "wrong token", "not a token", "bad gateway", "reset", "hang", "bad url"]
)
async def test_no_failure_tells_the_token(
    trouble: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = {"wrong token": TOKEN[:-1] + "9", "not a token": "rubbish-" + SECRET}.get(trouble, TOKEN)
    with StandIn() as telegram:
        urls = {"no server": "http://127.0.0.1:1", "bad url": "http://[:::"}
        channel = TelegramChannel(wrong, urls.get(trouble, telegram.url), call_timeout=0.3)
        faults = {"bad gateway": "bad_gateway", "reset": "reset_after", "hang": "hang"}
        if trouble in faults:
            telegram.fault(faults[trouble], times=-1)
        for call in (channel.send("1", Reply("Chào")), channel.get_updates(None, 0), channel.me()):
            with pytest.raises(SendFailed) as failed:
                await asyncio.wait_for(call, 15)
            told = "".join(traceback.format_exception(failed.value)) + repr(failed.value) + failed.value.reason
            assert SECRET[:-1] not in told
            assert failed.value.__context__ is None
        await channel.acknowledge(Incoming("telegram", "1", "1", "1", Kind.ACTION, callback_id="1"))
        assert SECRET[:-1] not in repr(channel)
        await channel.close()
    assert SECRET[:-1] not in caplog.text + "".join(capfd.readouterr())


def test_the_channel_is_a_channel_and_loads_aiogram_only_when_it_calls() -> None:
    channel: Channel = TelegramChannel(TOKEN, per_second=100)
    assert (channel.limits.per_second, channel.limits.per_chat_second, channel.limits.text_units) == (100, 1.0, 4096)
    program = (
        "import sys; from bot.channels.telegram import Telegram; Telegram('1:x');"
        "print([m for m in ('aiogram', 'aiohttp', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_the_types_of_aiogram_still_work_for_others_once_the_channel_loaded_it() -> None:
    program = """
from bot.channels.telegram import _bot
_bot("1:x", "http://127.0.0.1:1")
from aiogram.methods import SendMessage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Update
chat = {"id": 1, "type": "private"}
message = {"message_id": 1, "date": 1, "chat": chat, "text": "x"}
update = Update.model_validate({"update_id": 1, "message": {**message, "reply_to_message": message}})
assert update.message.reply_to_message.chat.id == 1
markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="a", callback_data="b")]])
assert SendMessage(chat_id=1, text="x", reply_markup=markup).model_dump()["reply_markup"]["inline_keyboard"]
"""
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
