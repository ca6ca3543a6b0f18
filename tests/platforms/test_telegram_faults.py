"""The stand-in's faults, and that it serves as a process of its own."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.platforms.clients import CLIENTS, Client, Complaint
from tests.platforms.telegram import TOKEN, NotPossible, Telegram, remote

ROOT = Path(__file__).resolve().parents[2]


async def test_too_many_requests_says_how_long_to_wait(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    telegram.fault("too_many", "sendMessage", retry_after=7, times=2)
    for _ in range(2):
        with pytest.raises(Complaint) as refused:
            await client.send(lan.id, "Chào")
        assert (refused.value.kind, refused.value.after) == ("too_many", 7)
    await client.send(lan.id, "Chào")
    assert len(lan.messages()) == 1


async def test_the_meter_lets_a_burst_pass_and_then_one_a_second(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    telegram.pace(chat_burst=3)
    for _ in range(3):
        await client.send(lan.id, "Chào")
    with pytest.raises(Complaint) as refused:
        await client.send(lan.id, "Chào")
    assert (refused.value.kind, refused.value.after) == ("too_many", 1)
    telegram.advance(1)
    await client.send(lan.id, "Chào")


async def test_the_meter_counts_over_all_chats(telegram: Telegram, client: Client) -> None:
    telegram.pace(per_second=4)
    people = [telegram.user() for _ in range(5)]
    for person in people[:4]:
        await client.send(person.id, "Chào")
    with pytest.raises(Complaint, match=r"retry|Retry"):
        await client.send(people[4].id, "Chào")


@pytest.mark.parametrize(
    ("kind", "complaint"),
    [
        ("blocked", "blocked by the user"),
        ("deactivated", "deactivated"),
        ("chat_not_found", "chat not found"),
        ("server_error", "internal server error"),
        ("bad_gateway", r"(?i)bad gateway|502"),
    ],
)
async def test_scripted_refusals_are_told_and_have_no_effect(
    telegram: Telegram, client: Client, kind: str, complaint: str
) -> None:
    lan = telegram.user()
    telegram.fault(kind, "sendMessage")
    with pytest.raises(Complaint, match=complaint):
        await client.send(lan.id, "Chào")
    assert lan.messages() == []
    assert [call["fault"] for call in telegram.journal("sendMessage")] == [kind]


@pytest.mark.parametrize(("kind", "delivered"), [("reset_before", 0), ("reset_after", 1)])
async def test_a_reset_connection_leaves_the_client_in_doubt(
    telegram: Telegram, client: Client, kind: str, delivered: int
) -> None:
    lan = telegram.user()
    telegram.fault(kind, "sendMessage")
    with pytest.raises(Complaint):
        await client.send(lan.id, "Chào")
    assert len(lan.messages()) == delivered


async def test_a_call_can_hang_until_it_is_let_go(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    telegram.fault("hang_after", "sendMessage")
    call = asyncio.get_running_loop().create_task(client.send(lan.id, "Chào"))
    await lan.wait_for_messages(1)
    assert not call.done()
    telegram.clear_faults()
    with pytest.raises(Complaint):
        await call


async def test_a_call_that_hangs_can_be_dropped_after_a_time(telegram: Telegram, client: Client) -> None:
    lan = telegram.user()
    telegram.fault("hang_after", "sendMessage", seconds=0.05)
    with pytest.raises(Complaint):
        await client.send(lan.id, "Chào")
    assert len(lan.messages()) == 1
    await client.send(lan.id, "Chào lại")


async def test_a_fault_can_hit_by_chance_and_hits_the_same_calls_for_the_same_seed(
    telegram: Telegram, client: Client
) -> None:
    async def hits(seed: int) -> list[int]:
        telegram.clear_faults()
        telegram.fault("server_error", "sendMessage", times=-1, chance=0.3, seed=seed)
        lan = telegram.user()
        hit = []
        for number in range(40):
            try:
                await client.send(lan.id, f"Chào {number}")
            except Complaint:
                hit.append(number)
        assert len(lan.messages()) == 40 - len(hit)
        return hit

    first = await hits(1)
    assert 3 <= len(first) <= 25
    assert await hits(1) == first
    assert await hits(2) != first


async def test_a_fault_hits_one_chat_and_only_after_some_calls(telegram: Telegram, client: Client) -> None:
    lan, nam = telegram.user(), telegram.user()
    telegram.fault("server_error", "sendMessage", chat_id=lan.id, skip=1)
    await client.send(lan.id, "Một")
    await client.send(nam.id, "Hai")
    with pytest.raises(Complaint):
        await client.send(lan.id, "Ba")


async def test_a_group_that_moved_names_its_new_id(telegram: Telegram, client: Client) -> None:
    group = telegram.group()
    moved = telegram.migrate(group)
    with pytest.raises(Complaint, match=str(moved)):
        await client.send(group, "Chào")
    await client.send(moved, "Chào")


@pytest.mark.parametrize(("token", "status"), [("700001:another-token-of-the-right-shape-000", 401), ("rubbish", 404)])
def test_a_wrong_token_opens_nothing(telegram: Telegram, token: str, status: int) -> None:
    answer = httpx.get(f"{telegram.url}/bot{token}/getMe")
    assert (answer.status_code, answer.json()["error_code"]) == (status, status)


def test_parameters_come_in_every_form_the_protocol_allows(telegram: Telegram) -> None:
    lan = telegram.user()
    address = f"{telegram.url}/bot{telegram.token}/sendMessage"
    httpx.get(address, params={"chat_id": lan.id, "text": "query"})
    httpx.post(address, data={"chat_id": lan.id, "text": "form"})
    httpx.post(address, json={"chat_id": lan.id, "text": "json"})
    httpx.post(address, files={"chat_id": (None, str(lan.id)), "text": (None, "multipart")})
    assert [m.text for m in lan.messages()] == ["query", "form", "json", "multipart"]
    answer = httpx.get(f"{telegram.url}/bot{telegram.token}/sendSmoke")
    assert answer.status_code == 404


def test_waiting_in_vain_says_what_is_there(telegram: Telegram) -> None:
    lan = telegram.user()
    with pytest.raises(NotPossible, match="0 of 1 messages"):
        telegram.await_messages(lan.id, 1, timeout=0.05)


@pytest.fixture(scope="module")
def process() -> Iterator[Telegram]:
    command = [sys.executable, "-m", "tests.platforms.telegram", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as running:
        assert running.stdout is not None
        yield remote(json.loads(running.stdout.readline())["url"])
        running.terminate()


async def test_as_a_process_of_its_own_it_is_controlled_over_http(process: Telegram) -> None:
    lan = process.user("Lan")
    update_id = lan.says("Chào")
    client = CLIENTS["aiogram"](process.url, TOKEN)
    assert [u.update_id for u in await client.updates(timeout=5)] == [update_id]
    await client.send(lan.id, "Chọn", buttons={"Có": "y"})
    assert (await lan.next_message()).labels == ["Có"]
    lan.presses("Có")
    with pytest.raises(NotPossible, match="no button"):
        lan.presses("Không")
    assert [call["status"] for call in process.journal("sendMessage")] == [200]
    await client.close()
