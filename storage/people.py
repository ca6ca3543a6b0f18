"""Staff, their units, their accounts, and the codes by which an account is bound to a person."""

import hashlib
import secrets
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people import Account, JoinRefused, Person, Role, Unit
from domain.vietnamese import fold, nfc
from storage import tables
from storage.conversations import Conversations, of_person
from storage.dialects import Insert, insert

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0 or O, no 1, I or L, and no U: a code is read out over the telephone and copied from paper."""

CODE_LENGTH = 8

_people, _units, _accounts, _codes = tables.people, tables.units, tables.accounts, tables.join_codes
_stand_ins = tables.stand_ins

_PERSON = select(
    _people.c.id,
    _people.c.office_id,
    _people.c.name,
    _people.c.role,
    _people.c.unit_id,
    _units.c.name.label("unit_name"),
    _people.c.active,
    _people.c.phone,
).select_from(_people.outerjoin(_units, _units.c.id == _people.c.unit_id))
_BY_ACCOUNTS = (
    _PERSON.add_columns(_accounts.c.channel, _accounts.c.user_id)
    .join(_accounts, _accounts.c.person_id == _people.c.id)
    .where(tuple_(_accounts.c.channel, _accounts.c.user_id).in_(bindparam("users", expanding=True)), _people.c.active)
)
_UNREACHABLE = select(_accounts.c.channel, _accounts.c.chat_id).where(
    tuple_(_accounts.c.channel, _accounts.c.chat_id).in_(bindparam("chats", expanding=True)),
    _accounts.c.reachable.is_(False),
)
_BY_ID = _PERSON.where(_people.c.id == bindparam("person_id"))
_OF_OFFICE = _PERSON.where(_people.c.office_id == bindparam("office_id"), _people.c.active)
_ACTS_FOR = (
    select(_stand_ins.c.deputy_id, _stand_ins.c.person_id)
    .join(_people, _people.c.id == _stand_ins.c.person_id)
    .where(
        _stand_ins.c.deputy_id.in_(bindparam("deputies", expanding=True)),
        _stand_ins.c.first_day <= bindparam("today"),
        _stand_ins.c.last_day >= bindparam("today"),
        _people.c.active,
    )
    .order_by(_stand_ins.c.person_id)
    .distinct()
)
_EVERYONE = _PERSON.where(_people.c.office_id == bindparam("office_id"))
_WITH_PHONE = _PERSON.where(_people.c.phone == bindparam("phone"), _people.c.active).order_by(_people.c.id)
_UNIT = select(_units.c.id, _units.c.office_id, _units.c.name, _units.c.aliases)
_UNITS = _UNIT.where(_units.c.office_id == bindparam("office_id")).order_by(_units.c.id)
_ACCOUNT = select(
    _accounts.c.person_id, _accounts.c.channel, _accounts.c.user_id, _accounts.c.chat_id, _accounts.c.reachable
).order_by(_accounts.c.person_id, _accounts.c.channel, _accounts.c.user_id)
_ACCOUNTS = _ACCOUNT.where(_accounts.c.person_id == bindparam("person_id"))
_ACCOUNTS_OF_OFFICE = _ACCOUNT.join(_people, _people.c.id == _accounts.c.person_id).where(
    _people.c.office_id == bindparam("office_id"), _people.c.active
)


class People:
    """Who works in an office, and by which account each one writes; who acts for whom is told for `today`."""

    def __init__(self, connection: AsyncConnection, today: date | None) -> None:
        self._connection = connection
        self._today = today

    async def by_account(self, channel: str, user_id: str) -> Person | None:
        """The active person who uses this account, or None for a citizen."""
        return (await self.by_accounts({(channel, user_id)})).get((channel, user_id))

    async def by_accounts(self, users: Collection[tuple[str, str]]) -> dict[tuple[str, str], Person]:
        """The active person of each of these (channel, user id); a citizen's is absent."""
        if not users:
            return {}
        rows = await self._connection.execute(_BY_ACCOUNTS, {"users": list(users)})
        found = {(channel, user_id): _person(person) for *person, channel, user_id in rows}
        return dict(zip(found, await self._acting(list(found.values())), strict=True))

    async def get(self, person_id: int) -> Person | None:
        """The person, active or not, or None."""
        row = (await self._connection.execute(_BY_ID, {"person_id": person_id})).first()
        return None if row is None else (await self._acting([_person(row)]))[0]

    async def of_office(self, office_id: int) -> Sequence[Person]:
        """Active staff, by name."""
        rows = await self._connection.execute(_OF_OFFICE, {"office_id": office_id})
        return sorted(await self._acting([_person(row) for row in rows]), key=lambda p: (fold(p.name), p.id))

    async def _acting(self, people: list[Person]) -> list[Person]:
        """The same people, each with the colleagues they act for today."""
        if not people or self._today is None:
            return people
        asked = {"deputies": [person.id for person in people], "today": self._today}
        acts_for: dict[int, tuple[int, ...]] = {}
        for deputy_id, person_id in await self._connection.execute(_ACTS_FOR, asked):
            acts_for[deputy_id] = (*acts_for.get(deputy_id, ()), person_id)
        return [replace(p, acts_for=acts_for[p.id]) if p.id in acts_for else p for p in people]

    async def everyone(self, office_id: int) -> Sequence[Person]:
        """All who work or worked in the office, by name; those who left last."""
        rows = await self._connection.execute(_EVERYONE, {"office_id": office_id})
        return sorted([_person(row) for row in rows], key=lambda p: (not p.active, fold(p.name), p.id))

    async def with_phone(self, phone: str) -> Sequence[Person]:
        """The active staff, of all offices, who have this number (+84…)."""
        rows = await self._connection.execute(_WITH_PHONE, {"phone": phone})
        return [_person(row) for row in rows] if phone else []

    async def units(self, office_id: int) -> Sequence[Unit]:
        """The office's departments, in the order they were added."""
        return [_unit(row) for row in await self._connection.execute(_UNITS, {"office_id": office_id})]

    async def unit_by_name(self, office_id: int, name: str) -> Unit | None:
        """The department called by this name or alias, typed with or without diacritics."""
        wanted = fold(name)
        for unit in await self.units(office_id):
            if wanted in (fold(known) for known in (unit.name, *unit.aliases)):
                return unit
        return None

    async def add_unit(self, office_id: int, name: str, aliases: Sequence[str] = ()) -> Unit:
        """The department of this name, added when it is not there; aliases given now replace the old."""
        given = {"office_id": office_id, "name": nfc(name), "aliases": [nfc(alias) for alias in aliases]}
        kept = {"aliases": given["aliases"]} if aliases else {"name": given["name"]}
        statement = (
            insert(self._connection.dialect.name, _units)
            .values(given)
            .on_conflict_do_update(index_elements=["office_id", "name"], set_=kept)
            .returning(*_UNIT.selected_columns)
        )
        return _unit((await self._connection.execute(statement)).one())

    async def update_unit(self, unit: Unit) -> None:
        """Write the department's name and aliases over those of the same id. Raises ValueError for a name in use."""
        others = [u for u in await self.units(unit.office_id) if u.id != unit.id]
        if fold(unit.name) in {fold(name) for other in others for name in (other.name, *other.aliases)}:
            raise ValueError(f"another unit is called {unit.name}")
        values = {"name": nfc(unit.name), "aliases": [nfc(alias) for alias in unit.aliases]}
        await self._connection.execute(update(_units).where(_units.c.id == unit.id).values(values))

    async def add(self, office_id: int, name: str, role: Role, unit_id: int | None = None, phone: str = "") -> Person:
        """A new member of staff."""
        statement = (
            _people.insert()
            .values(office_id=office_id, name=nfc(name), role=role.value, unit_id=unit_id, active=True, phone=phone)
            .returning(_people.c.id)
        )
        person = await self.get((await self._connection.execute(statement)).scalar_one())
        assert person is not None
        return person

    async def update(self, person: Person) -> Person:
        """Write the person's name, role, unit, number and standing over those of the same id. Raises LookupError."""
        values = {
            "name": nfc(person.name),
            "role": person.role.value,
            "unit_id": person.unit_id,
            "phone": person.phone,
            "active": person.active,
        }
        changed = await self._connection.execute(update(_people).where(_people.c.id == person.id).values(values))
        found = await self.get(person.id)
        if changed.rowcount == 0 or found is None:
            raise LookupError(f"person {person.id} is gone")
        return found

    async def deactivate(self, person_id: int) -> None:
        """The person has left: their accounts are gone, so that none comes back with them, and so are unused codes.

        What their talk remembered is forgotten.
        """
        await self._connection.execute(update(_people).where(_people.c.id == person_id).values(active=False))
        await self._connection.execute(delete(_accounts).where(_accounts.c.person_id == person_id))
        await self.void_codes(person_id)
        await Conversations(self._connection).forget(*of_person(person_id))

    async def accounts(self, person_id: int) -> Sequence[Account]:
        """Where the person can be written to, unreachable accounts included."""
        return [_account(row) for row in await self._connection.execute(_ACCOUNTS, {"person_id": person_id})]

    async def accounts_of_office(self, office_id: int) -> Sequence[Account]:
        """The accounts of all active staff of an office."""
        rows = await self._connection.execute(_ACCOUNTS_OF_OFFICE, {"office_id": office_id})
        return [_account(row) for row in rows]

    async def bind(self, person_id: int, channel: str, user_id: str, chat_id: str) -> None:
        """Give an account to a person without a code, whoever had it before (demonstrations, repairs)."""
        given = {"channel": channel, "user_id": user_id, "person_id": person_id, "chat_id": chat_id, "reachable": True}
        statement = (
            insert(self._connection.dialect.name, _accounts)
            .values(given)
            .on_conflict_do_update(
                index_elements=["channel", "user_id"],
                set_={"person_id": person_id, "chat_id": chat_id, "reachable": True},
            )
        )
        await self._connection.execute(statement)

    async def unbind(self, channel: str, user_id: str) -> None:
        """The account is a citizen's again."""
        await self._connection.execute(
            delete(_accounts).where(_accounts.c.channel == channel, _accounts.c.user_id == user_id)
        )

    async def issue_code(self, person_id: int, now: datetime, valid_for: timedelta) -> str:
        """A new one-time code for the person, such as 7KQ4-M2XF. Only its hash is kept: it is shown once."""
        letters = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
        await self._connection.execute(
            _codes.insert(),
            {
                "code_sha256": _code_hash(letters),
                "person_id": person_id,
                "issued_at": now,
                "expires_at": now + valid_for,
                "used_at": None,
            },
        )
        half = CODE_LENGTH // 2
        return f"{letters[:half]}-{letters[half:]}"

    async def codes_since(self, person_id: int, moment: datetime) -> int:
        """How many codes were issued for the person since this moment."""
        counted = select(func.count()).where(_codes.c.person_id == person_id, _codes.c.issued_at > moment)
        return int((await self._connection.execute(counted)).scalar_one())

    async def void_codes(self, person_id: int) -> None:
        """Nobody joins as this person by a code that was issued before."""
        unused = delete(_codes).where(_codes.c.person_id == person_id, _codes.c.used_at.is_(None))
        await self._connection.execute(unused)

    async def join(self, code: str, channel: str, user_id: str, chat_id: str, now: datetime) -> Person:
        """Bind an account to the person the code was issued for and use the code up. Raises JoinRefused.

        A refusal leaves everything as it was, so the transaction may go on.
        """
        # The row is locked first: of two people typing one code at the same moment, the second finds it used.
        hashed = _code_hash(code)
        found = (
            await self._connection.execute(
                select(_codes.c.person_id, _codes.c.used_at, _codes.c.expires_at)
                .where(_codes.c.code_sha256 == hashed)
                .with_for_update()
            )
        ).first()
        if found is None:
            raise JoinRefused("unknown")
        if found.used_at is not None:
            raise JoinRefused("used")
        if found.expires_at <= now:
            raise JoinRefused("expired")
        given = {"channel": channel, "user_id": user_id, "chat_id": chat_id, "person_id": found.person_id}
        await self._claim(given)
        await self._connection.execute(update(_codes).where(_codes.c.code_sha256 == hashed).values(used_at=now))
        person = await self.get(found.person_id)
        assert person is not None
        return person

    async def join_by_phone(self, phone: str, channel: str, user_id: str, chat_id: str) -> Person:
        """Bind an account to the one person of the staff list who has this number. Raises JoinRefused.

        "unknown" is a number that nobody has, or more than one: who shares a number joins by a code.
        """
        people = await self.with_phone(phone)
        if len(people) != 1:
            raise JoinRefused("unknown")
        (person,) = people
        await self._claim({"channel": channel, "user_id": user_id, "chat_id": chat_id, "person_id": person.id})
        return (await self._acting([person]))[0]

    async def join_verified(self, person_id: int, channel: str, user_id: str, chat_id: str) -> Person:
        """Bind an account that has proved whose it is. Raises JoinRefused: "unknown" when the person has left."""
        person = await self.get(person_id)
        if person is None or not person.active:
            raise JoinRefused("unknown")
        await self._claim({"channel": channel, "user_id": user_id, "chat_id": chat_id, "person_id": person_id})
        return person

    async def _claim(self, given: Mapping[str, Any]) -> None:
        bound = await self._connection.execute(_claim_account(self._connection.dialect.name), given)
        if bound.first() is None:
            raise JoinRefused("taken")

    async def unreachable_among(self, chats: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        """Those of these (channel, chat id) that belong to staff and could not be written to when last tried."""
        if not chats:
            return frozenset()
        rows = await self._connection.execute(_UNREACHABLE, {"chats": list(chats)})
        return frozenset((channel, chat_id) for channel, chat_id in rows)

    async def mark_reachable(self, channel: str, chat_id: str, reachable: bool) -> None:
        """Whether messages to this chat arrive."""
        await self._connection.execute(
            update(_accounts)
            .where(_accounts.c.channel == channel, _accounts.c.chat_id == chat_id)
            .where(_accounts.c.reachable != reachable)
            .values(reachable=reachable)
        )


@cache
def _claim_account(dialect: str) -> Insert:
    """Binds an account unless an active other person has it; returns a row only when it was bound."""
    adding = insert(dialect, _accounts).values(
        channel=bindparam("channel"),
        user_id=bindparam("user_id"),
        person_id=bindparam("person_id"),
        chat_id=bindparam("chat_id"),
        reachable=True,
    )
    gone = select(_people.c.id).where(_people.c.active.is_(False))
    return adding.on_conflict_do_update(
        index_elements=["channel", "user_id"],
        set_={"person_id": adding.excluded.person_id, "chat_id": adding.excluded.chat_id, "reachable": True},
        where=or_(_accounts.c.person_id == adding.excluded.person_id, _accounts.c.person_id.in_(gone)),
    ).returning(_accounts.c.person_id)  # type: ignore[return-value]


def _code_hash(code: str) -> str:
    """The hash of a code as typed: case, dashes and spaces, which telephones change, do not count."""
    letters = "".join(c for c in unicodedata.normalize("NFKC", code).upper() if c.isalnum())
    return hashlib.sha256(letters.encode("utf-8", "replace")).hexdigest()


def _person(row: Sequence[Any]) -> Person:
    person_id, office_id, name, role, unit_id, unit_name, active, phone = row
    return Person(
        id=person_id,
        office_id=office_id,
        name=name,
        role=Role(role),
        unit_id=unit_id,
        unit_name=unit_name or "",
        active=active,
        phone=phone,
    )


def _unit(row: Sequence[Any]) -> Unit:
    return Unit(id=row[0], office_id=row[1], name=row[2], aliases=tuple(row[3]))


def _account(row: Sequence[Any]) -> Account:
    return Account(person_id=row[0], channel=row[1], user_id=row[2], chat_id=row[3], reachable=row[4])
