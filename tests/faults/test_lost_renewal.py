"""The answer to a renewal is lost and the refresh token with it: nothing is lost but time, and somebody is told."""

import asyncio
import os
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.people import Role
from tests.faults.accounting import size
from tests.faults.house import TELEGRAM, ZALO_OA, House, a_house
from tests.running import KEHOACH, free_port, settings_for, zalo_oa_settings

pytestmark = pytest.mark.usefixtures("hurried")
FIRST, SECOND = "Thứ sáu họp chi bộ.", "Thứ bảy trực cơ quan."


def _login(house: House) -> str:
    """An administrator consents anew with the command line; what it says."""
    zalo = house.apps.zalo_oa
    told = {**zalo_oa_settings(zalo), "ZALO_OA_REFRESH_TOKEN": "", "PUBLIC_URL": "https://bot.example.vn"}
    env = settings_for(house.home, None, free_port(), **told)

    command = [str(KEHOACH), "zalo", "login"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command, env={**os.environ, **env}, text=True, **pipes) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        address = next(word for line in lines for word in line.split() if word.startswith(zalo.oauth_url))
        came_back = httpx.get(address, follow_redirects=False, trust_env=False).headers["Location"]
        said, _ = process.communicate(f"{came_back}\n", timeout=60)
    assert process.returncode == 0, said
    return str(said)


async def test_the_old_token_serves_then_all_waits_for_a_new_consent(tmp_path: Path) -> None:
    count = size(40, 500)
    async with a_house(tmp_path) as house:
        admin, (phone, _) = await house.hire("Đỗ Quản Trị", Role.ADMINISTRATOR, TELEGRAM, ZALO_OA)
        people = [(await house.hire(f"Cán bộ {n}", Role.OFFICIAL, ZALO_OA))[0] for n in range(count)]
        await house.settle()
        zalo = house.apps.zalo_oa
        asked = zalo.tally()["oauth/access_token"]
        zalo.lose_token_answer()
        house.clock.forward(hours=21)
        await house.tokens.look()
        assert zalo.tally()["oauth/access_token"] == asked + 2, (
            "it is tried once more, since nothing may have been done"
        )
        assert await house.watch().look() == 1
        await house.told(phone, "kehoach zalo login")
        await house.announce(admin, people, FIRST)
        await house.settle()
        assert (await house.account()).arrived[ZALO_OA] == count, "the old token serves to its end"

        zalo.expire_access()
        await house.announce(admin, people, SECOND)
        await house.is_held(ZALO_OA)
        await house.settle(TELEGRAM)
        assert (await house.counts())["pending"] == count
        assert (await house.account(waiting=count)).arrived[ZALO_OA] == count
        assert zalo.tally()["oauth/access_token"] == asked + 2, "a dead token is not tried again"

        said = await asyncio.to_thread(_login, house)
        assert said and not any(token in said for token in zalo.tokens().values() if len(token) > 20)
        await house.tokens.look()
        await house.watch().look()
        await house.settle()
        found = await house.account()
        assert found.arrived[ZALO_OA] == 2 * count and set(found.rows) == {"sent"} and not found.labelled
        assert len(phone.messages()) == 2, "of the consent, which tells of the hold as well, and of its end"
