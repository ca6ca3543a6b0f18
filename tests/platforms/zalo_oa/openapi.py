"""The methods of the OpenAPI host."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.platforms.zalo_oa.errors import ApiError, NotFound
from tests.platforms.zalo_oa.message import Draft, drafted
from tests.platforms.zalo_oa.templates import filled
from tests.platforms.zalo_oa.world import Group, Json, Person, Posted, Upload, World

MEGABYTE = 2**20
LARGEST = {"image": MEGABYTE, "gif": 5 * MEGABYTE, "file": 5 * MEGABYTE}
_STARTS = {"image": (b"\xff\xd8\xff", b"\x89PNG"), "gif": (b"GIF8",)}
_DOCUMENTS = (".pdf", ".doc", ".docx")

Sent = Callable[[Person, Posted], None]


@dataclass(frozen=True, slots=True)
class Given:
    """What a call carries: its JSON (a body, or the query's `data`) and an uploaded file."""

    values: Json = field(default_factory=dict)
    file_name: str | None = None
    file_content: bytes = b""

    def as_json(self) -> Json:
        """The form of the journal."""
        if self.file_name is None:
            return self.values
        return {**self.values, "file": {"name": self.file_name, "size": len(self.file_content)}}


class OpenApi:
    """Answers by path; `on_sent` hears of every message that stands in a chat now."""

    def __init__(self, world: World, on_sent: Sent) -> None:
        self._world = world
        self._on_sent = on_sent
        self._methods: dict[tuple[str, str], Callable[[Given], Any]] = {
            ("POST", "v3.0/oa/message/cs"): self._message,
            ("POST", "v3.0/oa/message/template"): self._template,
            ("POST", "v3.0/oa/message/transaction"): self._shut,
            ("POST", "v3.0/oa/message/promotion"): self._shut,
            ("POST", "v3.0/oa/quota/message"): self._quota,
            ("GET", "v3.0/oa/user/detail"): self._user,
            ("GET", "v3.0/oa/user/getlist"): self._users,
            ("POST", "v3.0/oa/group/message"): self._group_message,
            ("GET", "v2.0/oa/getoa"): self._account,
            ("POST", "v2.0/oa/message"): self._old_message,
            ("POST", "v2.0/oa/upload/image"): lambda given: self._upload("image", given),
            ("POST", "v2.0/oa/upload/gif"): lambda given: self._upload("gif", given),
            ("POST", "v2.0/oa/upload/file"): lambda given: self._upload("file", given),
        }

    def call(self, verb: str, path: str, access: str, given: Given) -> Any:
        """The `data` of the answer. Raises ApiError, or NotFound for a path that there is not."""
        method = self._methods.get((verb, path))
        if method is None:
            raise NotFound
        self._world.meter.check()
        self._world.oauth.check(access)
        if self._world.state:
            raise ApiError(self._world.state)
        return method(given)

    def _shut(self, _: Given) -> Any:
        raise ApiError(-240)

    def _old_message(self, given: Given) -> Any:
        if "sender_action" in given.values:
            self._world.check_reachable(_recipient(given, "user_id"))
            return {"message_id": self._world.message_id()}
        raise ApiError(-240)

    def _message(self, given: Given) -> Any:
        world = self._world
        user_id = _recipient(given, "user_id")
        draft = drafted(world, given.values.get("message"))
        person = world.check_reachable(user_id)
        is_paid = world.spend_message(person)
        posted = world.post(person, self._posted(draft, is_paid))
        self._on_sent(person, posted)
        return {"message_id": posted.id, "user_id": person.id}

    def _posted(self, draft: Draft, is_paid: bool) -> Posted:
        world = self._world
        return Posted(
            world.message_id(), "oa", draft.kind, world.clock.now(), unicodedata.normalize("NFC", draft.text),
            draft.buttons, draft.file, draft.title, quote=draft.quote, is_paid=is_paid,
        )  # fmt: skip

    def _group_message(self, given: Given) -> Any:
        group = self._group(_recipient(given, "group_id"))
        posted = self._world.post(group, self._posted(drafted(self._world, given.values.get("message")), False))
        return {"message_id": posted.id, "group_id": group.id}

    def _group(self, group_id: str) -> Group:
        group = self._world.groups.get(group_id)
        if group is None:
            raise ApiError(-201, "group_id is invalid")
        if not group.has_oa:
            raise ApiError(-403)
        return group

    def _template(self, given: Given) -> Any:
        world = self._world
        template = world.templates.get(str(given.values.get("template_id", "")))
        if template is None:
            raise ApiError(-201, "template_id is invalid")
        if template.status != "ENABLE":
            raise ApiError(-146 if template.status == "DISABLE" else -131)
        if not template.by_uid:
            raise ApiError(-249)
        person = world.people.get(str(given.values.get("user_id", "")))
        if person is None:
            raise ApiError(-201, "user_id is invalid")
        if person.refusal:
            raise ApiError(person.refusal)
        text = filled(template, given.values.get("template_data"))
        world.spend_money(template.price, -321)
        shown: Json = {"id": template.id, "data": given.values["template_data"]}
        buttons = [{"label": b["title"], "type": "template", "payload": b["content"]} for b in template.buttons]
        posted = Posted(
            world.message_id(), "oa", "template", world.clock.now(), text, buttons, template=shown, is_paid=True
        )
        world.post(person, posted)
        self._on_sent(person, posted)
        return {"message_id": posted.id, "user_id": person.id}

    def _quota(self, given: Given) -> Any:
        world = self._world
        if "user_id" not in given.values:
            total, remain = (0, 0) if world.quotas.oa is None else (world.quotas.oa, world.quotas.oa)
            return [
                {
                    "product_type": str(given.values.get("product_type", "cs")),
                    "quota_type": str(given.values.get("quota_type", "")),
                    "valid_through": world.date_of(world.clock.now() + 30 * 86_400),
                    "total": total,
                    "remain": remain,
                }
            ]
        person = self._person(given)
        if person.last_at is None:
            raise ApiError(-232)
        free = world.quotas.replies
        total = -1 if free is None else free
        return {
            "user_id": person.id,
            "last_interaction": str(int(person.last_at * 1000)),
            "cs_reply": {"remain": -1 if free is None else max(0, free - person.replies_in_window), "total": total},
            "promotion": {"remain": 1, "daily_total": 1, "daily_remain": 1},
        }

    def _person(self, given: Given) -> Person:
        person = self._world.people.get(str(given.values.get("user_id", "")))
        if person is None:
            raise ApiError(-201, "user_id is invalid")
        return person

    def _user(self, given: Given) -> Any:
        person = self._person(given)
        at = "" if person.last_at is None else self._world.date_of(person.last_at)
        body: Json = {
            "user_id": person.id,
            "user_id_by_app": person.by_app,
            "user_external_id": "",
            "display_name": person.name,
            "user_alias": person.name,
            "is_sensitive": False,
            "user_last_interaction_date": at,
            "user_is_follower": person.relation == "following",
            "avatar": f"{self._world.root}/cdn/avatar/{person.id}.jpg",
            "tags_and_notes_info": {"notes": [], "tag_names": []},
        }
        if person.shared is not None:
            body["shared_info"] = person.shared
        return body

    def _users(self, given: Given) -> Any:
        offset, count = given.values.get("offset", 0), given.values.get("count", 50)
        if not isinstance(offset, int) or not isinstance(count, int) or not 1 <= count <= 50 or offset < 0:
            raise ApiError(-201, "offset, count")
        everyone = [p.id for p in self._world.people.values() if p.last_at is not None]
        page = everyone[offset : offset + count]
        return {"total": len(everyone), "count": len(page), "offset": offset, "users": [{"user_id": u} for u in page]}

    def _account(self, _: Given) -> Any:
        world = self._world
        return {
            "oa_id": world.names.oa_id,
            "name": world.oa_name,
            "description": "",
            "oa_alias": "",
            "is_verified": True,
            "oa_type": 4,
            "num_follower": sum(p.relation == "following" for p in world.people.values()),
            "package_name": "Advanced",
            "package_valid_through_date": world.date_of(world.clock.now() + 365 * 86_400),
        }

    def _upload(self, kind: str, given: Given) -> Any:
        world = self._world
        if given.file_name is None or not given.file_content:
            raise ApiError(-201, "file is empty")
        if len(given.file_content) > LARGEST[kind]:
            raise ApiError(-210, "file size")
        if kind == "file":
            if not given.file_name.lower().endswith(_DOCUMENTS):
                raise ApiError(-201, "file type")
        elif not given.file_content.startswith(_STARTS[kind]):
            raise ApiError(-201, "file type")
        if world.quotas.uploads <= 0:
            raise ApiError(-211, "upload")
        world.quotas.uploads -= 1
        handle = f"{kind}-{world.message_id()}"
        world.uploads[handle] = Upload(handle, kind, given.file_name, given.file_content, world.clock.now())
        return {"token" if kind == "file" else "attachment_id": handle}


def _recipient(given: Given, name: str) -> str:
    recipient = given.values.get("recipient")
    found = recipient.get(name) if isinstance(recipient, dict) else None
    if not isinstance(found, str) or not found:
        raise ApiError(-201, f"recipient.{name} is invalid")
    return found
