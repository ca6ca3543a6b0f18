"""The web page and the terminal as channels."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console

import texts
from bot.channels.terminal import Terminal
from bot.channels.web import Web, chat_of, persona_account
from domain.messages import Button, Incoming, Kind, Reply, Unreadable
from domain.ports import Channel
from tests.web.front_desk import workbook

VISITOR = "c0ffee" * 5 + "00"
CHANNELS: tuple[Channel, ...] = (Web(), Terminal())
"""Here so that the type checker holds both to the port."""


def raw(**more: Any) -> dict[str, Any]:
    return {"id": "a1b2c3d4", "visitor": VISITOR, "persona": None, "kind": "text", "text": "xin chào", **more}


def test_a_citizen_writes_from_an_account_of_their_own() -> None:
    moment = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    assert Web().read(raw(at=moment.isoformat())) == Incoming(
        channel="web",
        update_id=f"{VISITOR}:a1b2c3d4",
        chat_id=VISITOR,
        user_id=VISITOR,
        kind=Kind.TEXT,
        text="xin chào",
        sent_at=moment,
        message_id="a1b2c3d4",
    )


def test_a_persona_is_one_account_with_a_talk_for_each_visitor() -> None:
    incoming = Web().read(raw(persona="official"))
    assert incoming.user_id == persona_account("official") == "demo:official"
    assert incoming.chat_id == chat_of(VISITOR, "official") == f"demo:official/{VISITOR}"


def test_a_pressed_button_carries_its_action() -> None:
    incoming = Web().read(raw(kind="action", text="", action="task:4", label="Xem nhiệm vụ"))
    assert (incoming.kind, incoming.action, incoming.text) == (Kind.ACTION, "task:4", "")


def test_typed_text_is_composed() -> None:
    assert Web().read(raw(text="kê\u0301 hoa\u0323ch")).text == "k\u1ebf ho\u1ea1ch"


@pytest.mark.parametrize("at", [None, 5, "hôm nay", "2026-03-02T08:00"])
def test_a_time_that_cannot_be_read_is_left_out(at: object) -> None:
    assert Web().read(raw(at=at)).sent_at is None


@pytest.mark.parametrize(
    "broken",
    [
        {"id": ""},
        {"id": 5},
        {"visitor": None},
        {"persona": "demo:official"},
        {"persona": "a/b"},
        {"persona": 1},
        {"kind": "joined"},
        {"kind": ["text"]},
        {"text": None},
        {"action": 1},
    ],
)
def test_an_update_of_another_form_is_unreadable(broken: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        Web().read(raw(**broken))


def test_an_update_without_an_id_or_visitor_has_no_update_id() -> None:
    for missing in ("id", "visitor"):
        with pytest.raises(Unreadable):
            Web().update_id({key: value for key, value in raw().items() if key != missing})


async def test_each_reply_to_the_page_has_a_message_id_of_its_own() -> None:
    assert await Web().send(VISITOR, Reply("a")) != await Web().send(VISITOR, Reply("a"))


class Keyboard(Console):
    """A terminal at which these lines are typed and then it is left."""

    def __init__(self, *lines: str) -> None:
        self.printed = io.StringIO()
        super().__init__(file=self.printed, width=80)
        self._lines = list(lines)

    def input(self, *_: Any, **__: Any) -> str:
        if not self._lines:
            raise EOFError
        return self._lines.pop(0)


async def test_each_line_typed_is_a_message_with_an_id_of_its_own() -> None:
    terminal, other = (Terminal(Keyboard("việc của tôi", "2"), account="local:official") for _ in range(2))
    lines = [await talk.listen() for talk in (terminal, terminal, other)]
    assert await terminal.listen() is None
    read = [terminal.read(line) for line in lines if line is not None]
    assert [incoming.text for incoming in read] == ["việc của tôi", "2", "việc của tôi"]
    assert {(incoming.user_id, incoming.chat_id) for incoming in read} == {("local:official", "local:official")}
    assert len({incoming.update_id for incoming in read}) == 3


async def test_the_terminal_prints_choices_as_numbered_lines_and_brackets_as_they_are() -> None:
    keyboard = Keyboard()
    reply = Reply("Chọn [bold]một[/bold]:", (Button("Có", "yes"), Button("Không", "no")), files=(workbook(),))
    await Terminal(keyboard).send("local:official", reply)
    note = texts.say("terminal.attachment", name="Báo cáo tháng.xlsx", bytes=len(workbook().content))
    printed = keyboard.printed.getvalue()
    assert printed.startswith("Chọn [bold]một[/bold]:\n\n1. Có\n2. Không\n")
    assert " ".join(printed.split()).endswith(note)


@pytest.mark.parametrize(
    "broken", [{}, {"id": "1"}, {"id": "1", "account": "a", "text": 5}, {"account": "a", "text": ""}]
)
def test_a_line_of_another_form_is_unreadable(broken: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        Terminal().read(broken)
