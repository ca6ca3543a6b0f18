"""What the Zalo Bot channel sends, and what it says when it cannot."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.channels.zalo_bot import LONGEST_PAUSE, QUOTA_PAUSE, REFUSALS_MEAN_QUOTA, Refused
from bot.channels.zalo_bot import ZaloBot as Channel
from domain.messages import Attachment, Reply, utf16_length
from domain.ports import Channel as ChannelPort
from domain.ports import FetchFailed, SendFailed
from tests.platforms.server import Server
from tests.platforms.zalo_bot import TOKEN, ZaloBot

SECRET = TOKEN.partition(":")[2]
SHEET = Attachment("báo cáo tuần.xlsx", "application/vnd.ms-excel", b"PK\x00" * 100)
CHART = Attachment("tiến độ.png", "image/png", b"\x89PNG chart")
MAP = Attachment("bản đồ.png", "image/png", b"\x89PNG map")


class Shop:
    """Gives links to attachments and serves their bytes, as the office's own server does."""

    def __init__(self) -> None:
        self.given: list[Attachment] = []
        self.is_broken = False
        self.server = Server(self._handle)

    async def link(self, attachment: Attachment) -> str | None:
        if self.is_broken:
            raise SendFailed("retry", "disk full")
        self.given.append(attachment)
        return f"{self.server.url}/{len(self.given) - 1}"

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        one = self.given[int(request.rel_url.path.removeprefix("/"))]
        return web.Response(body=one.content, content_type=one.media_type)


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    made = Shop()
    await made.server.open()
    yield made
    await made.server.close()
    await asyncio.sleep(0)


@pytest.fixture
async def channel(zalo_bot: ZaloBot) -> AsyncIterator[Channel]:
    """Without a public address."""
    made = Channel(zalo_bot.token, zalo_bot.url)
    yield made
    await made.close()


@pytest.fixture
async def linking(zalo_bot: ZaloBot, shop: Shop) -> AsyncIterator[Channel]:
    """With one."""
    made = Channel(zalo_bot.token, zalo_bot.url, hand_out=shop)
    yield made
    await made.close()


async def failure_of(channel: Channel, chat: str, reply: Reply | None = None) -> SendFailed:
    with pytest.raises(SendFailed) as failed:
        await channel.send(chat, reply or Reply("Chào"))
    return failed.value


def test_it_is_a_channel_and_has_no_buttons(channel: Channel) -> None:
    port: ChannelPort = channel
    assert (port.name, port.limits.has_buttons, port.limits.text_units) == ("zalo-bot", False, 2000)


async def test_a_text_goes_out_plain_and_in_nfc(zalo_bot: ZaloBot, channel: Channel) -> None:
    lan = zalo_bot.user()
    message_id = await channel.send(lan.id, Reply("So\u0302\u0301 57-NQ/TW: **80%** {red}mới{/red}"))
    [seen] = lan.unread()
    assert (seen.message_id, seen.text) == (message_id, "Số 57-NQ/TW: **80%** {red}mới{/red}")
    [call] = zalo_bot.journal("sendMessage")
    assert set(call["parameters"]) == {"chat_id", "text"}


async def test_a_text_of_the_whole_limit_goes_out_in_one_and_a_longer_one_in_parts(
    zalo_bot: ZaloBot, channel: Channel
) -> None:
    lan = zalo_bot.user()
    await channel.send(lan.id, Reply("😀" * 1000))
    await channel.send(lan.id, Reply(("Một câu dài. " * 300).strip()))
    first, *parts = lan.unread()
    assert utf16_length(first.text) == 2000
    assert len(parts) == 2 and all(part.text.endswith(".") for part in parts)


async def test_a_file_becomes_a_link_at_the_end_of_the_text(zalo_bot: ZaloBot, linking: Channel, shop: Shop) -> None:
    lan = zalo_bot.user()
    await linking.send(lan.id, Reply("Danh mục nhiệm vụ", files=(SHEET,)))
    [seen] = lan.unread()
    assert seen.text.startswith("Danh mục nhiệm vụ\n\n") and f"{shop.server.url}/0" in seen.text
    assert SHEET.name in seen.text and shop.given == [SHEET]


async def test_without_a_public_address_the_person_is_told_where_the_file_is_to_be_had(
    zalo_bot: ZaloBot, channel: Channel
) -> None:
    lan = zalo_bot.user()
    await channel.send(lan.id, Reply("Biểu đồ", files=(SHEET,), pictures=(CHART,)))
    [seen] = lan.unread()
    assert SHEET.name in seen.text and CHART.name in seen.text and "http" not in seen.text


async def test_the_line_of_a_link_is_split_off_where_the_text_is_full(zalo_bot: ZaloBot, linking: Channel) -> None:
    lan = zalo_bot.user()
    await linking.send(lan.id, Reply("ắ" * 2000, files=(SHEET,)))
    text, line = lan.unread()
    assert utf16_length(text.text) == 2000 and SHEET.name in line.text


async def test_one_picture_carries_the_text(zalo_bot: ZaloBot, linking: Channel) -> None:
    lan = zalo_bot.user()
    message_id = await linking.send(lan.id, Reply("Tiến độ tháng 6", pictures=(CHART,)))
    [seen] = lan.unread()
    assert (seen.kind, seen.text, seen.picture) == ("photo", "Tiến độ tháng 6", CHART.content)
    assert seen.message_id == message_id


async def test_several_pictures_come_first_and_the_text_with_the_link_last(zalo_bot: ZaloBot, linking: Channel) -> None:
    lan = zalo_bot.user()
    await linking.send(lan.id, Reply("Báo cáo", files=(SHEET,), pictures=(CHART, MAP)))
    seen = lan.unread()
    assert [(one.kind, one.picture) for one in seen[:2]] == [("photo", CHART.content), ("photo", MAP.content)]
    assert seen[2].kind == "text" and SHEET.name in seen[2].text


async def test_a_picture_that_zalo_will_not_show_goes_out_as_a_link(
    zalo_bot: ZaloBot, linking: Channel, shop: Shop
) -> None:
    lan = zalo_bot.user()
    zalo_bot.fault("rejected", "sendPhoto")
    await linking.send(lan.id, Reply("Biểu đồ", pictures=(CHART,)))
    [seen] = lan.unread()
    assert seen.kind == "text" and seen.text.startswith("Biểu đồ") and f"{shop.server.url}/1" in seen.text


async def test_a_link_that_cannot_be_made_sends_nothing_yet(zalo_bot: ZaloBot, linking: Channel, shop: Shop) -> None:
    lan = zalo_bot.user()
    shop.is_broken = True
    for reply in (Reply("x", pictures=(CHART,)), Reply("x", files=(SHEET,))):
        assert (await failure_of(linking, lan.id, reply)).kind == "retry"
    assert lan.unread() == []


async def test_a_reply_of_several_messages_that_breaks_off_is_uncertain(zalo_bot: ZaloBot, linking: Channel) -> None:
    lan = zalo_bot.user()
    zalo_bot.fault("server_error", "sendMessage")
    failure = await failure_of(linking, lan.id, Reply("Báo cáo", pictures=(CHART, MAP)))
    assert failure.kind == "uncertain" and len(lan.unread()) == 2


async def test_an_empty_reply_is_refused(zalo_bot: ZaloBot, channel: Channel) -> None:
    assert (await failure_of(channel, zalo_bot.user().id, Reply("  "))).kind == "rejected"


@pytest.mark.parametrize("in_200", [False, True])
@pytest.mark.parametrize(
    ("fault", "kind", "after"),
    [
        ("too_many", "retry", 2.0),
        ("quota", "retry", 2.0),
        ("unauthorized", "held", None),
        ("forbidden", "retry", None),
        ("blocked", "unreachable", None),
        ("not_found", "retry", None),
        ("rejected", "rejected", None),
        ("timeout", "uncertain", None),
        ("ok_false", "retry", None),
        ("server_error", "retry", None),
    ],
)
async def test_what_is_to_be_done_about_each_answer(
    zalo_bot: ZaloBot, channel: Channel, in_200: bool, fault: str, kind: str, after: float | None
) -> None:
    zalo_bot.manner(in_200=in_200)
    zalo_bot.fault(fault, "sendMessage")
    failure = await failure_of(channel, zalo_bot.user().id)
    assert (failure.kind, failure.after) == (kind, after)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [("bad_gateway", "retry"), ("page", "uncertain"), ("reset_before", "uncertain"), ("reset_after", "uncertain")],
)
async def test_what_is_to_be_done_without_an_answer_of_zalos(
    zalo_bot: ZaloBot, channel: Channel, fault: str, kind: str
) -> None:
    zalo_bot.fault(fault, "sendMessage")
    assert (await failure_of(channel, zalo_bot.user().id)).kind == kind


async def test_a_call_that_is_never_answered_may_have_been_delivered(zalo_bot: ZaloBot) -> None:
    channel = Channel(zalo_bot.token, zalo_bot.url, call_timeout=0.2)
    lan = zalo_bot.user()
    zalo_bot.fault("hang_after", "sendMessage")
    assert (await failure_of(channel, lan.id)).kind == "uncertain"
    assert len(lan.unread()) == 1
    zalo_bot.clear_faults()
    await channel.close()


async def test_where_nobody_listens_it_is_safe_to_try_again(zalo_bot: ZaloBot) -> None:
    for url, after in (("http://127.0.0.1:1", None), ("ftp://zalo.example", 60.0), ("http://[", None)):
        channel = Channel(zalo_bot.token, url)
        failure = await failure_of(channel, "x")
        assert (failure.kind, failure.after) == ("retry", after)
        await channel.close()


async def test_who_is_unknown_or_blocked_the_bot_cannot_be_reached(zalo_bot: ZaloBot, channel: Channel) -> None:
    lan = zalo_bot.user()
    lan.blocks()
    assert (await failure_of(channel, lan.id)).kind == "unreachable"
    assert (await failure_of(channel, "nobody")).kind == "unreachable"


async def test_refusals_in_a_row_are_waited_out_longer_and_then_taken_for_the_quota(
    zalo_bot: ZaloBot, channel: Channel
) -> None:
    lan = zalo_bot.user()
    zalo_bot.fault("quota", "sendMessage", times=REFUSALS_MEAN_QUOTA)
    met = [await failure_of(channel, lan.id) for _ in range(REFUSALS_MEAN_QUOTA)]
    assert [(one.kind, one.after) for one in met[:-1]] == [
        ("retry", 2.0),
        ("retry", 4.0),
        ("retry", 8.0),
        ("retry", 16.0),
    ]
    assert (met[-1].kind, met[-1].after) == ("held", QUOTA_PAUSE)
    await channel.send(lan.id, Reply("Chào"))
    zalo_bot.fault("quota", "sendMessage")
    assert (await failure_of(channel, lan.id)).after == 2.0


async def test_haste_alone_is_never_taken_for_the_quota(zalo_bot: ZaloBot, channel: Channel) -> None:
    lan = zalo_bot.user()
    zalo_bot.fault("too_many", "sendMessage", times=9)
    met = [await failure_of(channel, lan.id) for _ in range(9)]
    assert {one.kind for one in met} == {"retry"} and met[-1].after == LONGEST_PAUSE


async def test_typing_is_shown_and_never_raises(zalo_bot: ZaloBot, channel: Channel) -> None:
    await channel.busy(zalo_bot.user().id)
    zalo_bot.fault("server_error", "sendChatAction")
    await channel.busy(zalo_bot.user().id)
    assert zalo_bot.tally()["sendChatAction"] == 2


async def test_updates_come_one_by_one_and_an_empty_poll_is_nothing(zalo_bot: ZaloBot, channel: Channel) -> None:
    message = zalo_bot.user().says("xin chào")
    [update] = await channel.get_updates(1)
    assert update["message"]["message_id"] == message
    for empty in ("status", "body"):
        zalo_bot.manner(empty=empty)
        assert await channel.get_updates(0) == []
    zalo_bot.manner(several=True)
    zalo_bot.user().says("xin chào")
    assert len(await channel.get_updates(1)) == 1


async def test_its_own_words_are_told_by_the_id_it_learned(zalo_bot: ZaloBot, channel: Channel) -> None:
    from domain.messages import Ignored

    zalo_bot.do("echo", chat=zalo_bot.user().id)
    [update] = await channel.get_updates(1)
    with pytest.raises(Ignored):
        channel.read(update)


async def test_a_webhook_is_set_told_of_and_removed(zalo_bot: ZaloBot, channel: Channel) -> None:
    assert await channel.webhook_info() == {}
    said = await channel.set_webhook(f"{zalo_bot.url}/nowhere", "mot-bi-mat-de-thu")
    assert said["verification"]["ok"] is False
    assert (await channel.webhook_info())["url"] == f"{zalo_bot.url}/nowhere"
    with pytest.raises(Refused) as refused:
        await channel.get_updates(0)
    assert (refused.value.kind, refused.value.status) == ("rejected", 400)
    await channel.delete_webhook()
    assert await channel.webhook_info() == {}


async def test_a_photo_is_fetched_by_its_address(zalo_bot: ZaloBot, channel: Channel) -> None:
    zalo_bot.user().sends_photo("đèn hỏng", b"jpeg bytes")
    [update] = await channel.get_updates(1)
    [file] = channel.read(update).files
    assert await channel.fetch(file.remote_id, 100) == b"jpeg bytes"
    with pytest.raises(FetchFailed) as large:
        await channel.fetch(file.remote_id, 5)
    assert large.value.kind == "too_large"
    zalo_bot.lose_files()
    with pytest.raises(FetchFailed) as gone:
        await channel.fetch(file.remote_id, 100)
    assert gone.value.kind == "gone"


@pytest.mark.parametrize(
    "address",
    [
        *("", "photo.jpg", "file:///etc/passwd", "ftp://photo.example/a.jpg", "http://[", "http://127.0.0.1:1/a.jpg"),
        *(
            "http://localhost/a.jpg",
            "http://10.0.0.8/a",
            "http://169.254.169.254/meta",
            "http://[::1]/a",
            "http://db/a",
        ),
    ],
)
async def test_an_address_that_leads_inside_is_not_followed(channel: Channel, address: str) -> None:
    with pytest.raises(FetchFailed) as failed:
        await channel.fetch(address, 100)
    assert failed.value.kind == "gone"


async def test_the_token_shows_in_no_error_and_no_log(zalo_bot: ZaloBot, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shown: list[str] = []
    zalo_bot.fault("rejected", "sendMessage", description=f"no bot {TOKEN} and {SECRET}")
    zalo_bot.fault("reset_before", "sendMessage")
    for url in (zalo_bot.url, zalo_bot.url, zalo_bot.url, "http://127.0.0.1:1", "http://["):
        channel = Channel(zalo_bot.token, url)
        try:
            await channel.send(zalo_bot.user().id, Reply("Chào"))
        except SendFailed:
            shown.append(traceback.format_exc())
        await channel.close()
    assert len(shown) == 4
    assert SECRET not in "".join(shown) + caplog.text + repr([record.__dict__ for record in caplog.records])
    assert "sendMessage" in caplog.text
