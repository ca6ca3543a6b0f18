"""Wishes about apps, codes, one's own data, the switch, groups and blocking, in many registers; and what is none."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import handlers
from domain.messages import Incoming, Kind
from domain.people import Office, Person, Role
from handlers import accounts, block_sender, groups, not_me, notice_app, own_code, own_data, switching
from handlers.turn import Turn

ERRANDS: dict[str, Any] = {
    "app": notice_app.keep_own_app,
    "code": own_code.give_own_code,
    "notme": not_me.undo,
    "data": own_data.tell_own_data,
    "switch": switching.switch,
    "group": groups.settle_group,
    "block": block_sender.block_sender,
    "accounts": accounts.show_accounts,
}
_FILE = Path(__file__).with_name("own_wishes.txt")
SAID = [
    tuple(part.strip() for part in line.split("|", 1))
    for line in _FILE.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
LEADER = Person(id=1, office_id=1, name="Trần Minh Khoa", role=Role.LEADER)


async def _no_records() -> Any:
    raise AssertionError("a matcher looks at the message alone")


def _no_reading() -> Any:
    raise AssertionError("a matcher looks at the message alone")


def _taken_by(text: str, *, in_group: bool) -> str:
    """The name of the wish that the message is first taken for, or none."""
    incoming = Incoming("telegram", "1", "5", "5", Kind.TEXT, text=text, in_group=in_group)
    turn = Turn(
        incoming=incoming,
        office=Office(id=1, name="Phường Thử"),
        person=LEADER,
        memory={},
        now=datetime(2026, 3, 2, 1, 0, tzinfo=UTC),
        answerer=None,  # type: ignore[arg-type]
        open_records=_no_records,
        open_reading=_no_reading,
    )
    first = next(errand for matches, errand in handlers.ERRANDS if matches(turn))
    return next((name for name, errand in ERRANDS.items() if errand is first), "none")


@pytest.mark.parametrize(("meant", "said"), SAID)
def test_each_wish_is_taken_for_what_it_is(meant: str, said: str) -> None:
    assert _taken_by(said, in_group=meant == "group") == meant
