"""What the stand-in knows: the account, people, what stands in their chats, uploads, templates and every call made."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

from tests.platforms.clock import Clock
from tests.platforms.watch import Watch
from tests.platforms.zalo_oa.account import Account
from tests.platforms.zalo_oa.errors import ApiError
from tests.platforms.zalo_oa.events import Names
from tests.platforms.zalo_oa.faults import Fault, Meter
from tests.platforms.zalo_oa.oauth import OAuth

Json = dict[str, Any]

HANOI = timezone(timedelta(hours=7))
FREE_SECONDS = 48 * 3_600.0
LAST_SECONDS = 7 * 86_400.0
HANDLE_SECONDS = 7 * 86_400.0
UPLOADS_PER_MONTH = 5_000
PAID_PRICE = 55
"""What a consultation message after the free 48 hours costs, in dong; the figure is not certain."""


@dataclass(slots=True)
class Call:
    """One call that was made, with its parameters (files by name and size) and the answer it got."""

    number: int
    at: float
    method: str
    parameters: Json
    status: int = 0
    answer: Json | None = None
    fault: str = ""

    def as_json(self) -> Json:
        """The form of the journal."""
        return {
            "number": self.number, "at": self.at, "method": self.method, "parameters": self.parameters,
            "status": self.status, "answer": self.answer, "fault": self.fault,
        }  # fmt: skip


@dataclass(slots=True)
class Posted:
    """A message standing in a chat. `sender` is "oa" or a person's id; `is_paid` when it was sent after 48 hours."""

    id: str
    sender: str
    kind: str
    at: float
    text: str = ""
    buttons: list[Json] = field(default_factory=list)
    file: Json | None = None
    title: str = ""
    template: Json | None = None
    quote: str = ""
    is_paid: bool = False
    is_seen: bool = False

    def as_seen(self, chat: str) -> Json:
        """The message as a person sees it."""
        return {
            "message_id": self.id, "chat_id": chat, "from": self.sender, "kind": self.kind, "text": self.text,
            "buttons": self.buttons, "file": self.file, "title": self.title, "template": self.template,
            "quote": self.quote, "paid": self.is_paid, "date": self.at,
        }  # fmt: skip


@dataclass(slots=True)
class Person:
    """A person with a Zalo account. `refusal` is a code with which every message to them is refused, or nought."""

    id: str
    by_app: str
    name: str
    phone: str
    relation: str = "none"
    last_at: float | None = None
    refusal: int = 0
    shared: Json | None = None
    thread: list[Posted] = field(default_factory=list)
    oa_count: int = 0
    replies_in_window: int = 0


@dataclass(slots=True)
class Group:
    """A group of the account's (GMF) and its members; `has_oa` while the account is one of them."""

    id: str
    name: str
    members: list[str]
    has_oa: bool = True
    thread: list[Posted] = field(default_factory=list)
    oa_count: int = 0


@dataclass(slots=True)
class Upload:
    """A file that was uploaded: "image", "gif" or "file". Its handle works for seven days."""

    handle: str
    kind: str
    name: str
    content: bytes
    at: float


@dataclass(slots=True)
class ApprovedTemplate:
    """A ZBS template of the account: its text with blanks (`<name>`), its parameters and its state."""

    id: str
    name: str
    text: str
    parameters: list[Json]
    buttons: list[Json]
    status: str = "ENABLE"
    by_uid: bool = True
    at_night: bool = True
    price: int = 200
    remaining: int | None = None


@dataclass(slots=True)
class Quotas:
    """How much may still be sent; None has no end. `replies` is how many consultation messages a window has free."""

    oa: int | None = None
    person: int | None = None
    replies: int | None = None
    daily: int = 500
    remaining: int = 500
    balance: int | None = None
    uploads: int = UPLOADS_PER_MONTH


@dataclass(slots=True)
class Receipts:
    """Which events follow what the account sends."""

    received: bool = False
    seen: bool = False
    echoes: bool = False
    zns: bool = True


class World:
    """The stand-in's whole state; touched only inside its event loop."""

    def __init__(self, account: Account, clock: Clock) -> None:
        self.clock = clock
        self.names = Names(account.app_id, account.oa_id)
        self.app_secret = account.app_secret
        self.secret_key = account.secret_key
        self.oa_name = "Official Account of the stand-in"
        self.oauth = OAuth(clock, account.app_id, account.app_secret)
        self.root = ""
        self.people: dict[str, Person] = {}
        self.groups: dict[str, Group] = {}
        self.uploads: dict[str, Upload] = {}
        self.kept: dict[str, tuple[str, bytes]] = {}
        self.lost_files: set[str] = set()
        self.templates: dict[str, ApprovedTemplate] = {}
        self.sent_by_phone: dict[str, Json] = {}
        self.tracked: dict[str, str] = {}
        self.admin_phones: set[str] = set()
        self.quotas = Quotas()
        self.receipts = Receipts()
        self.buttons_work = False
        self.state = 0
        self.is_down = False
        self.faults: list[Fault] = []
        self.meter = Meter(clock)
        self.journal: list[Call] = []
        self.tally: dict[str, int] = {}
        self.changes = Watch()
        self._numbers = 0

    def number(self) -> int:
        """A number never used before."""
        self._numbers += 1
        return self._numbers

    def stamp(self) -> str:
        """Now, in milliseconds, as events and answers say it."""
        return str(int(self.clock.now() * 1000))

    def date_of(self, moment: float) -> str:
        """A day as the account's people write it."""
        return datetime.fromtimestamp(moment, HANOI).strftime("%d/%m/%Y")

    def is_night(self) -> bool:
        """Whether it is between 22:00 and 06:00 in Hanoi."""
        return not 6 <= datetime.fromtimestamp(self.clock.now(), HANOI).hour < 22

    def message_id(self) -> str:
        """A new message's id."""
        return f"{self.number():08x}{secrets.token_hex(6)}"

    def note(self, method: str, parameters: Json) -> Call:
        """Begin a journal entry."""
        call = Call(len(self.journal), self.clock.now(), method, parameters)
        self.journal.append(call)
        self.tally[method] = self.tally.get(method, 0) + 1
        self.changes.changed()
        return call

    def fault_for(self, method: str, user: str) -> Fault | None:
        """The scripted fault that hits this call, if any."""
        if not self.faults:
            return None
        hit = next((f for f in self.faults if f.applies(method, user)), None)
        self.faults = [f for f in self.faults if f.times != 0]
        return hit

    def add_person(self, name: str, phone: str, user_id: str, *, follows: bool) -> Person:
        """A person; who follows has interacted just now."""
        number = self.number()
        known = user_id or str(2_512_000_000_000_000_000 + number * 7_919)
        person = Person(known, str(4_106_000_000_000_000_000 + number * 104_729), name, phone)
        if follows:
            person.relation, person.last_at = "following", self.clock.now()
        self.people[known] = person
        return person

    def interacts(self, person: Person) -> None:
        """The person did something that opens the window anew."""
        person.last_at = self.clock.now()
        person.replies_in_window = 0
        if person.relation == "left":
            person.relation = "none"

    def check_reachable(self, user_id: Any) -> Person:
        """The person a consultation message goes to. Raises ApiError with the reason it may not."""
        person = self.people.get(user_id) if isinstance(user_id, str) else None
        if person is None:
            raise ApiError(-201, "user_id is invalid")
        if person.refusal:
            raise ApiError(person.refusal)
        if person.relation == "left":
            raise ApiError(-213)
        if person.last_at is None:
            raise ApiError(-232)
        if self.clock.now() - person.last_at > LAST_SECONDS:
            raise ApiError(-230)
        return person

    def is_past_free(self, person: Person) -> bool:
        """Whether a consultation message to them is billed now."""
        if self.quotas.replies is not None and person.replies_in_window >= self.quotas.replies:
            return True
        return person.last_at is None or self.clock.now() - person.last_at > FREE_SECONDS

    def spend_message(self, person: Person) -> bool:
        """Count one consultation message; whether it is billed. Raises ApiError when a quota is used up."""
        quotas = self.quotas
        if quotas.oa == 0:
            raise ApiError(-211)
        if quotas.person is not None and person.replies_in_window >= quotas.person:
            raise ApiError(-218)
        is_paid = self.is_past_free(person)
        if is_paid:
            self.spend_money(PAID_PRICE, -211)
        if quotas.oa is not None:
            quotas.oa -= 1
        person.replies_in_window += 1
        return is_paid

    def spend_money(self, price: int, code: int) -> None:
        """Pay from the balance, where there is one. Raises ApiError with `code` when it does not suffice."""
        if self.quotas.balance is not None:
            if self.quotas.balance < price:
                raise ApiError(code)
            self.quotas.balance -= price

    def post(self, chat: Person | Group, posted: Posted) -> Posted:
        """Put a message into a chat."""
        chat.thread.append(posted)
        chat.oa_count += posted.sender == "oa"
        self.changes.changed()
        return posted

    def keep(self, name: str, content: bytes) -> str:
        """A file of the CDN; its public address."""
        key = f"{secrets.token_urlsafe(9)}/{name}"
        self.kept[key] = (name, content)
        return f"{self.root}/cdn/{quote(key)}"

    def find_phone(self, phone: str) -> Person | None:
        """The person with this number, written 84…"""
        return next((p for p in self.people.values() if p.phone == phone), None)
