"""Who talks to the bot, and what each may see and do."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.letterhead import NO_LETTERHEAD, Letterhead


class Role(StrEnum):
    """A person's standing in the office; a stranger is a citizen."""

    CITIZEN = "citizen"
    OFFICIAL = "official"
    HEAD = "head"
    LEADER = "leader"
    ADMINISTRATOR = "administrator"

    @property
    def is_staff(self) -> bool:
        """True for everyone who works in the office."""
        return self is not Role.CITIZEN


@dataclass(frozen=True, slots=True)
class Office:
    """A local government. `locality` is its place name alone ("Tan Mai"); `aliases` are other names people use.

    With `second_confirmation` a report counts once the head of the unit has confirmed it. `letterhead` is what its
    periodic reports carry around their text.
    """

    id: int
    name: str
    locality: str = ""
    aliases: tuple[str, ...] = ()
    second_confirmation: bool = False
    letterhead: Letterhead = NO_LETTERHEAD


@dataclass(frozen=True, slots=True)
class Unit:
    """A department of an office, with the short names by which plans and people call it."""

    id: int
    office_id: int
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff. Someone without a row is a citizen and has no Person.

    `phone` is in the form +84…, empty where unknown. `acts_for` are the colleagues for whom this person acts today
    because they are away; their tasks are this person's too, but never their rights over others.
    """

    id: int
    office_id: int
    name: str
    role: Role
    unit_id: int | None = None
    unit_name: str = ""
    active: bool = True
    phone: str = ""
    acts_for: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """Where a person can be written to: one app's user and private chat."""

    person_id: int
    channel: str
    user_id: str
    chat_id: str
    reachable: bool = True


@dataclass(frozen=True, slots=True)
class StandIn:
    """A colleague (`deputy_id`) who acts for a person who is away, from a day to a day, both included."""

    id: int
    office_id: int
    person_id: int
    deputy_id: int
    first_day: date
    last_day: date

    def is_on(self, day: date) -> bool:
        """True when the deputy acts on this day."""
        return self.first_day <= day <= self.last_day


class JoinRefused(Exception):
    """A join code cannot be used.

    `reason` is "unknown", "used", "expired", or "taken": the account is someone else's.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
