"""Health, figures and the headers every answer carries."""

import httpx
import pytest

from bot.web.status import exposition
from tests.web.conftest import Site, open_site
from tests.web.front_desk import SmallDesk


async def get(site: Site, path: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.get(site.url + path)


async def test_a_desk_that_can_serve_is_healthy(site: Site) -> None:
    answer = await get(site, "/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "database": "ok"})


async def test_a_desk_that_cannot_serve_is_unavailable(site: Site, desk: SmallDesk) -> None:
    desk.is_ready = False
    answer = await get(site, "/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")


async def test_a_health_check_that_breaks_is_unavailable_and_says_nothing_of_why() -> None:
    class Broken(SmallDesk):
        async def ready(self) -> tuple[bool, dict[str, str]]:
            raise OSError("postgresql://user:mat-khau@host")

    async with open_site(Broken()) as site:
        answer = await get(site, "/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})


async def test_figures_are_in_the_text_format_of_prometheus(site: Site) -> None:
    answer = await get(site, "/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert answer.text == (
        "# TYPE kehoach_outbox_waiting gauge\n"
        "kehoach_outbox_waiting 0.5\n"
        "# TYPE kehoach_updates_total counter\n"
        'kehoach_updates_total{channel="web"} 0\n'
    )


def test_figures_with_labels_stand_together_under_one_type() -> None:
    text = exposition({'a_total{x="1"}': 1, "a_total_more": 2, 'a_total{x="2"}': 3})
    assert '# TYPE a_total counter\na_total{x="1"} 1\na_total{x="2"} 3\n' in text


def test_a_figure_whose_name_cannot_be_written_is_an_error() -> None:
    with pytest.raises(ValueError, match="khong hop le"):
        exposition({"khong hop le": 1})


@pytest.mark.parametrize("path", ["/", "/healthz", "/metrics", "/static/chat.js", "/khong-co", "/chat/messages"])
async def test_every_answer_forbids_framing_sniffing_and_foreign_code(site: Site, path: str) -> None:
    headers = (await get(site, path)).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "script-src 'self'" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/static/../desk.py", "/static/%2e%2e/desk.py"])
async def test_nothing_else_is_served(site: Site, path: str) -> None:
    assert (await get(site, path)).status_code == 404


async def test_the_page_after_consent_says_to_copy_its_address_and_repeats_nothing_of_it(site: Site) -> None:
    answer = await get(site, "/zalo/oauth?code=ma-bi-mat-cua-zalo&state=%3Cscript%3E")
    assert answer.status_code == 200 and "kehoach zalo login" in answer.text
    assert "ma-bi-mat-cua-zalo" not in answer.text and "<script>" not in answer.text
    assert '<meta name="referrer" content="no-referrer">' in answer.text
    # Nothing is loaded beside the page: its address, the code in it, would go along.
    assert "src=" not in answer.text and "href=" not in answer.text
