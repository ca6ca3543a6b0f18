"""Codes and tokens of the stand-in, as a second client sees them."""

from tests.platforms.zalo_oa import ZaloOa
from tests.platforms.zalo_oa.client import Json, exchange


async def by_code(zalo: ZaloOa, code: str, **more: str) -> Json:
    form = {"app_id": zalo.app_id, "grant_type": "authorization_code", "code": code, **more}
    return await exchange(zalo.oauth_url, zalo.app_secret, **form)


async def refreshed(zalo: ZaloOa, token: str) -> Json:
    form = {"app_id": zalo.app_id, "grant_type": "refresh_token", "refresh_token": token}
    return await exchange(zalo.oauth_url, zalo.app_secret, **form)


async def test_a_code_gives_a_pair_once(zalo: ZaloOa) -> None:
    code = zalo.consent()
    pair = await by_code(zalo, code)
    assert set(pair) == {"access_token", "refresh_token", "expires_in"}
    assert pair["expires_in"] == "90000"
    assert (await by_code(zalo, code))["error"] < 0


async def test_a_code_ends_after_ten_minutes(zalo: ZaloOa) -> None:
    code = zalo.consent()
    zalo.advance(601)
    assert (await by_code(zalo, code))["error"] < 0


async def test_a_code_bound_to_a_verifier_needs_it(zalo: ZaloOa) -> None:
    assert (await by_code(zalo, zalo.consent("v" * 43)))["error"] < 0
    assert "access_token" in await by_code(zalo, zalo.consent("v" * 43), code_verifier="v" * 43)


async def test_a_refresh_token_works_once_and_gives_a_new_one(zalo: ZaloOa) -> None:
    first = zalo.tokens()
    second = await refreshed(zalo, first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    assert (await refreshed(zalo, first["refresh_token"]))["error"] == -14014
    assert "access_token" in await refreshed(zalo, second["refresh_token"])
    assert zalo.do("rotations")["alive"] == 1
