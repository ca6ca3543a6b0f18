"""The page as the server writes it."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import httpx

import texts
from bot.web.app import STATIC
from bot.web.visitors import COOKIE
from domain.people import Role
from tests.web.conftest import Site, open_site
from tests.web.front_desk import PEOPLE, SmallDesk


def data_of(html: str) -> dict[str, Any]:
    """What the page tells its scripts."""
    found = re.search(r'data-page="([^"]*)"', html)
    assert found
    told: dict[str, Any] = json.loads(unescape(found[1]))
    return told


async def test_the_page_names_the_office_and_offers_every_persona(site: Site) -> None:
    async with site.browser() as browser:
        answer = await browser.get("/")
    assert "Ủy ban nhân dân phường Vân Sương" in answer.text
    people = data_of(answer.text)["people"]
    assert [person["id"] for person in people] == ["", "official", "head", "leader"]
    assert [person["staff"] for person in people] == [False, True, True, True]
    assert all(person["try"] and person["first"] and person["open"] and person["role"] for person in people)


async def test_outside_the_demo_there_is_nobody_to_play_and_no_sample_question() -> None:
    async with open_site(SmallDesk(is_demo=False)) as site, site.browser() as browser:
        html = (await browser.get("/")).text
    assert [(person["id"], person["first"]) for person in data_of(html)["people"]] == [("", [])]
    assert re.search(r'<fieldset[^>]* id="people" hidden>', html)


async def test_an_office_without_a_name_still_has_a_page() -> None:
    desk = SmallDesk()
    desk.office_name = ""
    async with open_site(desk) as site, site.browser() as browser:
        assert texts.say("web.title", office=texts.say("web.unnamed_office")) in (await browser.get("/")).text


async def test_a_name_that_looks_like_html_is_only_text() -> None:
    desk = SmallDesk()
    desk.office_name = "\"><script>alert('{web.send}')</script>"
    async with open_site(desk) as site, site.browser() as browser:
        html = (await browser.get("/")).text
    assert "<script>alert" not in html
    assert "{web.send}" in data_of(html)["people"][0]["open"]


async def test_every_word_of_the_page_is_filled_in_and_nothing_is_loaded_from_elsewhere(site: Site) -> None:
    async with site.browser() as browser:
        html = (await browser.get("/")).text
        paths = sorted(set(re.findall(r'(?:src|href)="([^"#][^"]*)"', html)))
        assert paths and all(path.startswith("/static/") for path in paths)
        for path in [*paths, *(f"/static/{file.name}" for file in STATIC.iterdir())]:
            assert (await browser.get(path)).status_code == 200
    without_data = re.sub(r'data-page="[^"]*"', "", html)
    assert not re.search(r"\{[a-z_.]+\}", without_data)


async def test_the_cookie_is_random_and_out_of_reach_of_scripts_and_other_sites(site: Site) -> None:
    seen = set()
    for _ in range(2):
        async with site.browser() as browser:
            answer = await browser.get("/")
            seen.add(browser.cookies[COOKIE])
            again = await browser.get("/")
            assert browser.cookies[COOKIE] in seen
            header = answer.headers["Set-Cookie"]
            assert "HttpOnly" in header and "SameSite=lax" in header and "Secure" not in header
            assert data_of(again.text)["visitor"] == data_of(answer.text)["visitor"] != browser.cookies[COOKIE]
    assert len(seen) == 2


async def test_behind_tls_the_cookie_is_for_tls_only(site: Site) -> None:
    """Uvicorn trusts a proxy on this machine to say how the visitor came."""
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(site.url, headers={"X-Forwarded-Proto": "https"})
    assert "Secure" in answer.headers["Set-Cookie"]


async def test_the_page_answers_a_monitor_that_asks_only_for_the_head(site: Site) -> None:
    async with site.browser() as browser:
        for path in ("/", "/healthz"):
            answer = await browser.head(path)
            assert (answer.status_code, answer.content) == (200, b"")


async def test_the_files_of_the_page_are_asked_for_again_only_when_changed(site: Site) -> None:
    async with site.browser() as browser:
        first = await browser.get("/static/chat.js")
        again = await browser.get("/static/chat.js", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.headers["Cache-Control"], again.status_code) == ("no-cache", 304)


def test_every_role_that_can_be_played_has_its_words() -> None:
    for role in Role:
        assert texts.say(f"web.role.{role}") and texts.say(f"web.try.{role}")
        assert texts.say(f"web.first.{role}").splitlines()
    assert {persona.role for persona in PEOPLE} < set(Role)


def test_every_sentence_the_scripts_ask_for_is_written_and_every_one_written_is_asked_for() -> None:
    asked = {
        name
        for file in Path(STATIC).glob("*.js")
        for name in re.findall(r'"(web\.script\.[a-z_]+)"', file.read_text(encoding="utf-8"))
    }
    written = texts.keys()
    assert asked == {key for key in written if key.startswith("web.script.")}
