"""`kehoach doctor` against the three apps: each fault is found and told, no check stops or holds up the others."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic_settings import SettingsConfigDict

from bot import app_notes
from bot.app_notes import AppNotes
from bot.channels.telegram import Telegram as TelegramChannel
from bot.doctor import examine
from bot.findings import Finding
from bot.installation import ensure_office
from bot.nursery import Nursery
from bot.presence import SENDER_NOTE
from bot.settings import Settings
from bot.zalo_tokens import ACCESS, ZaloTokens, sealer_of
from domain.contacts import Heard
from domain.messages import Reply
from domain.people import Role
from domain.ports import SendFailed
from storage import Storage
from tests.platforms import telegram, zalo_bot, zalo_oa
from tests.platforms.telegram import StandIn as TelegramStandIn
from tests.platforms.zalo_bot import StandIn as ZaloBotStandIn
from tests.platforms.zalo_oa import StandIn as ZaloOaStandIn

SECRET = "mot-chuoi-ngau-nhien-du-dai-9Xq"


class _Sealed(Settings):
    model_config = SettingsConfigDict(env_file=None)


class Installation:
    """One data folder with its settings, and what the doctor finds in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.given: dict[str, object] = {"kehoach_home": home, "office_name": "Ủy ban nhân dân xã Bến Đá"}

    @property
    def settings(self) -> Settings:
        return _Sealed(**self.given)  # type: ignore[arg-type]

    @property
    def storage(self) -> Storage:
        return Storage.open(self.settings.storage_url())

    async def found(self, *, limit: float = 20.0) -> list[Finding]:
        return await examine(self.settings, limit=limit)

    async def about(self, check: str) -> list[Finding]:
        return [one for one in await self.found() if one.check == check]

    async def serving(self) -> None:
        """As if a server ran on this data folder."""
        (self.home / SENDER_NOTE).write_text("mine", encoding="utf-8")
        storage = self.storage
        async with storage.writing() as records:
            await records.senders.beat("mine", ("web",), datetime.now(UTC))
        await storage.close()


@pytest.fixture
async def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Installation]:
    monkeypatch.chdir(tmp_path)
    installation = Installation(tmp_path / "data")
    installation.home.mkdir()
    storage = installation.storage
    await storage.migrate()
    await ensure_office(storage, installation.settings)
    await storage.close()
    yield installation


@pytest.fixture
def tg(here: Installation) -> Iterator[telegram.Telegram]:
    with TelegramStandIn() as stand_in:
        here.given |= {"telegram_token": telegram.stand_in.TOKEN, "telegram_api_base": stand_in.url}
        yield stand_in


@pytest.fixture
def zb(here: Installation) -> Iterator[zalo_bot.ZaloBot]:
    with ZaloBotStandIn() as stand_in:
        here.given |= {"zalo_bot_token": stand_in.token, "zalo_bot_api_base": stand_in.url}
        yield stand_in


@pytest.fixture
def oa(here: Installation) -> Iterator[zalo_oa.ZaloOa]:
    with ZaloOaStandIn() as stand_in:
        here.given |= {
            "zalo_oa_app_id": stand_in.app_id,
            "zalo_oa_app_secret": stand_in.app_secret,
            "zalo_oa_secret_key": stand_in.secret_key,
            "zalo_oa_refresh_token": stand_in.tokens()["refresh_token"],
            "zalo_oa_api_base": stand_in.url,
            "zalo_oauth_base": stand_in.oauth_url,
            "public_url": "https://127.0.0.1:1",
        }
        yield stand_in


def levels(found: list[Finding], part: str) -> list[str]:
    return [one.level for one in found if part in one.text]


async def test_faults_stand_first_and_well_things_last(here: Installation, tg: telegram.Telegram) -> None:
    tg.fault("unauthorized", "getMe")
    found = [one.level for one in await here.found()]
    assert found == sorted(found, key=["fault", "warning", "ok"].index)
    assert found[0] == "fault" and found[-1] == "ok"


async def test_an_app_that_hangs_is_told_and_holds_up_nothing_else(
    here: Installation, tg: telegram.Telegram, zb: zalo_bot.ZaloBot
) -> None:
    tg.fault("hang", "getMe", times=-1)
    found = await here.found(limit=1.0)
    tg.clear_faults()
    (late,) = [one for one in found if one.check == "telegram"]
    assert late.level == "warning" and "không xong trong 1 giây" in late.text
    assert levels(found, "Zalo nhận mã của bot") == ["ok"]


async def test_apps_that_are_not_there_are_faults_and_no_error(here: Installation) -> None:
    nobody = "http://127.0.0.1:1"
    here.given |= {"telegram_token": telegram.stand_in.TOKEN, "telegram_api_base": nobody}
    here.given |= {"zalo_bot_token": "700002:stand-in-token-which-opens-nothing-0", "zalo_bot_api_base": nobody}
    found = await here.found()
    assert levels(found, "Không liên lạc được với Telegram") == ["fault"]
    assert levels(found, "Không dùng được Zalo Bot") == ["fault"]
    assert telegram.stand_in.TOKEN not in "".join(one.text for one in found)


async def test_a_database_that_does_not_open_leaves_the_other_checks(here: Installation) -> None:
    here.given["database_url"] = "postgresql://ai:matkhau-cua-ai@127.0.0.1:1/khong"
    found = await here.found()
    assert [one.level for one in found if one.check == "database"] == ["fault"]
    assert [one.level for one in found if one.check == "home"] == ["ok"]
    assert "matkhau-cua-ai" not in "".join(one.text for one in found)


async def test_a_wrong_telegram_token_is_told_from_a_dead_line(here: Installation, tg: telegram.Telegram) -> None:
    here.given["telegram_token"] = "700009:khong-phai-ma-cua-bot-nao-ca-0123456789"
    (fault,) = await here.about("telegram")
    assert fault.level == "fault" and "BotFather" in fault.text


async def test_telegrams_webhook_while_polling_is_named(here: Installation, tg: telegram.Telegram) -> None:
    channel = TelegramChannel(telegram.stand_in.TOKEN, tg.url)
    await channel.set_webhook(f"{tg.url}/noi-khac", SECRET)
    await channel.close()
    assert levels(await here.about("telegram"), f"{tg.url}/noi-khac") == ["warning"]
    await here.serving()
    assert levels(await here.about("telegram"), f"{tg.url}/noi-khac") == ["fault"]


async def test_a_second_poller_is_found_where_no_server_runs(here: Installation, tg: telegram.Telegram) -> None:
    other, nursery = TelegramChannel(telegram.stand_in.TOKEN, tg.url), Nursery()

    async def polling() -> None:
        while True:
            with contextlib.suppress(SendFailed):
                await other.get_updates(None, 25)
            await asyncio.sleep(0.1)

    nursery.keep("the other", polling)
    await tg.wait_for_poll()
    found = await here.about("telegram")
    await nursery.stop()
    await other.close()
    assert levels(found, "Một máy khác đang nhận tin") == ["fault"]


async def test_a_second_poller_is_found_by_the_servers_note(here: Installation, tg: telegram.Telegram) -> None:
    await here.serving()
    notes = AppNotes(here.home)
    notes.put(app_notes.CONTESTED, "", datetime.now(UTC) - timedelta(minutes=5))
    assert levels(await here.about("telegram"), "Một máy khác đang nhận tin") == ["fault"]
    notes.put(app_notes.CONTESTED, "", datetime.now(UTC) - timedelta(hours=5))
    assert levels(await here.about("telegram"), "Một máy khác đang nhận tin") == []
    assert "getUpdates" not in tg.tally()


async def test_telegrams_last_error_is_told_with_what_to_do(here: Installation, tg: telegram.Telegram) -> None:
    here.given |= {"telegram_mode": "webhook", "telegram_webhook_secret": SECRET, "public_url": "https://127.0.0.1:1"}
    channel = TelegramChannel(telegram.stand_in.TOKEN, tg.url)
    await channel.set_webhook("http://127.0.0.1:1/webhooks/telegram", SECRET)
    tg.user().says("có ai không")
    for _ in range(200):
        if (await channel.webhook_info()).get("last_error_message"):
            break
        await asyncio.sleep(0.02)
    await channel.close()
    found = await here.about("telegram")
    assert levels(found, "không đẩy được tin tới máy chủ") == ["fault"]
    assert levels(found, "phải đẩy tin về https://127.0.0.1:1/webhooks/telegram") == ["warning"]


async def test_zalo_bots_failed_trial_is_told_until_something_comes(here: Installation, zb: zalo_bot.ZaloBot) -> None:
    here.given |= {"zalo_bot_mode": "webhook", "zalo_bot_webhook_secret": SECRET, "public_url": "https://127.0.0.1:1"}
    AppNotes(here.home).put(app_notes.UNVERIFIED, "NO_ANSWER", datetime.now(UTC) - timedelta(minutes=3))
    assert levels(await here.about("zalo-bot"), "NO_ANSWER") == ["fault"]
    storage = here.storage
    async with storage.writing() as records:
        await records.inbox.store("zalo-bot", [("1", {})], datetime.now(UTC))
    await storage.close()
    assert levels(await here.about("zalo-bot"), "NO_ANSWER") == []


async def test_a_hook_that_took_zalo_bots_updates_is_remembered(here: Installation, zb: zalo_bot.ZaloBot) -> None:
    AppNotes(here.home).put(app_notes.HOOKED, "https://noi-khac.example", datetime.now(UTC) - timedelta(hours=2))
    assert levels(await here.about("zalo-bot"), "https://noi-khac.example") == ["warning"]


async def test_the_official_account_is_asked_and_its_refresh_token_left_alone(
    here: Installation, oa: zalo_oa.ZaloOa
) -> None:
    tokens = ZaloTokens.of(here.settings)
    assert tokens is not None
    storage = here.storage
    tokens.open(storage)
    access = await tokens.access()
    await tokens.close()
    async with storage.reading() as records:
        before = await records.zalo_tokens.get(oa.app_id)
    found = await here.about("zalo-oa")
    assert levels(found, "Zalo nhận mã truy cập của tài khoản OA") == ["ok"]
    assert levels(found, "Chưa có tin nào từ Zalo OA") == ["warning"]
    assert levels(found, "https://127.0.0.1:1/webhooks/zalo-oa") == ["warning"]
    oa.expire_access()
    found = await here.about("zalo-oa")
    assert levels(found, "Zalo không nhận mã truy cập") == ["fault"]
    oa.down()
    assert levels(await here.about("zalo-oa"), "Không liên lạc được với Zalo OA") == ["fault"]
    async with storage.reading() as records:
        after = await records.zalo_tokens.get(oa.app_id)
    await storage.close()
    assert before is not None and after == before
    assert before.sealed_access is not None
    assert sealer_of(here.settings).open(before.sealed_access, f"zalo-oa:{oa.app_id}:{ACCESS}") == access
    assert access not in "".join(one.text for one in await here.found())


async def test_an_official_account_without_its_secrets(here: Installation) -> None:
    here.given["zalo_oa_app_id"] = "1234567890"
    found = await here.about("zalo-oa")
    for name in ("ZALO_OA_APP_SECRET", "ZALO_OA_SECRET_KEY", "PUBLIC_URL"):
        assert levels(found, name) == ["fault"]


@pytest.mark.parametrize(
    ("name", "value", "level", "part"),
    [
        ("zalo_bot_webhook_secret", "", "fault", "Chưa có ZALO_BOT_WEBHOOK_SECRET"),
        ("zalo_bot_webhook_secret", "changeme-secret", "fault", "chuỗi mẫu"),
        ("zalo_bot_webhook_secret", "k3nQ8z9rT", "warning", "quá ngắn"),
        ("zalo_bot_webhook_secret", "abcabcabcabcabcabc", "warning", "quá đơn giản"),
        ("zalo_bot_webhook_secret", f'"{SECRET}"', "fault", "dấu nháy"),
        ("telegram_token", "khong-co-so", "fault", "dạng của mã bot Telegram"),
        ("zalo_oa_app_secret", "<secret>", "fault", "dấu nháy"),
        ("zalo_oa_secret_key", "xxxxxxxxxxxxxxxx", "fault", "chuỗi mẫu"),
        ("telegram_webhook_secret", "ba chữ rời", "fault", "TELEGRAM_WEBHOOK_SECRET"),
    ],
)
async def test_a_secret_that_is_not_fit_is_named_and_not_shown(
    here: Installation, name: str, value: str, level: str, part: str
) -> None:
    here.given |= {
        "zalo_bot_token": "700002:stand-in-token-which-opens-nothing-0",
        "zalo_bot_api_base": "http://127.0.0.1:1",
        "zalo_bot_mode": "webhook",
        "zalo_bot_webhook_secret": SECRET,
        "telegram_api_base": "http://127.0.0.1:1",
        "public_url": "https://127.0.0.1:1",
    }
    assert [one.level for one in await here.about("secrets")] == ["ok"]
    here.given[name] = value
    found = await here.about("secrets")
    assert [(one.level, part in one.text) for one in found] == [(level, True)]
    assert not value or value not in found[0].text


async def test_two_secrets_alike_are_named(here: Installation) -> None:
    here.given |= {"zalo_bot_webhook_secret": SECRET, "telegram_webhook_secret": SECRET}
    (found,) = await here.about("secrets")
    assert found.level == "warning" and "TELEGRAM_WEBHOOK_SECRET, ZALO_BOT_WEBHOOK_SECRET" in found.text


async def test_files_that_others_may_read_are_named(here: Installation) -> None:
    env, key = Path(".env"), here.home / "sealing.key"
    for file in (env, key):
        file.write_text("x", encoding="utf-8")
        file.chmod(0o644)
    found = await here.about("files")
    assert [(one.level, "chmod 600" in one.text) for one in found] == [("fault", True), ("warning", True)]
    for file in (env, key):
        file.chmod(0o600)
    assert await here.about("files") == []


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
async def test_an_address_that_is_no_https_and_a_server_that_stands(here: Installation) -> None:
    here.given["public_url"] = "http://127.0.0.1:1"
    found = await here.found()
    assert levels(found, "không bắt đầu bằng https://") == ["warning"]
    assert levels(found, "Máy chủ “kehoach serve” không chạy") == ["warning"]
    assert [one.level for one in found if one.check == "address"] == ["warning", "warning"]
    await here.serving()
    found = await here.found()
    assert levels(found, "Máy chủ “kehoach serve” đang chạy") == ["ok"]
    assert levels(found, "Không kết nối được tới http://127.0.0.1:1") == ["warning"]


async def test_an_address_that_leads_elsewhere_is_a_fault(here: Installation, tg: telegram.Telegram) -> None:
    await here.serving()
    here.given["public_url"] = tg.url
    found = await here.about("address")
    assert levels(found, "nhưng không phải từ máy chủ này") == ["fault"]


async def test_an_address_unreached_from_inside_is_no_fault_while_events_come(
    here: Installation, oa: zalo_oa.ZaloOa
) -> None:
    await here.serving()
    assert levels(await here.about("address"), "Không kết nối được") == ["fault"]
    storage = here.storage
    async with storage.writing() as records:
        await records.inbox.store("zalo-oa", [("1", {})], datetime.now(UTC))
    await storage.close()
    assert levels(await here.about("address"), "vẫn đẩy tin tới được") == ["warning"]


async def test_what_is_stuck_or_given_up_is_counted_by_app(here: Installation) -> None:
    storage, now = here.storage, datetime.now(UTC)
    async with storage.writing() as records:
        await records.inbox.store("zalo-oa", [("1", {}), ("2", {})], now - timedelta(hours=1))
        first, _ = await records.inbox.waiting(0, 9, ("zalo-oa",))
        await records.inbox.dead(first.id, "unreadable", now)
        await records.outbox.queue(channel="telegram", chat_id="7", reply=Reply("chào"), cause="test", key="k", now=now)
        (row,) = await records.outbox.claim(now, 1, (), ("telegram",))
        await records.outbox.failed(row.id, "refused")
    await storage.close()
    found = await here.found()
    assert levels(found, "1 tin gửi đến chưa được xử lý") == ["fault"]
    assert levels(found, "1 tin từ Zalo không xử lý được") == ["warning"]
    assert levels(found, "1 tin gửi qua Telegram không đến nơi") == ["warning"]


async def test_people_whom_only_a_closed_window_is_left_to_are_named(here: Installation) -> None:
    storage, now = here.storage, datetime.now(UTC)
    async with storage.writing() as records:
        (office,) = await records.offices.all()
        for name, channels in {"Đỗ Văn Kín": ("zalo-oa",), "Lê Thị Ngỏ": ("zalo-oa", "telegram")}.items():
            person = await records.people.add(office.id, name, Role.OFFICIAL)
            for channel in channels:
                await records.people.bind(person.id, channel, name, name)
                await records.contacts.heard_many([Heard(channel, name, name, now - timedelta(days=8))])
    await storage.close()
    (closed,) = [one for one in await here.about("people") if "7 ngày" in one.text]
    assert closed.level == "warning" and "Đỗ Văn Kín" in closed.text and "Lê Thị Ngỏ" not in closed.text
