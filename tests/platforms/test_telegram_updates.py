"""How the stand-in hands out updates: offsets, waiting, conflicts, expiry, webhooks."""

import asyncio
import time
from contextlib import suppress

import pytest

from tests.platforms.clients import CLIENTS, Client, Complaint
from tests.platforms.receiver import Receiver
from tests.platforms.telegram import Telegram


async def test_an_update_stays_until_a_higher_offset_confirms_it(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    first, second = lan.says("Một"), lan.says("Hai")
    assert [u.update_id for u in await client.updates()] == [first, second]
    assert [u.update_id for u in await client.updates()] == [first, second]
    assert [u.update_id for u in await client.updates(offset=second)] == [second]
    assert telegram.pending() == 1
    assert await client.updates(offset=second + 1) == []
    assert telegram.pending() == 0


async def test_a_negative_offset_counts_from_the_end_and_forgets_the_rest(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    ids = [lan.says(str(n)) for n in range(5)]
    assert [u.update_id for u in await client.updates(offset=-2)] == ids[3:]
    assert telegram.pending() == 2


async def test_a_limit_and_a_hundred_bound_a_batch(telegram: Telegram, client: Client) -> None:
    telegram.flood(120, 3)
    assert len(await client.updates(limit=7)) == 7
    assert len(await client.updates()) == 100


async def test_a_poll_waits_for_an_update_and_wakes_for_it(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    poll = asyncio.get_running_loop().create_task(client.updates(timeout=30))
    await telegram.wait_for_calls("getUpdates", 1)
    began = time.monotonic()
    lan.says("Dậy đi")
    assert [u.message.text for u in await poll] == ["Dậy đi"]
    assert time.monotonic() - began < 5


async def test_a_poll_without_news_ends_empty(client: Client) -> None:
    assert await client.updates(timeout=1) == []


async def test_the_newer_of_two_pollers_wins(telegram: Telegram, client: Client) -> None:
    older = asyncio.get_running_loop().create_task(client.updates(timeout=30))
    await telegram.wait_for_calls("getUpdates", 1)
    other = CLIENTS["aiogram"](telegram.url, telegram.token)
    newer = asyncio.get_running_loop().create_task(other.updates(timeout=30))
    with pytest.raises(Complaint, match="terminated by other getupdates") as refused:
        await older
    assert refused.value.kind == "conflict"
    telegram.user().says("Ai nghe?")
    assert len(await newer) == 1
    await other.close()


async def test_polling_is_refused_while_a_webhook_is_set(telegram: Telegram, client: Client) -> None:
    await client.set_webhook("https://example.org/hook")
    with pytest.raises(Complaint, match="webhook is active") as refused:
        await client.updates()
    assert refused.value.kind == "conflict"
    await client.delete_webhook()
    assert await client.updates() == []


async def test_setting_a_webhook_ends_the_poll_that_waits(telegram: Telegram, client: Client) -> None:
    poll = asyncio.get_running_loop().create_task(client.updates(timeout=30))
    await telegram.wait_for_calls("getUpdates", 1)
    other = CLIENTS["aiogram"](telegram.url, telegram.token)
    await other.set_webhook("https://example.org/hook")
    with pytest.raises(Complaint, match="terminated by setwebhook"):
        await poll
    await other.close()


async def test_updates_are_kept_for_a_day(telegram: Telegram, client: Client) -> None:
    telegram.user().says("Hôm qua")
    telegram.advance(23 * 3600)
    assert len(await client.updates()) == 1
    telegram.advance(3601)
    assert await client.updates() == []


async def test_only_the_kinds_asked_for_are_kept(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    await client.updates(allowed_updates=["message"])
    lan.blocks()
    lan.says("Vẫn nghe")
    assert [u.message.text for u in await client.updates()] == ["Vẫn nghe"]


async def test_a_duplicate_comes_although_it_was_confirmed(telegram: Telegram, client: Client) -> None:
    update_id = telegram.user().says("Một lần thôi")
    assert await client.updates(offset=update_id + 1) == []
    telegram.redeliver(update_id)
    assert [u.update_id for u in await client.updates(offset=update_id + 1)] == [update_id]
    assert await client.updates(offset=update_id + 1) == []


async def test_a_batch_can_come_in_the_wrong_order(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    ids = [lan.says("Một"), lan.says("Hai")]
    telegram.reverse_next()
    assert [u.update_id for u in await client.updates()] == ids[::-1]


async def test_an_update_of_an_unknown_kind_is_one_that_clients_survive(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    strange = telegram.do("unknown", user=lan.id)
    known = lan.says("Chào")
    assert [u.update_id for u in await client.updates()] == [strange, known]


async def test_a_poison_update_holds_up_a_client_that_decodes_everything(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    telegram.do("poison", user=lan.id)
    lan.says("Tôi ở phía sau")
    for _ in range(2):
        with pytest.raises(Exception, match=r".") as broken:
            await client.updates()
        assert not isinstance(broken.value, AssertionError)
    assert telegram.pending() == 2


async def test_a_webhook_gets_each_update_with_the_secret(telegram: Telegram, client: Client) -> None:
    async with Receiver() as receiver:
        waiting = telegram.user("Nam").says("Trước đó")
        await client.set_webhook(receiver.url, "bi-mat_1")
        ids = [waiting, telegram.user("Lan").says("Chào")]
        await receiver.until_taken(2)
        await telegram.wait_until_taken()
        assert sorted(receiver.ids) == ids
        assert {secret for _, secret in receiver.taken} == {"bi-mat_1"}
        await client.delete_webhook()


async def test_a_push_is_repeated_until_it_is_taken_and_its_chat_waits_while_others_go_on(
    telegram: Telegram, client: Client
) -> None:
    telegram.do("retry_scale", scale=0.01)
    async with Receiver(statuses=[500, 503, 500]) as receiver:
        lan, nam = telegram.user("Lan"), telegram.user("Nam")
        first, second = lan.says("Một"), lan.says("Hai")
        await client.set_webhook(receiver.url)
        await receiver.until_taken(5)
        other = nam.says("Ba")
        await receiver.until_taken(6)
        await telegram.wait_until_taken()
        assert receiver.ids == [first] * 4 + [second, other]
        assert "Wrong response from the webhook: 500" in (await client.webhook())[2]
        await client.delete_webhook()


async def test_what_a_webhook_did_not_take_can_be_polled(telegram: Telegram, client: Client) -> None:
    async with Receiver(statuses=[500] * 1000) as receiver:
        update_id = telegram.user().says("Kiên nhẫn")
        await client.set_webhook(receiver.url)
        await receiver.until_taken(2)
        assert (await client.webhook())[:2] == (receiver.url, 1)
        await client.delete_webhook()
        assert [u.update_id for u in await client.updates(timeout=5)] == [update_id]


async def test_the_answer_to_a_push_may_carry_one_call(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    async with Receiver(answer={"method": "sendMessage", "chat_id": lan.id, "text": "Kèm theo"}) as receiver:
        await client.set_webhook(receiver.url)
        lan.says("Chào")
        assert [m.text for m in await lan.wait_for_messages(1)] == ["Kèm theo"]
        await client.delete_webhook()


@pytest.mark.parametrize(
    ("url", "secret", "complaint"),
    [
        ("http://example.org/hook", "", "https url must be provided"),
        ("https://example.org:9000/hook", "", "only on ports"),
        ("https://example.org/hook", "có dấu", "unallowed characters"),
    ],
)
async def test_a_webhook_that_telegram_would_refuse_is_refused(
    client: Client, url: str, secret: str, complaint: str
) -> None:
    with pytest.raises(Complaint, match=complaint):
        await client.set_webhook(url, secret)


async def test_a_poller_that_was_killed_does_not_keep_the_update(telegram: Telegram) -> None:
    killed = CLIENTS["aiogram"](telegram.url, telegram.token)
    poll = asyncio.get_running_loop().create_task(killed.updates(timeout=30))
    await telegram.wait_for_calls("getUpdates", 1)
    poll.cancel()
    with suppress(asyncio.CancelledError):
        await poll
    await killed.close()
    update_id = telegram.user().says("Còn đó không?")
    successor = CLIENTS["aiogram"](telegram.url, telegram.token)
    assert [u.update_id for u in await successor.updates(timeout=5)] == [update_id]
    await successor.close()
