"""A second client of the platform, for the tests of the stand-in: plain httpx, and no code of the product's."""

import hashlib
import json
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

import httpx

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Complaint(Exception):
    """An answer that was not `"error": 0`."""

    code: int
    text: str


class Client:
    """Speaks to the three hosts with one access token."""

    def __init__(self, url: str, business_url: str, access: str = "") -> None:
        self.access = access
        self.limit: tuple[str, str] = ("", "")
        self._url = url
        self._business_url = business_url
        self._http = httpx.AsyncClient(timeout=5)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def post(self, path: str, body: Json) -> Any:
        """`data` of an answer of the OpenAPI host. Raises Complaint."""
        return self._data(await self._http.post(f"{self._url}/{path}", json=body, headers=self._headers))

    async def get(self, path: str, data: Json | None = None) -> Any:
        """The same for a reading, whose parameters are JSON in the query."""
        query = {"data": json.dumps(data)} if data is not None else {}
        return self._data(await self._http.get(f"{self._url}/{path}", params=query, headers=self._headers))

    async def upload(self, kind: str, name: str, content: bytes) -> str:
        """The handle of an uploaded file. Raises Complaint."""
        path, files = f"{self._url}/v2.0/oa/upload/{kind}", {"file": (name, content)}
        data = self._data(await self._http.post(path, files=files, headers=self._headers))
        return str(data["token"] if kind == "file" else data["attachment_id"])

    async def send(self, user: str, message: Json) -> str:
        """Send a consultation message; its id."""
        sent = await self.post("v3.0/oa/message/cs", {"recipient": {"user_id": user}, "message": message})
        assert sent["user_id"] == user
        return str(sent["message_id"])

    async def say(self, user: str, text: str) -> str:
        """Send a text; its id."""
        return await self.send(user, {"text": text})

    async def business_post(self, path: str, body: Json) -> Any:
        """`data` of an answer of the business host. Raises Complaint."""
        return self._data(await self._http.post(f"{self._business_url}/{path}", json=body, headers=self._headers))

    async def business_get(self, path: str, **query: Any) -> Any:
        """The same for a reading, whose parameters stand in the query."""
        return self._data(await self._http.get(f"{self._business_url}/{path}", params=query, headers=self._headers))

    @property
    def _headers(self) -> dict[str, str]:
        return {"access_token": self.access}

    def _data(self, answer: httpx.Response) -> Any:
        answer.raise_for_status()
        self.limit = (answer.headers.get("X-RateLimit-Limit", ""), answer.headers.get("X-RateLimit-Remain", ""))
        body = answer.json()
        if body["error"] != 0:
            raise Complaint(body["error"], body["message"])
        return body["data"]


async def refused(call: Awaitable[object]) -> int:
    """The code a call is refused with; nought when it is not."""
    try:
        await call
    except Complaint as complaint:
        return complaint.code
    return 0


def media(kind: str, text: str = "", **element: Any) -> Json:
    """A message with one picture."""
    payload = {"template_type": "media", "elements": [{"media_type": kind, **element}]}
    message: Json = {"attachment": {"type": "template", "payload": payload}}
    return {"text": text, **message} if text else message


def request_info(**element: Any) -> Json:
    """A message that asks for the person's details."""
    payload = {"template_type": "request_user_info", "elements": [element]}
    return {"attachment": {"type": "template", "payload": payload}}


def document(token: str) -> Json:
    """A message with a file."""
    return {"attachment": {"type": "file", "payload": {"token": token}}}


async def exchange(oauth_url: str, secret: str, **form: str) -> Json:
    """The answer of the token address."""
    async with httpx.AsyncClient(timeout=5) as http:
        answer = await http.post(f"{oauth_url}/v4/oa/access_token", data=form, headers={"secret_key": secret})
    answer.raise_for_status()
    return dict(answer.json())


def fits(header: str, body: bytes, timestamp: str, first: str, secret: str) -> bool:
    """Whether a signature header is what these give, with or without its prefix."""
    mac = hashlib.sha256(b"".join((first.encode(), body, timestamp.encode(), secret.encode()))).hexdigest()
    return header.removeprefix("mac=") == mac
