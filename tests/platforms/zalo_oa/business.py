"""The methods of the business host: templates sent to telephone numbers, and what is known of templates."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

from tests.platforms.zalo_oa.errors import ApiError, NotFound
from tests.platforms.zalo_oa.openapi import Given
from tests.platforms.zalo_oa.templates import filled
from tests.platforms.zalo_oa.world import ApprovedTemplate, Json, Person, Posted, World

LONGEST_TRACKING_ID = 48
LARGEST_PAGE = 100
STATUSES = {"1": "ENABLE", "2": "PENDING_REVIEW", "3": "REJECT", "4": "DISABLE"}

_PHONE = re.compile(r"84\d{9,10}")
_HASH = re.compile(r"[0-9a-f]{64}")

Delivered = Callable[[str, str, str], None]


class Business:
    """Answers by path; `on_delivered` hears the number, the message's id and the tracking id."""

    def __init__(self, world: World, on_delivered: Delivered) -> None:
        self._world = world
        self._on_delivered = on_delivered
        self._methods: dict[tuple[str, str], Callable[[Given], Any]] = {
            ("POST", "message/template"): lambda given: self._send(given.values, _number(given.values)),
            ("POST", "message/template/hashphone"): lambda given: self._send(given.values, self._hashed(given.values)),
            ("GET", "message/status"): self._status,
            ("GET", "message/quota"): lambda _: self._quota(),
            ("GET", "quality"): lambda _: {"oaCurrentQuality": "HIGH", "oa7dayQuality": "HIGH"},
            ("GET", "template/all"): self._all,
            ("GET", "template/info"): self._info,
            ("GET", "template/info/v2"): self._info,
        }

    def call(self, verb: str, path: str, access: str, given: Given) -> Json:
        """The answer's `data`, and `metadata` beside a list. Raises ApiError or NotFound."""
        method = self._methods.get((verb, path))
        if method is None:
            raise NotFound
        self._world.oauth.check(access, unknown=-124, expired=-124)
        if self._world.state:
            raise ApiError(-135)
        answer: Json = {"data": method(given)}
        if path == "template/all":
            answer["metadata"] = {"total": len(self._listed(given))}
        return answer

    def _quota(self) -> Json:
        return {"dailyQuota": self._world.quotas.daily, "remainingQuota": self._world.quotas.remaining}

    def _hashed(self, values: Json) -> str:
        wanted = str(values.get("phone", "")).lower()
        if not _HASH.fullmatch(wanted):
            raise ApiError(-108)
        numbers = (p.phone for p in self._world.people.values() if p.phone)
        return next((n for n in numbers if hashlib.sha256(n.encode()).hexdigest() == wanted), "")

    def _send(self, values: Json, phone: str) -> Any:
        world = self._world
        tracking_id = values.get("tracking_id", "")
        if not isinstance(tracking_id, str) or len(tracking_id) > LONGEST_TRACKING_ID:
            raise ApiError(-1121, "tracking_id")
        if tracking_id and tracking_id in world.tracked:
            return world.sent_by_phone[world.tracked[tracking_id]]["answer"]
        template = self._sendable(values)
        if values.get("mode") == "development":
            if phone not in world.admin_phones:
                raise ApiError(-127)
        elif template.status != "ENABLE":
            raise ApiError(-146 if template.status == "DISABLE" else -131)
        if not template.at_night and world.is_night():
            raise ApiError(-133)
        text = filled(template, values.get("template_data"))
        person = self._recipient(phone)
        self._spend(template)
        message_id = world.message_id()
        buttons = [{"label": b["title"], "type": "template", "payload": b["content"]} for b in template.buttons]
        shown: Json = {"id": template.id, "data": values["template_data"]}
        posted = Posted(message_id, "oa", "template", world.clock.now(), text, buttons, template=shown, is_paid=True)
        world.post(person, posted)
        answer: Json = {"msg_id": message_id, "sent_time": world.stamp(), "quota": self._quota()}
        world.sent_by_phone[message_id] = {"answer": answer, "phone": phone, "at": world.stamp()}
        if tracking_id:
            world.tracked[tracking_id] = message_id
        self._on_delivered(phone, message_id, tracking_id)
        return answer

    def _sendable(self, values: Json) -> ApprovedTemplate:
        template = self._world.templates.get(str(values.get("template_id", "")))
        if template is None:
            raise ApiError(-109)
        return template

    def _recipient(self, phone: str) -> Person:
        person = self._world.find_phone(phone) if phone else None
        if person is None:
            raise ApiError(-118)
        if person.refusal:
            raise ApiError(person.refusal if person.refusal > -200 else -119)
        return person

    def _spend(self, template: ApprovedTemplate) -> None:
        quotas = self._world.quotas
        if quotas.remaining <= 0:
            raise ApiError(-144)
        if template.remaining == 0:
            raise ApiError(-147)
        self._world.spend_money(template.price, -115)
        quotas.remaining -= 1
        if template.remaining is not None:
            template.remaining -= 1

    def _status(self, given: Given) -> Any:
        sent = self._world.sent_by_phone.get(str(given.values.get("message_id", "")))
        if sent is None:
            return {"status": -1, "message": "The message does not exist", "delivery_time": ""}
        if not self._world.receipts.zns:
            return {"status": 0, "message": "The message has not reached the phone yet", "delivery_time": ""}
        return {"status": 1, "message": "The message has reached the phone", "delivery_time": sent["at"]}

    def _all(self, given: Given) -> Any:
        offset, limit = str(given.values.get("offset", "0")), str(given.values.get("limit", "100"))
        if not offset.isdigit() or not limit.isdigit() or not 1 <= int(limit) <= LARGEST_PAGE:
            raise ApiError(-1121, "offset, limit")
        return [
            {
                "templateId": int(t.id),
                "templateName": t.name,
                "createdTime": int(self._world.clock.now() * 1000),
                "status": t.status,
                "templateQuality": "LOW" if t.status == "DISABLE" else "HIGH",
            }
            for t in self._listed(given)[int(offset) : int(offset) + int(limit)]
        ]

    def _listed(self, given: Given) -> list[ApprovedTemplate]:
        wanted = STATUSES.get(str(given.values.get("status", "")))
        return [t for t in self._world.templates.values() if wanted in (None, t.status)]

    def _info(self, given: Given) -> Any:
        template = self._sendable(given.values)
        return {
            "templateId": int(template.id),
            "templateName": template.name,
            "status": template.status,
            "listParams": template.parameters,
            "listButtons": template.buttons,
            "timeout": 7_200_000,
            "previewUrl": "",
            "templateQuality": "LOW" if template.status == "DISABLE" else "HIGH",
            "templateTag": "TRANSACTION",
            "price_sdt": str(template.price),
            "price_uid": str(template.price),
        }


def _number(values: Json) -> str:
    phone = values.get("phone")
    if not isinstance(phone, str) or not _PHONE.fullmatch(phone):
        raise ApiError(-108)
    return phone
