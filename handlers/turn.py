"""One turn of a talk: what came in, who said it, what is remembered, and what the errand may use."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from domain.answers import Asker
from domain.charts import Draw, draw_nothing
from domain.clock import local_day
from domain.exports import WriteReport, WriteSheet, write_no_report, write_nothing
from domain.feedback import FeedbackRules
from domain.files import FileStatus
from domain.keeping_times import KeepingTimes
from domain.messages import Attachment, Incoming, Reply
from domain.people import Office, Person, Role
from domain.ports import Answerer, Records
from domain.privacy import CopyData, Owner, copy_nothing
from domain.switching import Switch


@dataclass(frozen=True, slots=True)
class Told:
    """Something said to another chat than the one that speaks; `key` makes it unique, so that it is said once.

    To a member of staff by `person_id`, who is written to where they can be reached; else to the chat named, and then
    `by_id` is the member of staff who is told when that chat cannot be written to.
    """

    reply: Reply
    key: str
    person_id: int | None = None
    channel: str = ""
    chat_id: str = ""
    by_id: int | None = None


async def _nothing_kept(name: str) -> bytes | None:
    return None


@dataclass(slots=True)
class Turn:
    """Everything an errand sees of one message.

    `memory` is the talk's own state, kept between turns as JSON: errands read it and change it in place.
    `records()` opens the turn's one transaction at its first call; an errand that only answers a question
    calls it late, so that slow work never holds the database. `reading()` only looks, and lets go at the end of
    its block: what takes its time afterwards, such as `draw`, holds nothing up. An errand sets `silent` for a message
    that needs no answer of its own, such as the next photo of an album, `brings_files` once it noted files that
    came with an earlier message, `lets_go` once the account that speaks is its person's no more, and `erases` once
    somebody is to be forgotten. `off` is the switch by which the office is off, for what is answered all the same.
    """

    incoming: Incoming
    office: Office
    person: Person | None
    memory: dict[str, Any]
    now: datetime
    answerer: Answerer
    open_records: Callable[[], Awaitable[Records]]
    open_reading: Callable[[], AbstractAsyncContextManager[Records]]
    draw: Draw = draw_nothing
    write_sheet: WriteSheet = write_nothing
    write_report: WriteReport = write_no_report
    told: list[Told] = field(default_factory=list)
    read_kept: Callable[[str], Awaitable[bytes | None]] = _nothing_kept
    feedback: FeedbackRules = field(default_factory=FeedbackRules)
    copy_data: CopyData = copy_nothing
    keeping: KeepingTimes = field(default_factory=KeepingTimes)
    off: Switch | None = None
    erases: bool = False
    silent: bool = False
    brings_files: bool = False
    lets_go: bool = False
    warnings: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def records(self) -> Records:
        """The repositories inside this turn's transaction."""
        return await self.open_records()

    def reading(self) -> AbstractAsyncContextManager[Records]:
        """The repositories in a transaction that only reads and ends with the `async with` block."""
        return self.open_reading()

    async def kept_file(self, file_id: int) -> Attachment | None:
        """A photo or file that somebody sent, ready to be sent on; None where its bytes are not (or not yet) kept.

        It asks no rights: whoever calls it has made sure that the speaker may see the file.
        """
        async with self.reading() as records:
            file = await records.files.get(file_id)
        if file is None or file.status is not FileStatus.KEPT:
            return None
        content = await self.read_kept(file.sha256)
        return None if content is None else Attachment(file.shown_name, file.media_type, content)

    def tell_person(self, person_id: int, reply: Reply, key: str) -> None:
        """Have something said to a member of staff once this turn's transaction is kept; `key` says it only once."""
        self.told.append(Told(reply, key, person_id=person_id))

    def tell_chat(self, channel: str, chat_id: str, reply: Reply, key: str) -> None:
        """Have something said to one chat once this turn's transaction is kept; `key` says it only once."""
        by_id = self.person.id if self.person else None
        self.told.append(Told(reply, key, channel=channel, chat_id=chat_id, by_id=by_id))

    def warn(self, event: str, **facts: Any) -> None:
        """Have the operator's log say this once the turn is kept; facts name no person's number or code."""
        self.warnings.append((event, facts))

    @property
    def text(self) -> str:
        """What was typed, without surrounding space."""
        return self.incoming.text.strip()

    @property
    def action(self) -> str:
        """The button pressed, or empty."""
        return self.incoming.action

    @property
    def role(self) -> Role:
        """The speaker's role; a stranger is a citizen."""
        return self.person.role if self.person else Role.CITIZEN

    @property
    def owner(self) -> Owner:
        """The speaker as the owner of what is kept of them."""
        return Owner(
            self.incoming.channel, self.incoming.user_id, self.incoming.chat_id, self.person.id if self.person else None
        )

    @property
    def today(self) -> date:
        """The office's calendar day."""
        return local_day(self.now)

    @property
    def asker(self) -> Asker:
        """The speaker as the answerer sees them."""
        return Asker(
            office_id=self.office.id, locality=self.office.locality, role=self.role, in_group=self.incoming.in_group
        )
