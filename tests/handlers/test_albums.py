"""Photos of one go, in apps that hand them on one by one."""

from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import pytest

from domain.channels import TELEGRAM, ZALO_BOT, ZALO_OA
from domain.messages import Incoming, Kind
from domain.ports import Records
from handlers.memory import with_album
from handlers.turn import Turn
from tests.handlers.office import NOW, OFFICE, FakeAnswerer


async def _no_records() -> Records:
    raise AssertionError("an album is told without the records")


def _no_reading() -> AbstractAsyncContextManager[Records]:
    raise AssertionError("an album is told without the records")


class Chat:
    """One chat of an app; `sends` gives the album that a message is taken to belong to."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._memory: dict[str, Any] = {}
        self._sent = 0

    def sends(self, kind: Kind = Kind.PHOTO, text: str = "", *, after: float = 1, in_group: bool = False) -> str:
        """Send something, so many seconds after the last."""
        self._sent += 1
        incoming = Incoming(
            channel=self._channel,
            update_id=f"u{self._sent}",
            chat_id="c",
            user_id="u",
            kind=kind,
            text=text,
            in_group=in_group,
            sent_at=NOW + timedelta(seconds=after * self._sent),
        )
        turn = Turn(incoming, OFFICE, None, self._memory, NOW, FakeAnswerer(), _no_records, _no_reading)
        return with_album(turn).album


@pytest.mark.parametrize("channel", [ZALO_OA, ZALO_BOT])
def test_photos_one_after_another_are_one_album(channel: str) -> None:
    chat = Chat(channel)
    first = chat.sends(text="rác ở đầu ngõ 3")
    assert first and chat.sends() == first and chat.sends() == first


def test_words_under_a_photo_begin_another_album() -> None:
    chat = Chat(ZALO_OA)
    assert chat.sends() != chat.sends(text="còn đây là cột điện nghiêng")


def test_a_photo_that_comes_later_is_another_album() -> None:
    chat = Chat(ZALO_OA)
    assert chat.sends(after=60) != chat.sends(after=60)


def test_what_is_said_between_ends_the_album() -> None:
    chat = Chat(ZALO_OA)
    first = chat.sends()
    assert chat.sends(Kind.TEXT, "xác nhận") == ""
    assert chat.sends() != first


def test_an_app_that_names_its_albums_is_believed() -> None:
    assert Chat(TELEGRAM).sends() == ""


def test_photos_in_a_group_belong_to_nothing() -> None:
    assert Chat(ZALO_OA).sends(in_group=True) == ""
