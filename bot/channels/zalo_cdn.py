"""Fetches the photos and files that people sent in Zalo: events name addresses of Zalo's own servers.

What an event says is only as good as its signature, so no other server is ever called: https, Zalo's own host names,
and a redirect is followed only to those.
"""

from urllib.parse import urljoin, urlsplit

import httpx

from domain.ports import FetchFailed

HOSTS = (".zdn.vn", ".zadn.vn", ".zalo.me", ".zaloapp.com", ".zaloplatforms.com", ".zapps.me", ".dlfl.vn", ".dlfl.me")
"""Zalo's own domains from which photos and files are handed out, with every host below them."""

MOST_REDIRECTS = 3
GONE = frozenset({400, 401, 403, 404, 410})
"""Answers of a server on which an address has run out: asking again does not help."""


class ZaloCdn:
    """Fetches over a client of its own, which holds no token; with `base_url` from that server, by the same paths.

    What lies on the server `own` is fetched as well, wherever that is: the settings name it.
    """

    def __init__(
        self, base_url: str = "", *, own: str = "", timeout: float = 60.0, connect_timeout: float = 10.0
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._own = own
        self._timeout = httpx.Timeout(timeout, connect=connect_timeout)
        self._client: httpx.AsyncClient | None = None

    async def fetch(self, url: str, most_bytes: int) -> bytes:
        """The bytes at an address, counted as they come. Raises FetchFailed."""
        try:
            return await self._follow(url, most_bytes)
        except httpx.HTTPError as lost:
            failure = FetchFailed("retry", f"the download broke off: {type(lost).__name__}")
        except (httpx.InvalidURL, ValueError):
            failure = FetchFailed("gone", "the address is not valid")
        raise failure

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.aclose()

    async def _follow(self, url: str, most_bytes: int) -> bytes:
        for _ in range(MOST_REDIRECTS + 1):
            found = await self._get(self._allowed(url), most_bytes)
            if isinstance(found, bytes):
                return found
            url = urljoin(url, found)
        raise FetchFailed("gone", "too many redirects")

    async def _get(self, url: str, most_bytes: int) -> bytes | str:
        """The bytes, or the address to go on to."""
        async with self._open().stream("GET", url) as answer:
            if answer.is_redirect:
                return str(answer.headers.get("location", ""))
            if answer.status_code != 200:
                raise _refusal(answer.status_code, answer.headers.get("retry-after", ""))
            announced = answer.headers.get("content-length", "")
            if announced.isdigit() and int(announced) > most_bytes:
                raise FetchFailed("too_large", f"{announced} bytes")
            content = bytearray()
            async for part in answer.aiter_bytes(2**16):
                content += part
                if len(content) > most_bytes:
                    raise FetchFailed("too_large", f"more than {most_bytes} bytes")
            return bytes(content)

    def _allowed(self, url: str) -> str:
        """The address to call. Raises FetchFailed for one that is not Zalo's."""
        parts = urlsplit(url)
        if self._base_url:
            return self._base_url + parts.path + (f"?{parts.query}" if parts.query else "")
        if self._own and parts[:2] == urlsplit(self._own)[:2]:
            return url
        host = (parts.hostname or "").rstrip(".")
        if (
            parts.scheme != "https"
            or not f".{host}".endswith(HOSTS)
            or parts.port not in (None, 443)
            or "@" in parts.netloc
        ):
            raise FetchFailed("gone", f"not an address of Zalo: {host[:80] or 'no host'}")
        return url

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=self._timeout, follow_redirects=False, trust_env=False)
        return self._client


def _refusal(status: int, after: str) -> FetchFailed:
    if status in GONE:
        return FetchFailed("gone", f"HTTP {status}")
    return FetchFailed("retry", f"HTTP {status}", float(after) if after.isdigit() and len(after) < 6 else None)
