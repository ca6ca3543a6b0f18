"""Codes and tokens of the stand-in, as a second client sees them."""

import httpx
import pytest

from tests.platforms.zalo_oa import ZaloOa
from tests.platforms.zalo_oa.client import Client, Json, exchange, refused


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


@pytest.mark.parametrize("is_sent", [True, False])
async def test_a_pair_whose_answer_is_lost_is_rotated_all_the_same(zalo: ZaloOa, is_sent: bool) -> None:
    pair = zalo.tokens()
    zalo.fault("reset_after" if is_sent else "reset_before", "oauth/access_token")
    with pytest.raises(httpx.TransportError):
        await refreshed(zalo, pair["refresh_token"])
    again = await refreshed(zalo, pair["refresh_token"])
    assert again.get("error") == (-14014 if is_sent else None)
    assert [call["fault"] for call in zalo.journal("oauth/access_token")] == [
        "reset_after" if is_sent else "reset_before",
        "",
    ]


async def test_the_shorthand_loses_the_next_answer_only(zalo: ZaloOa) -> None:
    zalo.lose_token_answer()
    with pytest.raises(httpx.TransportError):
        await by_code(zalo, zalo.consent())
    assert "access_token" in await by_code(zalo, zalo.consent())


async def test_a_refresh_token_ends_after_three_months(zalo: ZaloOa) -> None:
    pair = zalo.tokens()
    zalo.advance(89 * 86_400)
    pair = await refreshed(zalo, pair["refresh_token"])
    zalo.advance(91 * 86_400)
    assert (await refreshed(zalo, pair["refresh_token"]))["error"] == -14014


async def test_a_refusal_names_its_error_and_comes_inside_200(zalo: ZaloOa) -> None:
    refused = await refreshed(zalo, "made up")
    assert set(refused) == {"error", "error_name", "error_description", "error_reason", "ref_doc"}


async def test_a_wrong_secret_or_application_or_grant_gives_nothing_and_spends_nothing(zalo: ZaloOa) -> None:
    token = zalo.tokens()["refresh_token"]
    form = {"app_id": zalo.app_id, "grant_type": "refresh_token", "refresh_token": token}
    assert (await exchange(zalo.oauth_url, "guessed", **form))["error"] == -14004
    assert (await exchange(zalo.oauth_url, zalo.app_secret, **{**form, "app_id": "1"}))["error"] == -14002
    assert (await exchange(zalo.oauth_url, zalo.app_secret, **{**form, "grant_type": "password"}))["error"] < 0
    zalo.do("application", active=False)
    assert (await refreshed(zalo, token))["error"] == -14002
    zalo.do("application", active=True)
    assert "access_token" in await refreshed(zalo, token)


async def test_the_token_address_takes_forms_only(zalo: ZaloOa) -> None:
    body = {"app_id": zalo.app_id, "grant_type": "refresh_token", "refresh_token": zalo.tokens()["refresh_token"]}
    async with httpx.AsyncClient() as http:
        path, headers = f"{zalo.oauth_url}/v4/oa/access_token", {"secret_key": zalo.app_secret}
        assert (await http.post(path, json=body, headers=headers)).json()["error"] < 0
        assert (await http.get(path, params=body, headers=headers)).status_code == 404


async def test_an_access_token_ends_after_25_hours(zalo: ZaloOa, oa: Client) -> None:
    dan = zalo.user()
    zalo.advance(24.9 * 3_600)
    await oa.say(dan.id, "Còn hạn")
    zalo.advance(0.2 * 3_600)
    assert await refused(oa.say(dan.id, "Hết hạn")) == -220
    oa.access = "made up"
    assert await refused(oa.say(dan.id, "Không có")) == -216


async def test_the_business_host_says_a_bad_token_in_its_own_way(zalo: ZaloOa, oa: Client) -> None:
    zalo.expire_access()
    assert await refused(oa.business_get("message/quota")) == -124


async def test_a_withdrawn_consent_ends_every_token(zalo: ZaloOa, oa: Client) -> None:
    dan, pair = zalo.user(), zalo.tokens()
    zalo.withdraw_consent()
    assert await refused(oa.say(dan.id, "Chào")) == -216
    assert (await refreshed(zalo, pair["refresh_token"]))["error"] == -14014


async def test_no_secret_and_no_token_stands_in_the_journal(zalo: ZaloOa, oa: Client) -> None:
    pair = zalo.tokens()
    await refreshed(zalo, pair["refresh_token"])
    await oa.say(zalo.user().id, "Chào")
    written = str(zalo.journal())
    for secret in (*pair.values(), oa.access, zalo.app_secret, zalo.secret_key):
        assert secret not in written or secret == "90000"


async def test_the_consent_page_comes_back_with_a_code_and_the_state(zalo: ZaloOa) -> None:
    page, back = f"{zalo.oauth_url}/v4/oa/permission", "https://example.com/dong-y"
    asked = {"app_id": zalo.app_id, "redirect_uri": back, "state": "s1"}
    async with httpx.AsyncClient() as http:
        answer = await http.get(page, params=asked)
        where = httpx.URL(answer.headers["Location"])
        assert (answer.status_code, str(where).split("?")[0]) == (302, back)
        assert (where.params["oa_id"], where.params["state"]) == (zalo.oa_id, "s1")
        assert "access_token" in await by_code(zalo, where.params["code"])
        zalo.do("redirects", urls=["https://example.com/khac"])
        assert (await http.get(page, params=asked)).json()["error"] == -14003
        assert (await http.get(page, params={**asked, "app_id": "1"})).json()["error"] == -14002


async def test_tokens_can_end_in_the_middle_of_a_broadcast(zalo: ZaloOa, oa: Client) -> None:
    people = [zalo.user() for _ in range(4)]
    zalo.expire_access(after=2)
    codes = [await refused(oa.say(person.id, "Thông báo")) for person in people]
    assert codes == [0, 0, -220, -220]
    oa.access = zalo.tokens()["access_token"]
    for person in people[2:]:
        await oa.say(person.id, "Thông báo")
    assert [len(person.unread()) for person in people] == [1] * 4


async def test_a_new_pair_ends_older_tokens_only_where_switched_on(zalo: ZaloOa, oa: Client) -> None:
    dan, pair = zalo.user(), zalo.tokens()
    pair = await refreshed(zalo, pair["refresh_token"])
    await oa.say(dan.id, "Cũ mà còn dùng được")
    zalo.application(revokes_older=True, access_seconds=3_600)
    assert (await refreshed(zalo, pair["refresh_token"]))["expires_in"] == "3600"
    assert await refused(oa.say(dan.id, "Hết dùng được")) == -216
