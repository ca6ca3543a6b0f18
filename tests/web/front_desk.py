"""A small front desk: it keeps updates in a list, answers the chat at once and hands out what it sent."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.channels.web import Web, persona_account
from bot.channels.zalo_oa_updates import update_id
from bot.channels.zalo_signature import Signatures
from bot.handing_out import Handed, Over
from bot.web.desk import Persona, Sent
from domain.messages import Attachment, Button, Incoming, Kind, Reply
from domain.people import Role

SECRET = "mot-bi-mat-dai-de-thu"
PEOPLE = (
    Persona("official", "Nguyễn Văn Mẫu", Role.OFFICIAL, "Phòng Văn hóa - Xã hội"),
    Persona("head", "Lê Thị Ví Dụ", Role.HEAD, "Phòng Văn hóa - Xã hội"),
    Persona("leader", "Trần Thị Minh Họa", Role.LEADER, ""),
)
LONG_ANSWER = (
    "Trên 80% hồ sơ thủ tục hành chính đủ điều kiện được nộp trực tuyến trong năm 2026.\n\n"
    "Nguồn 1: Kế hoạch số 12/KH-UBND ngày 12/01/2026 của Ủy ban nhân dân phường Vân Sương; "
    "II. Chỉ tiêu > 1. Chỉ tiêu năm 2026.\nXem thêm: https://vansuong.example/ke-hoach-12."
)


def clerk(incoming: Incoming) -> list[Reply]:
    """What the small desk answers."""
    if incoming.kind is Kind.ACTION and incoming.action == "report:yes":
        return [Reply("Đã ghi nhận: Nhiệm vụ 15, xong 60%. Cảm ơn anh/chị.")]
    if incoming.kind is Kind.ACTION:
        return [Reply(f"Nguyên văn của {incoming.action}: “Trên 80% hồ sơ thủ tục hành chính”.")]
    if incoming.text.startswith("nv "):
        card = "Anh/chị kiểm tra giúp tôi trước khi ghi:\nNhiệm vụ 15: Khảo sát nhu cầu máy tính\nTiến độ: 60%"
        return [
            Reply(card, (Button("Xác nhận", "report:yes"), Button("Sửa", "report:edit"), Button("Hủy", "report:no")))
        ]
    if incoming.text == "im lặng":
        return []
    return [Reply(LONG_ANSWER, (Button("Nguồn 1", "source:1"), Button("Nguồn 2", "source:2")))]


class SmallDesk:
    """Implements `bot.web.desk.Desk` over lists. `stored` holds every update by its id; storing can be made to fail."""

    office_name = "Ủy ban nhân dân phường Vân Sương"

    def __init__(self, *, is_demo: bool = True, answer: Callable[[Incoming], list[Reply]] = clerk) -> None:
        self.is_demo = is_demo
        self.stored: dict[tuple[str, str], Mapping[str, Any] | str] = {}
        self.sent: list[Sent] = []
        self.secrets: dict[str, str] = {"telegram": SECRET}
        self.signatures: Signatures | None = None
        self.time = datetime.now(UTC)
        self.breaks: Exception | None = None
        self.is_stuck = False
        self.is_ready = True
        self._answer = answer
        self._changed = asyncio.Condition()
        self._is_closing = False
        self.waiting = 0
        self._web = Web()
        self.most_file_bytes = 2**20
        self.uploads: list[bytes] = []
        self.handouts: dict[str, Handed | Over] = {}

    async def keep_upload(self, content: bytes) -> str:
        if self.breaks is not None:
            raise self.breaks
        self.uploads.append(content)
        return f"upload-{len(self.uploads)}"

    def secret_of(self, channel_name: str) -> str | None:
        return self.secrets.get(channel_name)

    def now(self) -> datetime:
        return self.time

    async def accept(self, channel_name: str, raw: Mapping[str, Any] | str, within: float | None = None) -> bool:
        if self.breaks is not None:
            raise self.breaks
        if self.is_stuck and within is not None:
            raise TimeoutError
        key = (channel_name, self._id(channel_name, raw))
        if key in self.stored:
            return False
        self.stored[key] = raw
        if channel_name == "web" and not isinstance(raw, str):
            incoming = self._web.read(raw)
            for reply in self._answer(incoming):
                await self.send(incoming.chat_id, reply)
        return True

    async def handed_out(self, token: str) -> Handed | None:
        found = self.handouts.get(token)
        if isinstance(found, Over):
            raise found
        return found

    async def ready(self) -> tuple[bool, Mapping[str, Any]]:
        return self.is_ready, {"database": "ok" if self.is_ready else "failing"}

    async def metrics(self) -> Mapping[str, float]:
        return {'kehoach_updates_total{channel="web"}': float(len(self.stored)), "kehoach_outbox_waiting": 0.5}

    async def personas(self) -> Sequence[Persona]:
        return PEOPLE if self.is_demo else ()

    async def web_messages(self, after: Mapping[str, int], wait: float) -> Sequence[Sent]:
        def found() -> list[Sent]:
            return [one for one in self.sent if one.id > after.get(one.chat_id, 1 << 62)]

        async with self._changed:
            self.waiting += wait > 0
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait_for(lambda: self._is_closing or found()), wait)
            self.waiting -= wait > 0
            return found()

    async def remind_now(self, persona_id: str) -> int:
        if persona_id != "official":
            return 0
        await self.remind(persona_id)
        return 1

    async def remind(self, persona_id: str) -> None:
        """Send this persona a notice, as the clock would."""
        text = "Kính gửi anh/chị,\nNhiệm vụ 15: Khảo sát nhu cầu máy tính đã quá hạn 4 ngày."
        reply = Reply(text, (Button("Xem nhiệm vụ", "task:15"), Button("Báo cáo tiến độ", "report:15")))
        await self.send(persona_account(persona_id), reply, is_notice=True)

    async def send(self, chat_id: str, reply: Reply, *, is_notice: bool = False) -> None:
        """Deliver one message to a web chat."""
        async with self._changed:
            self.sent.append(Sent(len(self.sent) + 1, chat_id, reply, datetime.now(UTC), is_notice))
            self._changed.notify_all()

    async def send_late(self, one: Sent, chat_id: str) -> None:
        """Deliver a message whose id was given out before others that went out first."""
        self.sent.append(replace(one, chat_id=chat_id))

    async def close(self) -> None:
        """Let go of the pages that wait, so that the server can stop."""
        async with self._changed:
            self._is_closing = True
            self._changed.notify_all()

    def of(self, channel_name: str) -> list[Mapping[str, Any] | str]:
        """What was stored from one channel, in order."""
        return [raw for (name, _), raw in self.stored.items() if name == channel_name]

    def _id(self, channel_name: str, raw: Mapping[str, Any] | str) -> str:
        if isinstance(raw, str):
            return f"unreadable:{hash(raw)}"
        if channel_name == "zalo-oa":
            return update_id(raw)
        return self._web.update_id(raw) if channel_name == "web" else str(raw["update_id"])


def workbook() -> Attachment:
    """A file as a reply carries it."""
    media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return Attachment("Báo cáo tháng.xlsx", media, b"PK\x03\x04bytes of a workbook")
