"""The stand-in as a test holds it: started in this process or reached in another, with people who write to it."""

import asyncio
import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.platforms.clock import Clock
from tests.platforms.hosting import Hosted
from tests.platforms.server import LoopThread
from tests.platforms.wire import InProcess, NotPossible, OverHttp, Wire
from tests.platforms.zalo_oa.account import Account
from tests.platforms.zalo_oa.app import App

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """A button as a person sees it, and what tapping it sends or opens."""

    label: str
    type: str
    payload: Any


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as a person sees it. `sender` is "oa" or a person's id.

    `kind` is text, image, gif, file, sticker, request_info or template; `text` is also a picture's caption and a
    request's subtitle, `title` the request's; `template` is `{"id", "data"}`, and its text is rendered. `paid` tells a
    message for which the office is billed.
    """

    message_id: str
    chat_id: str
    sender: str
    kind: str
    text: str
    buttons: tuple[Choice, ...]
    file: Json | None
    title: str
    template: Json | None
    quote: str
    paid: bool
    date: float

    @property
    def labels(self) -> list[str]:
        """The buttons' labels, from top to bottom."""
        return [choice.label for choice in self.buttons]


def _seen(message: Json) -> Seen:
    return Seen(
        message_id=message["message_id"],
        chat_id=message["chat_id"],
        sender=message["from"],
        kind=message["kind"],
        text=message["text"],
        buttons=tuple(Choice(**button) for button in message["buttons"]),
        file=message["file"],
        title=message["title"],
        template=message["template"],
        quote=message["quote"],
        paid=message["paid"],
        date=message["date"],
    )


class ZaloOa:
    """Zalo as a test controls it; `url`, `business_url` and `oauth_url` are its three hosts, `cdn_url` has the files.

    What people do returns at once; `wait_…` are coroutines that end when it is so, and `await_…` are the same for
    tests without an event loop. Both raise NotPossible after `timeout` seconds.
    """

    def __init__(self, root: str, wire: Wire, account: Account) -> None:
        self.root = root
        self.url = f"{root}/openapi"
        self.business_url = f"{root}/business"
        self.oauth_url = f"{root}/oauth"
        self.cdn_url = root
        self.app_id = account.app_id
        self.app_secret = account.app_secret
        self.oa_id = account.oa_id
        self.secret_key = account.secret_key
        self._wire = wire

    def do(self, command: str, **arguments: Any) -> Any:
        """Perform any command of `control.Control`."""
        return self._wire.perform(command, arguments)

    async def _later(self, command: str, **arguments: Any) -> Any:
        return await asyncio.to_thread(self._wire.perform, command, arguments)

    # People.

    def user(self, name: str = "Lan", phone: str = "", *, id: str = "", follows: bool = True) -> "User":
        """A new person; one who does not follow has never had to do with the account."""
        return User(self, self.do("user", name=name, phone=phone, id=id, follows=follows), name)

    def group(self, name: str, *members: "User") -> str:
        """A new group with the account and these people in it; the id."""
        return str(self.do("group", name=name, members=[member.id for member in members]))

    def flood(self, count: int, chats: int, text: str = "xin chào") -> Json:
        """Many messages at once: `{"users": [ids], "events": [ids]}`."""
        return dict(self.do("flood", count=count, chats=chats, text=text))

    # The webhook.

    async def set_webhook(self, url: str) -> int:
        """Enter the address in the console: what the unsigned probe was answered. 200 sets the webhook."""
        return int(await self._later("set_webhook", url=url))

    def enter_webhook(self, url: str, *, probe: bool = True) -> int:
        """The same, for a test without an event loop; without `probe` the address is taken as it is."""
        return int(self.do("set_webhook", url=url, probe=probe))

    def webhook(self) -> Json:
        """`{"url", "disabled", "pending"}`."""
        return dict(self.do("webhook"))

    def enable_webhook(self) -> None:
        """Switch the webhook on again after every retry of an event failed."""
        self.do("enable_webhook")

    def signing(self, **how: Any) -> None:
        """Choose the variant of the signature: see `pushing.Signing`."""
        self.do("signing", **how)

    def pushing(self, **how: Any) -> None:
        """`deadline` in real seconds, `disables_itself`, `escapes`."""
        self.do("pushing", **how)

    def signature(self, body: bytes, timestamp: str) -> str:
        """The signature header for a body of one's own."""
        return str(self.do("signature", body=body.decode(), timestamp=timestamp))

    def inject(self, body: Any, **how: Any) -> int:
        """Any event at all, signed as the others; its id."""
        return int(self.do("inject", body=body, **how))

    def inject_raw(self, body: bytes, lane: str = "") -> int:
        """Any bytes at all, signed with the time of now; the event's id."""
        return int(self.do("inject", raw=base64.b64encode(body).decode(), lane=lane))

    def redeliver(self, event: int, times: int = 1, *, at_once: bool = False) -> None:
        """Push an event again, although it was taken: one after another, or all at the same moment."""
        self.do("redeliver", event=event, times=times, at_once=at_once)

    def hold_events(self) -> None:
        """Keep back what happens from now on."""
        self.do("hold_events")

    def let_events_go(self, order: list[int] | None = None) -> None:
        """Push what was kept back: by these positions, or backwards."""
        self.do("let_events_go", order=order)

    def events(self, since: int = 0) -> list[Json]:
        """Every event: id, body, state ("waiting", "taken", "lost") and its attempts."""
        return list(self.do("events", since=since))

    def pushes(self) -> Json:
        """`{"outcomes": {"taken": 3, "late": 1}, "slowest": seconds}`."""
        return dict(self.do("pushes"))

    def pending(self) -> int:
        """Events the bot has not taken."""
        return int(self.do("pending"))

    async def wait_until_taken(self, timeout: float = 5.0) -> None:
        """Until the bot has taken every event."""
        await self._later("wait_until_taken", timeout=timeout)

    def await_taken(self, timeout: float = 5.0) -> None:
        """The same, for a test without an event loop."""
        self.do("wait_until_taken", timeout=timeout)

    async def wait_for_attempts(self, event: int, count: int, timeout: float = 5.0) -> Json:
        """An event once it was tried `count` times."""
        return dict(await self._later("wait_for_attempts", event=event, count=count, timeout=timeout))

    # Access.

    def consent(self, verifier: str = "") -> str:
        """An administrator agrees: the authorization code, bound to a PKCE verifier where one is given."""
        return str(self.do("consent", verifier=verifier))

    def tokens(self) -> Json:
        """A valid pair: `{"access_token", "refresh_token", "expires_in"}`."""
        return dict(self.do("tokens"))

    def expire_access(self, after: int = 0) -> None:
        """Every access token is over its 25 hours, at once or after so many calls."""
        self.do("expire_access", after=after)

    def application(self, **how: Any) -> None:
        """`active`, `revokes_older` (a new pair ends older access tokens), `access_seconds`."""
        self.do("application", **how)

    def lose_token_answer(self) -> None:
        """The next refresh takes effect, and its answer is lost on the way."""
        self.fault("reset_after", "oauth/access_token")

    def withdraw_consent(self) -> None:
        """No token is valid any more."""
        self.do("withdraw_consent")

    # The account.

    def account(self, **how: Any) -> None:
        """`state` (a code such as -221, 0 for well), `name`, `buttons` (whether v3 messages may have them)."""
        self.do("account", **how)

    def quotas(self, **limits: Any) -> None:
        """Set quotas: see `world.Quotas`."""
        self.do("quotas", **limits)

    def receipts(self, **which: bool) -> None:
        """Which events follow what the account sends: `received`, `seen`, `echoes`, `zns`."""
        self.do("receipts", **which)

    def template(self, name: str, text: str, **how: Any) -> str:
        """A ZBS template whose text has blanks written `<blank>`; its id."""
        return str(self.do("template", name=name, text=text, **how))

    # Faults and time.

    def fault(self, kind: str, method: str = "*", **how: Any) -> int:
        """Script a fault: see `faults.Fault`."""
        return int(self.do("fault", kind=kind, method=method, **how))

    def clear_faults(self) -> None:
        """No faults from now on; what hangs is let go."""
        self.do("clear_faults")

    def down(self, is_down: bool = True) -> None:
        """The whole platform is down, or up again."""
        self.do("down", is_down=is_down)

    def pace(self, per_minute: int) -> None:
        """How many calls a minute may have."""
        self.do("pace", per_minute=per_minute)

    def advance(self, seconds: float) -> None:
        """Put Zalo's clock forward."""
        self.do("advance", seconds=seconds)

    def set_time(self, moment: datetime) -> None:
        """Let Zalo's clock run on from `moment`, which carries a zone."""
        self.do("set_time", moment=moment.isoformat())

    # What there is to see.

    def oa_messages(self, chat: str) -> list[Seen]:
        """The account's messages in a chat (a person's or a group's id), oldest first."""
        return [_seen(m) for m in self.do("messages", chat=chat)]

    def everything(self, chat: str) -> list[Seen]:
        """All messages in a chat, the people's too."""
        return [_seen(m) for m in self.do("messages", chat=chat, everyone=True)]

    async def wait_for_messages(self, chat: str, count: int, timeout: float = 5.0) -> list[Seen]:
        """The account's messages in the chat, once there are `count`."""
        return [_seen(m) for m in await self._later("wait_for_messages", chat=chat, count=count, timeout=timeout)]

    def await_messages(self, chat: str, count: int, timeout: float = 5.0) -> list[Seen]:
        """The same, for a test without an event loop."""
        return [_seen(m) for m in self.do("wait_for_messages", chat=chat, count=count, timeout=timeout)]

    async def wait_for_text(self, chat: str, text: str, timeout: float = 5.0) -> Seen:
        """The account's newest message that contains `text`."""
        return _seen(await self._later("wait_for_text", chat=chat, text=text, timeout=timeout))

    def await_text(self, chat: str, text: str, timeout: float = 5.0) -> Seen:
        """The same, for a test without an event loop."""
        return _seen(self.do("wait_for_text", chat=chat, text=text, timeout=timeout))

    def journal(self, method: str = "", since: int = 0) -> list[Json]:
        """The calls that were made: number, at, method, parameters, status, answer, fault."""
        return list(self.do("journal", method=method, since=since))

    def issued(self) -> list[str]:
        """Every access and refresh token there ever was."""
        return list(self.do("issued"))

    def tally(self) -> dict[str, int]:
        """How often each method was called."""
        return dict(self.do("tally"))

    async def wait_for_calls(self, method: str, count: int, timeout: float = 5.0) -> int:
        """How often a method was called, once it is `count`."""
        return int(await self._later("wait_for_calls", method=method, count=count, timeout=timeout))

    def await_calls(self, method: str, count: int, timeout: float = 5.0) -> int:
        """The same, for a test without an event loop."""
        return int(self.do("wait_for_calls", method=method, count=count, timeout=timeout))

    def lose_files(self) -> None:
        """Have every file that people sent so far be gone from the CDN."""
        self.do("lose_files")

    def file(self, seen: Seen) -> bytes:
        """The picture or file a message carries, where it was uploaded and not linked."""
        if seen.file is None or not seen.file["id"]:
            raise NotPossible(f"message {seen.message_id} carries no uploaded file")
        return base64.b64decode(self.do("file", id=seen.file["id"]))


class User:
    """A person at their phone; what they do gives the event's id. Without `group` they write to the account."""

    def __init__(self, zalo: ZaloOa, id: str, name: str) -> None:
        self.zalo = zalo
        self.id = id
        self.name = name
        self._read = 0

    def says(self, text: str, group: str = "", quote: str = "") -> int:
        """Write, perhaps as an answer to the message `quote`."""
        return int(self.zalo.do("says", user=self.id, text=text, group=group, quote=quote)["event"])

    def sends(self, what: str, *, content: bytes = b"", **how: Any) -> int:
        """Send something else than text, with what else `control.Control.sends` takes: `text`, `name`, `group`…"""
        encoded = base64.b64encode(content).decode()
        return int(self.zalo.do("sends", user=self.id, what=what, content=encoded, **how)["event"])

    def sends_image(self, content: bytes = b"\xff\xd8\xffjpeg", text: str = "", **how: Any) -> int:
        """Send a photo, perhaps with words under it."""
        return self.sends("image", content=content, text=text, **how)

    def sends_file(self, name: str = "bao_cao.docx", content: bytes = b"document", **how: Any) -> int:
        """Send a file."""
        return self.sends("file", name=name, content=content, **how)

    def sends_voice(self, content: bytes = b"aac", **how: Any) -> int:
        """Send a voice message."""
        return self.sends("audio", content=content, **how)

    def sends_location(self, latitude: float = 21.028511, longitude: float = 105.804817, **how: Any) -> int:
        """Send a place."""
        place = {"coordinates": {"latitude": str(latitude), "longitude": str(longitude)}}
        return self.sends("location", fields=place, **how)

    def sends_sticker(self, **how: Any) -> int:
        """Send a sticker."""
        return self.sends("sticker", content=b"png", **how)

    def sends_link(self, url: str = "https://example.com/trang", text: str = "") -> int:
        """Send a link, which comes with a preview."""
        return self.sends("link", text=text or url, fields={"url": url})

    def follows(self) -> int:
        """Follow the account."""
        return int(self.zalo.do("follows", user=self.id))

    def unfollows(self) -> int:
        """Unfollow the account."""
        return int(self.zalo.do("unfollows", user=self.id))

    def submits(self, phone: str, **form: Any) -> int:
        """Fill in the form one was asked to; `old_shape` sends it as older samples have it."""
        return int(self.zalo.do("submits", user=self.id, phone=phone, **form)["event"])

    def taps(self, label: str) -> Json:
        """Tap the newest button with this label: `{"event"}`, or `{"opened"}` for a link. Raises NotPossible."""
        return dict(self.zalo.do("taps", user=self.id, label=label))

    def refuses(self, code: int) -> None:
        """Have every message to them refused with this code (-217, -227, -244, -213…); 0 ends it."""
        self.zalo.do("refuses", user=self.id, code=code)

    def uses_data_right(self, **how: Any) -> int:
        """Ask in the app for one's data or its deletion."""
        return int(self.zalo.do("uses_data_right", user=self.id, **how))

    def silent_for(self, seconds: float) -> None:
        """Let their last interaction lie so far in the past."""
        self.zalo.do("last_heard", user=self.id, seconds_ago=seconds)

    def messages(self) -> list[Seen]:
        """What the account wrote to them."""
        return self.zalo.oa_messages(self.id)

    async def wait_for_messages(self, count: int, timeout: float = 5.0) -> list[Seen]:
        """What the account wrote to them, once there are `count` messages."""
        return await self.zalo.wait_for_messages(self.id, count, timeout)

    async def next_message(self, timeout: float = 5.0) -> Seen:
        """The account's next message to them that was not returned before."""
        found = await self.zalo.wait_for_messages(self.id, self._read + 1, timeout)
        self._read += 1
        return found[self._read - 1]

    def unread(self) -> list[Seen]:
        """The messages that neither this nor `next_message` has returned; they count as seen now."""
        found = self.messages()[self._read :]
        self._read += len(found)
        self.zalo.do("opens", user=self.id)
        return found


class StandIn(Hosted[App, ZaloOa]):
    """Zalo's stand-in running in a thread of this process; a context manager that gives the `ZaloOa`."""

    def __init__(self, account: Account | None = None, *, port: int = 0) -> None:
        super().__init__("zalo oa stand-in", port=port)
        self._account = account or Account()

    def make(self) -> App:
        return App(self._account, Clock())

    def hold(self, app: App, url: str, thread: LoopThread) -> ZaloOa:
        app.world.root = url
        return ZaloOa(url, InProcess(thread, app.control.perform), self._account)


def remote(root: str, account: Account | None = None) -> ZaloOa:
    """A stand-in that runs as a process of its own (`python -m tests.platforms.zalo_oa`)."""
    return ZaloOa(root.rstrip("/"), OverHttp(root), account or Account())
