"""What a test can do to the stand-in: act as a person, read what the account sent, script faults, read the journal.

Every command takes JSON and gives JSON, so that the same ones serve in this process and over HTTP.
"""

import base64
import dataclasses
import hashlib
import inspect
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.platforms.wire import NotPossible
from tests.platforms.zalo_oa import events
from tests.platforms.zalo_oa.faults import KINDS, Fault
from tests.platforms.zalo_oa.pushing import Pusher, lane_of
from tests.platforms.zalo_oa.templates import parameters_of
from tests.platforms.zalo_oa.world import ApprovedTemplate, Group, Json, Person, Posted, World

_FORM = {"name": "", "born": "", "gender": "", "address": "", "city": "", "district": "", "ward": ""}


class Control:
    """The commands; each public method is one, called by its name with keyword arguments."""

    def __init__(self, world: World, pusher: Pusher, release: Callable[[], None]) -> None:
        self._world = world
        self._pusher = pusher
        self._release = release

    async def perform(self, command: str, arguments: Json) -> Any:
        """The command's answer. Raises NotPossible."""
        work = getattr(self, command, None)
        if work is None or command.startswith("_") or command == "perform":
            raise NotPossible(f"there is no command {command!r}")
        try:
            inspect.signature(work).bind(**arguments)
        except TypeError as error:
            raise NotPossible(f"{command}: {error}") from None
        return await work(**arguments)

    # People and what they do.

    async def user(self, name: str = "Lan", phone: str = "", id: str = "", follows: bool = True) -> str:
        """A new person; the id. One who does not follow has never interacted with the account."""
        number = phone.removeprefix("+").replace(" ", "")
        if number.startswith("0"):
            number = f"84{number[1:]}"
        return self._world.add_person(name, number, id, follows=follows).id

    async def group(self, name: str = "Group", members: list[str] | None = None) -> str:
        """A new group with the account in it; the id."""
        made = Group(f"g{self._world.number():016d}", name, [self._person(m).id for m in members or []])
        self._world.groups[made.id] = made
        return made.id

    async def leaves(self, group: str) -> None:
        """The account is taken out of a group."""
        if group not in self._world.groups:
            raise NotPossible(f"there is no group {group}")
        self._world.groups[group].has_oa = False

    async def says(self, user: str, text: str, group: str = "", quote: str = "") -> Json:
        """A person writes: the event's id and the message's."""
        return self._said(user, "text", {"text": text}, Posted("", user, "text", 0.0, text), group, quote)

    async def sends(
        self, user: str, what: str, text: str = "", name: str = "", content: str = "", group: str = "",
        fields: Json | None = None,
    ) -> Json:  # fmt: skip
        """A person sends something else than text.

        `content` is base64; `fields` are put into the attachment's payload as they stand.
        """
        payload, file = self._payload(what, name, base64.b64decode(content))
        message: Json = {"attachments": [{"type": _TYPES.get(what, what), "payload": payload | (fields or {})}]}
        if text or what in ("image", "location", "link"):
            message["text"] = text
        return self._said(user, what, message, Posted("", user, what, 0.0, text, file=file), group, "")

    async def follows(self, user: str) -> int:
        """A person follows the account; the event's id."""
        person = self._person(user)
        self._world.interacts(person)
        person.relation = "following"
        return self._tell_of_following(person, is_follow=True)

    async def unfollows(self, user: str) -> int:
        """A person unfollows the account, which may not write to them any more; the event's id."""
        person = self._person(user)
        person.relation = "left"
        return self._tell_of_following(person, is_follow=False)

    async def submits(self, user: str, phone: str, old_shape: bool = False, unasked: bool = False, **form: str) -> Json:
        """A person fills in the form they were last asked to; raises NotPossible when they were not."""
        person = self._person(user)
        asked = next((p for p in reversed(person.thread) if p.kind == "request_info"), None)
        if asked is None and not unasked:
            raise NotPossible(f"{person.name} was not asked for information")
        if unknown := set(form) - set(_FORM):
            raise NotPossible(f"the form has no {sorted(unknown)}")
        written = {**_FORM, "name": person.name, **form, "phone": phone}
        self._world.interacts(person)
        person.shared = {k: written[k] for k in ("name", "phone", "address", "city", "district", "ward")}
        body = events.submitted(
            self._world.names, person.id, person.by_app, self._world.stamp(), written, is_old=old_shape
        )
        return {"event": self._pusher.add(body, person.id)}

    async def taps(self, user: str, label: str) -> Json:
        """A person taps the newest button with this label; raises NotPossible when no such button is shown."""
        person = self._person(user)
        shown = [button for posted in reversed(person.thread) for button in posted.buttons]
        button = next((b for b in shown if b["label"] == label), None)
        if button is None:
            labels = json.dumps([b["label"] for b in shown], ensure_ascii=False)
            raise NotPossible(f"no button {label!r} is shown; there are {labels}")
        if not button["type"].startswith("oa.query"):
            return {"opened": button["payload"]}
        seen = Posted("", user, "text", 0.0, button["payload"])
        is_shown = button["type"] == "oa.query.show"
        return self._said(user, "text", {"text": button["payload"]}, seen, "", "", is_shown=is_shown)

    async def refuses(self, user: str, code: int) -> None:
        """Every message to this person is refused with a code from now on (nought: none is)."""
        self._person(user).refusal = code

    async def uses_data_right(self, user: str, event_name: str = "user_data_subject_request") -> int:
        """A person asks in the app for their data or its deletion; the event's id. Its real name is not known."""
        person = self._person(user)
        body = events.about_data(self._world.names, event_name, person.id, person.by_app, self._world.stamp())
        return self._pusher.add(body, person.id)

    async def opens(self, user: str) -> int:
        """A person opens the chat and sees what is new: how many messages."""
        person = self._person(user)
        new = [p for p in person.thread if p.sender == "oa" and not p.is_seen]
        for posted in new:
            posted.is_seen = True
        if new and self._world.receipts.seen:
            ids = [posted.id for posted in new]
            body = events.seen(self._world.names, person.id, person.by_app, ids, self._world.stamp())
            self._pusher.add(body, person.id)
        return len(new)

    async def answers_by_hand(self, user: str, text: str, admin: str = "admin-1") -> int:
        """Somebody of the office writes in the account's own inbox; the echo's id."""
        person, world = self._person(user), self._world
        posted = world.post(person, Posted(world.message_id(), "oa", "text", world.clock.now(), text))
        message = {"msg_id": posted.id, "text": text}
        body = events.echoed(world.names, "text", person.id, person.by_app, world.stamp(), message, admin)
        return self._pusher.add(body, person.id)

    async def flood(self, count: int, chats: int, text: str = "xin chào") -> Json:
        """Many people write at once; `{n}` in the text becomes the message's number. Their ids and the event ids."""
        users = [self._world.add_person(f"Dân {n}", "", "", follows=True).id for n in range(chats)]
        told = [await self.says(users[n % chats], text.replace("{n}", str(n))) for n in range(count)]
        return {"users": users, "events": [t["event"] for t in told]}

    # The webhook.

    async def set_webhook(self, url: str, probe: bool = True) -> int:
        """Enter the address in the console, which probes it: the probe's status (200 sets the webhook)."""
        if not probe:
            self._pusher.take_webhook(url)
            return 200
        return await self._pusher.set_webhook(url)

    async def signing(self, **how: Any) -> None:
        """Which variant of the signature is used (see `pushing.Signing`)."""
        self._pusher.signing = dataclasses.replace(self._pusher.signing, **how)

    async def pushing(
        self, deadline: float | None = None, disables_itself: bool | None = None, escapes: bool | None = None
    ) -> None:
        """The deadline in real seconds, whether a lost event disables the webhook, whether bodies are ASCII."""
        pusher = self._pusher
        pusher.deadline = pusher.deadline if deadline is None else deadline
        pusher.disables_itself = pusher.disables_itself if disables_itself is None else disables_itself
        pusher.escapes = pusher.escapes if escapes is None else escapes

    async def webhook(self) -> Json:
        """The webhook: its address, whether it was disabled, what waits."""
        return {"url": self._pusher.url, "disabled": self._pusher.is_disabled, "pending": self._pusher.pending}

    async def enable_webhook(self) -> None:
        """Switch the webhook on again, as an administrator does in the console."""
        self._pusher.take_webhook(self._pusher.url)

    async def signature(self, body: str, timestamp: str) -> str:
        """The signature header for a body of one's own."""
        return self._pusher.sign(body.encode(), timestamp)

    async def inject(self, body: Any = None, lane: str | None = None, raw: str | None = None, zns: bool = False) -> int:
        """Any event at all, signed as the others; `raw` (base64) sends these very bytes. Its id."""
        where = lane_of(body) if lane is None else lane
        if raw is not None:
            return self._pusher.add_raw(base64.b64decode(raw), where, self._world.stamp(), is_zns=zns)
        if isinstance(body, dict):
            return self._pusher.add(body, where, is_zns=zns)
        return self._pusher.add_raw(json.dumps(body).encode(), where, self._world.stamp(), is_zns=zns)

    async def redeliver(self, event: int, times: int = 1, at_once: bool = False) -> None:
        """Push an event again, although it was taken: one after another, or all at the same moment."""
        if event not in self._pusher.events:
            raise NotPossible(f"there was no event {event}")
        for number in range(times):
            self._pusher.redeliver(event, f"again {number}" if at_once else None)

    async def hold_events(self) -> None:
        """Keep back what happens from now on."""
        self._pusher.hold()

    async def let_events_go(self, order: list[int] | None = None) -> None:
        """Push what was kept back: by these positions, or backwards."""
        self._pusher.let_go(order or [])

    async def events(self, since: int = 0) -> list[Json]:
        """Every event with its attempts, from the id `since` on."""
        return [event.as_json() for event in self._pusher.events.values() if event.id >= since]

    async def pushes(self) -> Json:
        """How pushing went: attempts by outcome, and the slowest answer in seconds."""
        attempts = [attempt for event in self._pusher.events.values() for attempt in event.attempts]
        counted: Json = {}
        for attempt in attempts:
            counted[attempt.outcome] = counted.get(attempt.outcome, 0) + 1
        return {"outcomes": counted, "slowest": max((a.seconds for a in attempts), default=0.0)}

    async def pending(self) -> int:
        """Events the bot has not taken yet."""
        return self._pusher.pending

    async def wait_until_taken(self, timeout: float = 5.0) -> None:
        """Until the bot has taken every event. Raises NotPossible when it has not in time."""
        if not await self._world.changes.until(lambda: self._pusher.pending == 0, timeout):
            raise NotPossible(f"{self._pusher.pending} events are not taken after {timeout} s")

    async def wait_for_attempts(self, event: int, count: int, timeout: float = 5.0) -> Json:
        """An event once it was tried `count` times. Raises NotPossible when it was not in time."""
        held = self._pusher.events.get(event)
        if held is None:
            raise NotPossible(f"there was no event {event}")
        if not await self._world.changes.until(lambda: len(held.attempts) >= count, timeout):
            raise NotPossible(f"event {event} was tried {len(held.attempts)} of {count} times after {timeout} s")
        return held.as_json()

    # Access.

    async def consent(self, verifier: str = "") -> str:
        """An administrator agrees to the application: the authorization code; with a verifier, bound to it."""
        challenge = ""
        if verifier:
            digest = hashlib.sha256(verifier.encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return self._world.oauth.consent(challenge)

    async def consent_to(self, challenge: str = "") -> str:
        """The same for a challenge that the application made."""
        return self._world.oauth.consent(challenge)

    async def redirects(self, urls: list[str]) -> None:
        """The addresses the console has for coming back with a code; none at all allows any."""
        self._world.oauth.redirects = frozenset(urls)

    async def tokens(self) -> Json:
        """A valid pair, as the token address would give it."""
        return self._world.oauth.issue()

    async def expire_access(self, after: int = 0) -> None:
        """Access tokens are 25 hours old, at once or after so many calls that were let in."""
        if after:
            self._world.oauth.calls_left = after
        else:
            self._world.oauth.expire_access()

    async def revoke_access(self) -> None:
        """No access token is valid any more."""
        self._world.oauth.revoke_access()

    async def withdraw_consent(self) -> None:
        """No token at all is valid any more: the administrator must agree anew."""
        self._world.oauth.withdraw()

    async def application(
        self, active: bool | None = None, revokes_older: bool | None = None, access_seconds: float | None = None
    ) -> None:
        """Whether the application is active, a new pair ends older access tokens, and how long such a token lives."""
        oauth = self._world.oauth
        oauth.is_active = oauth.is_active if active is None else active
        oauth.revokes_older = oauth.revokes_older if revokes_older is None else revokes_older
        oauth.access_seconds = oauth.access_seconds if access_seconds is None else access_seconds

    async def rotations(self) -> Json:
        """How many pairs were given, and how many refresh tokens still work."""
        oauth = self._world.oauth
        now = self._world.clock.now()
        alive = sum(not t.is_spent and t.ends > now for t in oauth.refresh.values())
        return {"given": oauth.rotations, "alive": alive}

    # The account, its quotas and its templates.

    async def account(self, state: int = 0, name: str | None = None, buttons: bool | None = None) -> None:
        """The account's state (a code such as -221, or nought), its name, whether v3 messages may have buttons."""
        world = self._world
        world.state = state
        world.oa_name = world.oa_name if name is None else name
        world.buttons_work = world.buttons_work if buttons is None else buttons

    async def quotas(self, **limits: Any) -> None:
        """Set quotas (see `world.Quotas`)."""
        self._world.quotas = dataclasses.replace(self._world.quotas, **limits)

    async def receipts(self, **which: bool) -> None:
        """Which events follow what the account sends (see `world.Receipts`)."""
        self._world.receipts = dataclasses.replace(self._world.receipts, **which)

    async def template(
        self, name: str, text: str, kinds: Json | None = None, id: str = "", status: str = "ENABLE",
        by_uid: bool = True, at_night: bool = True, price: int = 200, remaining: int | None = None,
        buttons: list[Json] | None = None,
    ) -> str:  # fmt: skip
        """A template of the account, whose blanks are written `<blank>`; its id.

        `kinds` says of blanks what they are (see `templates.MAXIMA`), which limits what they hold.
        """
        known = id or str(300_000 + self._world.number())
        self._world.templates[known] = ApprovedTemplate(
            known,
            name,
            text,
            parameters_of(text, kinds or {}),
            buttons or [],
            status,
            by_uid,
            at_night,
            price,
            remaining,
        )
        return known

    async def change_template(self, id: str, status: str) -> int:
        """The platform changes a template's state and tells of it; the event's id."""
        template = self._world.templates.get(id)
        if template is None:
            raise NotPossible(f"there is no template {id}")
        old, template.status = template.status, status
        return self._pusher.add(
            {
                "app_id": self._world.names.app_id, "oa_id": self._world.names.oa_id, "template_id": id,
                "event_name": "change_template_status", "timestamp": self._world.stamp(),
                "status": {"prev_status": old, "new_status": status}, "reason": "",
            }, "", is_zns=True,
        )  # fmt: skip

    async def change_daily_quota(self, daily: int) -> int:
        """The platform moves the account to another tier and tells of it; the event's id."""
        quotas = self._world.quotas
        old, quotas.daily, quotas.remaining = quotas.daily, daily, min(quotas.remaining, daily)
        return self._pusher.add(
            {
                "app_id": self._world.names.app_id, "oa_id": self._world.names.oa_id,
                "event_name": "change_oa_daily_quota", "timestamp": self._world.stamp(),
                "quota": {"prev_quota": old, "new_quota": daily},
            }, "", is_zns=True,
        )  # fmt: skip

    async def administrator(self, phone: str) -> None:
        """A number that templates in development are sent to."""
        self._world.admin_phones.add(phone)

    async def spoil_uploads(self) -> None:
        """Seven days have passed for every upload."""
        for held in self._world.uploads.values():
            held.at = float("-inf")

    # Faults and time.

    async def fault(self, kind: str, **how: Any) -> int:
        """Script a fault (see `faults.Fault`); its id."""
        if kind not in KINDS:
            raise NotPossible(f"there is no fault {kind!r}; there are {sorted(KINDS)}")
        fault = Fault(self._world.number(), kind, **how)
        self._world.faults.append(fault)
        return fault.id

    async def clear_faults(self) -> None:
        """No faults from now on; what hangs is let go."""
        self._world.faults.clear()
        self._release()

    async def release(self) -> None:
        """Drop the connections of the calls that hang."""
        self._release()

    async def down(self, is_down: bool = True) -> None:
        """The whole platform is down: connections are reset and nothing is pushed."""
        self._world.is_down = is_down
        self._pusher.resume()

    async def pace(self, per_minute: int) -> None:
        """How many calls a minute may have."""
        self._world.meter.limit = per_minute

    async def advance(self, seconds: float) -> float:
        """Put the platform's clock forward; the new time."""
        self._world.clock.advance(seconds)
        self._pusher.clock_moved()
        return self._world.clock.now()

    async def set_time(self, moment: str) -> None:
        """Set the platform's clock to an ISO time with a zone."""
        self._world.clock.set(datetime.fromisoformat(moment))
        self._pusher.clock_moved()

    async def last_heard(self, user: str, seconds_ago: float) -> None:
        """Move a person's last interaction into the past."""
        self._person(user).last_at = self._world.clock.now() - seconds_ago

    # What there is to see.

    async def messages(self, chat: str, everyone: bool = False) -> list[Json]:
        """What stands in the chat, oldest first: the account's messages, or everyone's."""
        held = self._chat(chat)
        return [p.as_seen(chat) for p in held.thread if everyone or p.sender == "oa"]

    async def wait_for_messages(self, chat: str, count: int, timeout: float = 5.0) -> list[Json]:
        """The account's messages in the chat once there are `count`. Raises NotPossible when there are not in time."""
        held = self._chat(chat)
        if not await self._world.changes.until(lambda: held.oa_count >= count, timeout):
            shown = [m["text"] for m in await self.messages(chat)]
            raise NotPossible(f"{len(shown)} of {count} messages in chat {chat} after {timeout} s: {shown}")
        return await self.messages(chat)

    async def wait_for_text(self, chat: str, text: str, timeout: float = 5.0) -> Json:
        """The account's newest message that contains `text`. Raises NotPossible when none comes."""
        held = self._chat(chat)

        def holding() -> list[Posted]:
            return [p for p in held.thread if p.sender == "oa" and text in p.text]

        if not await self._world.changes.until(lambda: bool(holding()), timeout):
            shown = [m["text"] for m in await self.messages(chat)]
            raise NotPossible(f"no message in chat {chat} has {text!r} after {timeout} s: {shown}")
        return holding()[-1].as_seen(chat)

    async def journal(self, method: str = "", since: int = 0) -> list[Json]:
        """The calls that were made, from number `since` on."""
        calls = self._world.journal[since:]
        return [call.as_json() for call in calls if not method or call.method == method]

    async def issued(self) -> list[str]:
        """Every access and refresh token there ever was."""
        return [*self._world.oauth.access, *self._world.oauth.refresh]

    async def tally(self) -> dict[str, int]:
        """How often each method was called."""
        return dict(self._world.tally)

    async def wait_for_calls(self, method: str, count: int, timeout: float = 5.0) -> int:
        """How often the method was called, once it is `count`. Raises NotPossible when it is not in time."""
        if not await self._world.changes.until(lambda: self._world.tally.get(method, 0) >= count, timeout):
            raise NotPossible(f"{self._world.tally.get(method, 0)} of {count} calls of {method} after {timeout} s")
        return self._world.tally.get(method, 0)

    async def span(self, method: str = "message/cs") -> Json:
        """How many calls of a method succeeded, and the times of the first and the last, for measuring speed."""
        times = [c.at for c in self._world.journal if c.method == method and (c.answer or {}).get("error") == 0]
        return {"count": len(times), "first": times[0] if times else 0.0, "last": times[-1] if times else 0.0}

    async def lose_files(self) -> None:
        """The CDN has none of its files any more."""
        self._world.lost_files.update(self._world.kept)

    async def file(self, id: str) -> str:
        """An uploaded file's content in base64."""
        held = self._world.uploads.get(id)
        if held is None:
            raise NotPossible(f"there is no file {id}")
        return base64.b64encode(held.content).decode()

    def _person(self, user: str) -> Person:
        if user not in self._world.people:
            raise NotPossible(f"there is no person {user}")
        return self._world.people[user]

    def _chat(self, chat: str) -> Person | Group:
        return self._world.groups[chat] if chat in self._world.groups else self._person(chat)

    def _said(
        self, user: str, kind: str, message: Json, posted: Posted, group: str, quote: str, *, is_shown: bool = True
    ) -> Json:
        world, person = self._world, self._person(user)
        posted.id, posted.at, posted.quote = world.message_id(), world.clock.now(), quote
        message = {"msg_id": posted.id, **message}
        if quote:
            message["quote_msg_id"] = quote
        if group:
            where = world.groups.get(group)
            if where is None or user not in where.members:
                raise NotPossible(f"{person.name} is not in the group {group}")
            world.post(where, posted)
            body = events.said_in_group(world.names, kind, user, person.by_app, group, world.stamp(), message)
            return {"event": self._pusher.add(body, group), "message": posted.id}
        world.interacts(person)
        if is_shown:
            world.post(person, posted)
        body = events.said(world.names, kind, user, person.by_app, world.stamp(), message)
        return {"event": self._pusher.add(body, user), "message": posted.id}

    def _tell_of_following(self, person: Person, *, is_follow: bool) -> int:
        body = events.followed(self._world.names, person.id, person.by_app, self._world.stamp(), is_follow=is_follow)
        return self._pusher.add(body, person.id)

    def _payload(self, what: str, name: str, content: bytes) -> tuple[Json, Json | None]:
        """An attachment's payload, and the file a person sees in their own message."""
        if what == "location":
            return {"coordinates": {"latitude": "21.028511", "longitude": "105.804817"}}, None
        if what == "sticker":
            return {"id": "e3f2", "url": self._world.keep("sticker.png", content)}, None
        if what == "link":
            return {"thumbnail": "", "description": "", "url": "https://example.com/trang"}, None
        if what == "business_card":
            return {"thumbnail": "", "description": "{}", "url": "https://example.com/danh-thiep"}, None
        names = {"image": "photo.jpg", "gif": "moving.gif", "audio": "voice.aac", "video": "video.mp4"}
        if what not in (*names, "file"):
            raise NotPossible(f"nobody can send {what!r} here")
        called = name or names.get(what, "tep.bin")
        payload: Json = {"url": self._world.keep(called, content)}
        if what in ("image", "gif", "video"):
            payload["thumbnail"] = self._world.keep(f"thumb-{called}", content[:16])
        if what == "file":
            payload |= {
                "size": str(len(content)),
                "name": called,
                "checksum": hashlib.md5(content, usedforsecurity=False).hexdigest(),
                "type": called.rsplit(".", 1)[-1] if "." in called else "",
            }
        return payload, {"id": "", "name": called, "size": len(content), "url": payload["url"]}


_TYPES = {"business_card": "link"}
