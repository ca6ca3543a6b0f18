"""One turn of a talk: what came in, who said it, what is remembered, and what the errand may use."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.answers import Asker
from domain.clock import local_day
from domain.messages import Incoming
from domain.people import Office, Person, Role
from domain.ports import Answerer, Records


@dataclass(slots=True)
class Turn:
    """Everything an errand sees of one message.

    `memory` is the talk's own state, kept between turns as JSON: errands read it and change it in place.
    `records()` opens the turn's one transaction at its first call; an errand that only answers a question
    calls it late, so that slow work never holds the database.
    """

    incoming: Incoming
    office: Office
    person: Person | None
    memory: dict[str, Any]
    now: datetime
    answerer: Answerer
    open_records: Callable[[], Awaitable[Records]]

    async def records(self) -> Records:
        """The repositories inside this turn's transaction."""
        return await self.open_records()

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
    def today(self) -> date:
        """The office's calendar day."""
        return local_day(self.now)

    @property
    def asker(self) -> Asker:
        """The speaker as the answerer sees them."""
        return Asker(
            office_id=self.office.id, locality=self.office.locality, role=self.role, in_group=self.incoming.in_group
        )
