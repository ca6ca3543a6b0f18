"""The stand-in's faults, and that it serves as a process of its own."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.platforms.zalo_oa import NotPossible, ZaloOa, remote
from tests.platforms.zalo_oa.client import Client, Complaint, refused
from tests.platforms.zalo_oa.receiver import Receiver

ROOT = Path(__file__).resolve().parents[2]


async def test_a_storm_of_rate_refusals_is_told_by_its_words(zalo: ZaloOa, oa: Client) -> None:
    dan = zalo.user()
    zalo.fault("rate_app", "message/cs", times=2)
    zalo.fault("rate_oa", "message/cs")
    said = []
    for _ in range(3):
        with pytest.raises(Complaint) as complaint:
            await oa.say(dan.id, "Chào")
        assert complaint.value.code == -32
        said.append("Official Account" in complaint.value.text)
    assert said == [False, False, True]
    await oa.say(dan.id, "Chào")
    assert len(dan.messages()) == 1


async def test_the_meter_counts_a_minute_of_the_stand_ins_clock(zalo: ZaloOa, oa: Client) -> None:
    dan = zalo.user()
    assert oa.limit == ("", "")
    await oa.say(dan.id, "Một")
    assert oa.limit == ("4000", "3999")
    zalo.advance(61)
    zalo.pace(per_minute=2)
    await oa.say(dan.id, "Hai")
    assert oa.limit == ("2", "1")
    await oa.say(dan.id, "Ba")
    assert await refused(oa.say(dan.id, "Bốn")) == -32
    assert oa.limit == ("2", "0")
    zalo.advance(61)
    await oa.say(dan.id, "Bốn")
    assert [seen.text for seen in dan.unread()] == ["Một", "Hai", "Ba", "Bốn"]


@pytest.mark.parametrize("code", [-200, -100, -216, -230, -211])
async def test_any_code_can_be_scripted_before_or_after_the_effect(zalo: ZaloOa, oa: Client, code: int) -> None:
    dan = zalo.user()
    zalo.fault("code", "message/cs", code=code)
    assert await refused(oa.say(dan.id, "Chào")) == code
    assert dan.messages() == []
    zalo.fault("code_after", "message/cs", code=code)
    assert await refused(oa.say(dan.id, "Chào")) == code
    assert len(dan.messages()) == 1
    assert [call["fault"] for call in zalo.journal("message/cs")] == ["code", "code_after"]


@pytest.mark.parametrize(("kind", "status"), [("server_error", 500), ("bad_gateway", 502)])
async def test_the_platform_can_break(zalo: ZaloOa, oa: Client, kind: str, status: int) -> None:
    dan = zalo.user()
    zalo.fault(kind, "message/cs")
    with pytest.raises(httpx.HTTPStatusError, match=str(status)):
        await oa.say(dan.id, "Chào")
    assert dan.messages() == []


async def test_an_answer_can_be_cut_off(zalo: ZaloOa, oa: Client) -> None:
    zalo.fault("garbled", "message/cs")
    with pytest.raises(json.JSONDecodeError):
        await oa.say(zalo.user().id, "Chào")


@pytest.mark.parametrize(("kind", "delivered"), [("reset_before", 0), ("reset_after", 1)])
async def test_a_reset_connection_leaves_the_client_in_doubt(
    zalo: ZaloOa, oa: Client, kind: str, delivered: int
) -> None:
    dan = zalo.user()
    zalo.fault(kind, "message/cs")
    with pytest.raises(httpx.TransportError):
        await oa.say(dan.id, "Chào")
    assert len(dan.messages()) == delivered


async def test_a_call_can_hang_until_it_is_let_go_or_for_a_time(zalo: ZaloOa, oa: Client) -> None:
    dan = zalo.user()
    zalo.fault("hang_after", "message/cs")
    call = asyncio.get_running_loop().create_task(oa.say(dan.id, "Chào"))
    await dan.wait_for_messages(1)
    assert not call.done()
    zalo.clear_faults()
    with pytest.raises(httpx.TransportError):
        await call
    zalo.fault("hang", "message/cs", seconds=0.05)
    with pytest.raises(httpx.TransportError):
        await oa.say(dan.id, "Chào")
    assert len(dan.messages()) == 1


async def test_an_answer_can_be_slow(zalo: ZaloOa, oa: Client) -> None:
    dan = zalo.user()
    zalo.fault("slow", "message/cs", seconds=0.05)
    await oa.say(dan.id, "Chào")
    assert [call["fault"] for call in zalo.journal("message/cs")] == ["slow"]


async def test_a_fault_hits_one_person_and_the_same_calls_for_the_same_seed(zalo: ZaloOa, oa: Client) -> None:
    dan, lan = zalo.user("Dân"), zalo.user("Lan")
    zalo.fault("code", "message/cs", user=dan.id, skip=1)
    await oa.say(dan.id, "Một")
    await oa.say(lan.id, "Hai")
    assert await refused(oa.say(dan.id, "Ba")) == -200

    async def hits(seed: int) -> list[int]:
        zalo.clear_faults()
        zalo.fault("code", "message/cs", times=-1, chance=0.3, seed=seed)
        return [n for n in range(30) if await refused(oa.say(dan.id, f"Tin {n}"))]

    first = await hits(1)
    assert 2 <= len(first) <= 20
    assert await hits(1) == first != await hits(2)


async def test_while_the_platform_is_down_nothing_answers_and_nothing_is_pushed(zalo: ZaloOa, oa: Client) -> None:
    dan = zalo.user()
    async with Receiver() as webhook:
        await zalo.set_webhook(webhook.url)
        zalo.down()
        for call in (oa.say(dan.id, "Chào"), oa.business_get("message/quota")):
            with pytest.raises(httpx.TransportError):
                await call
        dan.says("Có ai không")
        assert len(webhook.taken) == 1
        zalo.down(False)
        await zalo.wait_until_taken()
        await oa.say(dan.id, "Chào")
        assert len(webhook.taken) == 2


async def test_a_download_can_fail(zalo: ZaloOa) -> None:
    zalo.user().sends_image(b"\xff\xd8\xffanh")
    url = zalo.events()[-1]["body"]["message"]["attachments"][0]["payload"]["url"]
    for kind, status in (("bad_gateway", 502), ("server_error", 500), ("code", 403), ("slow", 200)):
        zalo.fault(kind, "download")
        assert httpx.get(url).status_code == status
    assert [call["status"] for call in zalo.journal("download")] == [502, 500, 403, 200]


def test_another_path_is_no_api(zalo: ZaloOa) -> None:
    for url in (zalo.root, f"{zalo.url}/v3.0/oa/smoke", f"{zalo.business_url}/smoke", f"{zalo.oauth_url}/v4/smoke"):
        assert httpx.get(url).status_code == 404


def test_what_nobody_can_do_is_not_possible(zalo: ZaloOa) -> None:
    with pytest.raises(NotPossible, match="no command"):
        zalo.do("flies")
    with pytest.raises(NotPossible, match="no person"):
        zalo.do("says", user="1", text="Chào")
    with pytest.raises(NotPossible, match="no fault"):
        zalo.fault("earthquake")
    with pytest.raises(NotPossible, match="0 of 1 messages"):
        zalo.await_messages(zalo.user().id, 1, timeout=0.05)


@pytest.fixture(scope="module")
def process() -> Iterator[ZaloOa]:
    command = [sys.executable, "-m", "tests.platforms.zalo_oa", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as running:
        assert running.stdout is not None
        yield remote(json.loads(running.stdout.readline())["url"])
        running.terminate()


async def test_as_a_process_of_its_own_it_is_controlled_over_http(process: ZaloOa) -> None:
    dan = process.user("Dân")
    client = Client(process.url, process.business_url, process.tokens()["access_token"])
    async with Receiver() as webhook:
        assert await process.set_webhook(webhook.url) == 200
        dan.says("Chào cơ quan")
        await process.wait_until_taken()
        assert webhook.events[-1]["message"]["text"] == "Chào cơ quan"
    await client.say(dan.id, "Chào anh/chị")
    assert (await dan.next_message()).text == "Chào anh/chị"
    with pytest.raises(NotPossible, match="no button"):
        dan.taps("Có")
    await client.close()
