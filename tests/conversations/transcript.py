"""Reads a transcript: who says or presses what, when, and what the bot must answer. The form is in README.md."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from domain.clock import VIETNAM
from domain.messages import Kind
from domain.vietnamese import nfc

BOT = "Bot"
PRIVACY = "# Có thông báo về dữ liệu cá nhân"
"""A talk with this remark is told where people are told what is kept of them; in the others nobody is."""
INDENT = 5
"""Spaces before the further lines of a message: they stand under its first letter, after "Bot: "."""

_SENT = {
    "nhãn dán": Kind.STICKER,
    "ảnh": Kind.PHOTO,
    "tệp": Kind.FILE,
    "tin thoại": Kind.VOICE,
    "vị trí": Kind.LOCATION,
}
_SPEAKER = re.compile(r"(?P<who>[^\W\d_][\w ]{0,30}): ?(?P<rest>.*)")
_TO = re.compile(r"Bot gửi (?P<who>[\w ]+)")
_MOMENT = re.compile(r"@ (\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d)")
_BUTTONS = re.compile(r"\[[^\[\]]+\]( \[[^\[\]]+\])*")
_WITH_WORDS = re.compile(
    r"\((?:(?P<count>[2-9]|10) )?(?P<what>ảnh|tệp)(?: (?P<name>[\w.-]+))?\)(?: (?P<text>.+))?", re.S
)
_PHONE = re.compile(r"\(số điện thoại (?P<phone>\+?\d{8,15})\)")
_LONG = re.compile(r"\((\d+) chữ “(.+)”\)")


class BadTranscript(Exception):
    """A line that the form does not allow; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A message the bot must send: to whom, its words, and its buttons when the transcript lists them."""

    to: str
    text: str
    labels: tuple[str, ...] | None
    line: int


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody writes, or sends something else than text.

    `text` is the caption of a photo or file, and the number of a contact; `name` is the file's, empty for the usual
    one; `count` photos or files go together as an album, with the caption under the first.
    """

    who: str
    text: str
    kind: Kind = Kind.TEXT
    name: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Pressed:
    """Somebody presses a button by its label."""

    who: str
    label: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The clock moves on, and what is due is sent."""

    to: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens, and all that the bot must then send, to anybody."""

    line: int
    deed: Said | Pressed | Moved
    answers: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class Transcript:
    """A whole talk."""

    name: str
    title: str
    steps: tuple[Step, ...]
    tells_privacy: bool = False

    @property
    def speakers(self) -> frozenset[str]:
        """Everybody who says or receives something."""
        who = {s.deed.who for s in self.steps if not isinstance(s.deed, Moved)}
        return frozenset(who | {e.to for s in self.steps for e in s.answers})

    @property
    def kinds(self) -> frozenset[Kind]:
        """What is sent besides text and button presses."""
        return frozenset(s.deed.kind for s in self.steps if isinstance(s.deed, Said))


def read_transcript(path: Path, *, is_complete: bool = True) -> Transcript:
    """The transcript in a file; one that is not complete need not say what the bot answers. Raises BadTranscript."""
    lines = nfc(path.read_text(encoding="utf-8")).splitlines()
    title = next((line.lstrip("# ") for line in lines if line.startswith("#")), path.stem)
    reader = _Reader(path.name, is_complete)
    for number, block in _blocks(lines):
        reader.take(number, block)
    return Transcript(path.stem, title, tuple(reader.end()), PRIVACY in lines)


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Each line with the indented ones under it, and the empty ones between those, by the number of the first."""
    block: list[str] = []
    first = 0
    for number, line in enumerate(lines, 1):
        if line.startswith(" ") or (not line.strip() and block):
            block.append(line)
            continue
        if block:
            yield first, _trimmed(block)
            block = []
        if line.strip() and not line.startswith("#"):
            block, first = [line], number
    if block:
        yield first, _trimmed(block)


def _trimmed(block: list[str]) -> list[str]:
    while not block[-1].strip():
        block = block[:-1]
    return block


@dataclass
class _Reader:
    name: str
    is_complete: bool
    steps: list[Step] = field(default_factory=list)
    _line: int = 0
    _deed: Said | Pressed | Moved | None = None
    _answers: list[Expected] = field(default_factory=list)
    _silent: bool = False
    _who: str = ""

    def take(self, number: int, block: list[str]) -> None:
        head = block[0].rstrip()
        if head == "(im lặng)":
            self._silent = True
        elif moment := _MOMENT.fullmatch(head):
            year, month, day, hour, minute = (int(part) for part in moment.groups())
            self._begin(number, Moved(datetime(year, month, day, hour, minute, tzinfo=VIETNAM).astimezone(UTC)))
        elif _BUTTONS.fullmatch(head):
            self._begin(number, Pressed(self._speaker(number), head[1:-1]))
        elif spoken := _SPEAKER.fullmatch(head):
            self._spoken(number, spoken["who"], [spoken["rest"], *(self._inner(number, line) for line in block[1:])])
        else:
            raise BadTranscript(f"{self.name}:{number}: {head!r}")

    def end(self) -> list[Step]:
        self._finish()
        return self.steps

    def _spoken(self, number: int, who: str, lines: list[str]) -> None:
        to = _TO.fullmatch(who)
        if who == BOT or to:
            self._answers.append(self._expected(number, to["who"] if to else self._speaker(number), lines))
            return
        self._who = who
        text = "\n".join(lines).strip()
        if _BUTTONS.fullmatch(text):
            self._begin(number, Pressed(who, text[1:-1]))
        elif sent := _WITH_WORDS.fullmatch(text):
            kind, count = _SENT[sent["what"]], int(sent["count"] or 1)
            self._begin(number, Said(who, (sent["text"] or "").strip(), kind, sent["name"] or "", count))
        elif phone := _PHONE.fullmatch(text):
            self._begin(number, Said(who, phone["phone"], Kind.CONTACT))
        elif text.strip("()") in _SENT and text.startswith("("):
            self._begin(number, Said(who, "", _SENT[text.strip("()")]))
        elif text == "(tin trống)":
            self._begin(number, Said(who, "   "))
        elif long := _LONG.fullmatch(text):
            self._begin(number, Said(who, (long[2] * int(long[1]))[: int(long[1])]))
        else:
            self._begin(number, Said(who, text))

    def _expected(self, number: int, to: str, lines: list[str]) -> Expected:
        labels: list[str] | None = None
        while len(lines) > 1 and _BUTTONS.fullmatch(lines[-1].strip()):
            labels = [*re.findall(r"\[([^\]]+)\]", lines.pop()), *(labels or [])]
        text = "\n".join(line.rstrip() for line in lines).strip("\n")
        return Expected(to, text, None if labels is None else tuple(labels), number)

    def _inner(self, number: int, line: str) -> str:
        if line.strip() and not line.startswith(" " * INDENT):
            raise BadTranscript(f"{self.name}:{number}: a further line begins {INDENT} spaces in: {line!r}")
        return line[INDENT:]

    def _speaker(self, number: int) -> str:
        if not self._who:
            raise BadTranscript(f"{self.name}:{number}: nobody has spoken yet")
        return self._who

    def _begin(self, number: int, deed: Said | Pressed | Moved) -> None:
        self._finish()
        self._line, self._deed, self._answers, self._silent = number, deed, [], False

    def _finish(self) -> None:
        if self._deed is None:
            return
        if self._silent and self._answers:
            raise BadTranscript(f"{self.name}:{self._line}: silent and answered at once")
        is_answered = self._silent or self._answers or isinstance(self._deed, Moved)
        if self.is_complete and not is_answered:
            raise BadTranscript(
                f"{self.name}:{self._line}: what the bot answers is missing; write (im lặng) if nothing"
            )
        self.steps.append(Step(self._line, self._deed, tuple(self._answers)))
