"""Who is answered at all: the limits of a person and of an office, blocked accounts, an office that is off.

What is counted is counted in this process and in memory: a server that starts anew begins to count anew, and several
servers on one database count each for itself. Memory is bounded, however many strangers write.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

import texts
from domain.allowances import Allowances, exceeds
from domain.blocking import short_mark
from domain.clock import day_text, local, local_day
from domain.messages import Incoming, Kind
from domain.people import Office, Person
from domain.switching import Switch
from handlers.switching import public_words
from handlers.wording import office_words

log = structlog.get_logger()

MOST_ACCOUNTS = 10_000
"""Accounts remembered at one moment; whoever wrote longest ago is forgotten first."""
MOST_MINUTES = 90
MOST_HOURS = 26
"""How far back an account's counts reach: the messages of an outage come all at once, each with its own moment."""
BACKLOG = timedelta(days=1)

PERSON, FILES, OFFICE, BLOCKED, OFF = "limit:person", "limit:files", "limit:office", "blocked", "off"
"""Why an update is kept and not answered, as the inbox has it."""

_EVENTS = frozenset({Kind.JOINED, Kind.LEFT, Kind.DELIVERED, Kind.SEEN, Kind.DATA_RIGHTS})
"""What an app tells and no person says: never counted, never held back."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An update that is not answered: why, the one sentence if one is due, and whether the account is to be blocked."""

    reason: str
    sentence: str = ""
    blocks: bool = False


@dataclass(slots=True)
class _Account:
    """What one account did lately: by minute and by hour of the clock, and what it was told."""

    minutes: Counter[int] = field(default_factory=Counter)
    hours: Counter[int] = field(default_factory=Counter)
    files: Counter[int] = field(default_factory=Counter)
    exceeded: set[int] = field(default_factory=set)
    told: dict[str, int] = field(default_factory=dict)

    def prune(self) -> None:
        """Forget the oldest."""
        for counts, most in ((self.minutes, MOST_MINUTES), (self.hours, MOST_HOURS), (self.files, MOST_HOURS)):
            for moment in sorted(counts)[:-most]:
                del counts[moment]


@dataclass(slots=True)
class Arrival:
    """One message at the gate, counted once however often its turn is tried; `decided` is what was found of it."""

    incoming: Incoming
    minute: int
    account: _Account | None
    decided: dict[int, Refusal | None] = field(default_factory=dict)


class Gate:
    """Decides of each message, before its turn is taken, whether it is answered; else by which one sentence."""

    def __init__(self, allowances: Allowances, clock: Callable[[], datetime]) -> None:
        self.allowances = allowances
        self._clock = clock
        self._accounts: OrderedDict[tuple[str, str], _Account] = OrderedDict()
        self._offices: dict[int, Counter[int]] = {}
        self._off_told: OrderedDict[tuple[str, str], datetime] = OrderedDict()
        self.refused: Counter[str] = Counter()
        self.blocked_total = 0

    def arrive(self, incoming: Incoming) -> Arrival:
        """The message, counted."""
        now = self._clock()
        said = incoming.sent_at if incoming.sent_at is not None else now
        moment = said if now - BACKLOG < said < now else now
        minute = int(moment.timestamp()) // 60
        if incoming.kind in _EVENTS:
            return Arrival(incoming, minute, None)
        account = self._account(incoming)
        account.minutes[minute] += 1
        account.hours[minute // 60] += 1
        account.files[minute // 60] += len(incoming.files)
        account.prune()
        return Arrival(incoming, minute, account)

    def take_back(self, arrival: Arrival) -> None:
        """Count the message no more: its turn could not be kept, and it comes once again."""
        account, minute = arrival.account, arrival.minute
        if account is not None:
            account.minutes[minute] -= 1
            account.hours[minute // 60] -= 1
            account.files[minute // 60] -= len(arrival.incoming.files)

    def hopeless(self, arrival: Arrival) -> Refusal | None:
        """The refusal of one that is over what even staff may do and was told so: nothing is read for it."""
        account = arrival.account
        if account is None or account.told.get(PERSON) != arrival.minute:
            return None
        if not self._is_over(account, arrival.minute, self.allowances.for_staff()):
            return None
        self.refused[PERSON] += 1
        return Refusal(PERSON)

    def look(
        self,
        arrival: Arrival,
        office: Office,
        person: Person | None,
        *,
        is_blocked: bool = False,
        off: Switch | None = None,
    ) -> Refusal | None:
        """None for a message that is answered. Asked again for the same message, the answer is the same."""
        if office.id not in arrival.decided:
            found = self._look(arrival, office, person, is_blocked, off)
            arrival.decided[office.id] = found
            if found is not None:
                self.refused[found.reason] += 1
        return arrival.decided[office.id]

    def figures(self) -> Mapping[str, float]:
        """For the operator's monitoring: what was not answered, by the reason, and how many accounts are watched."""
        reasons = (PERSON, FILES, OFFICE, BLOCKED, OFF)
        figures = {f'kehoach_unanswered_total{{reason="{reason}"}}': float(self.refused[reason]) for reason in reasons}
        figures["kehoach_blocked_by_the_bot_total"] = float(self.blocked_total)
        figures["kehoach_accounts_watched"] = float(len(self._accounts))
        return figures

    def _look(
        self, arrival: Arrival, office: Office, person: Person | None, is_blocked: bool, off: Switch | None
    ) -> Refusal | None:
        account, incoming = arrival.account, arrival.incoming
        if account is None:
            return self._greeted(incoming, office, is_blocked, off)
        if is_blocked:
            return Refusal(BLOCKED)
        allowed = self.allowances if person is None else self.allowances.for_staff()
        if self._is_over(account, arrival.minute, allowed):
            return self._over_the_persons(arrival, account, person)
        if incoming.files and exceeds(account.files[arrival.minute // 60], allowed.person_files_hour):
            sentence = texts.say("limits.files", most=allowed.person_files_hour)
            return self._once(arrival, account, FILES, sentence, arrival.minute // 60)
        if off is not None:
            return self._while_off(incoming, office, off)
        if self._is_over_the_offices(office.id, arrival.minute) and person is None:
            sentence = texts.say("limits.office", office=office_words(office))
            return self._once(arrival, account, OFFICE, sentence, arrival.minute)
        return None

    def _greeted(self, incoming: Incoming, office: Office, is_blocked: bool, off: Switch | None) -> Refusal | None:
        """Who only opens the chat is greeted as little as who writes; all else that an app tells is let through."""
        if incoming.kind is not Kind.JOINED or incoming.in_group:
            return None
        if is_blocked:
            return Refusal(BLOCKED)
        return None if off is None else self._while_off(incoming, office, off)

    def _over_the_persons(self, arrival: Arrival, account: _Account, person: Person | None) -> Refusal:
        minute, incoming = arrival.minute, arrival.incoming
        is_first = account.told.get(PERSON) != minute
        account.exceeded = {m for m in account.exceeded if m > minute - 60} | {minute}
        refusal = self._once(arrival, account, PERSON, texts.say("limits.person"), minute)
        if account.told.get("log") != minute // 60:
            account.told["log"] = minute // 60
            mark = short_mark(incoming.channel, incoming.user_id)
            log.warning("somebody writes too much", channel=incoming.channel, account=mark, staff=person is not None)
        most = self.allowances.abuse_minutes
        if is_first and person is None and most and len(account.exceeded) >= most:
            account.exceeded.clear()
            self.blocked_total += 1
            until = self._clock() + self.allowances.block
            said = (
                ""
                if incoming.in_group
                else texts.say("limits.blocked", until=f"{local(until):%H:%M} {day_text(local_day(until))}")
            )
            return Refusal(PERSON, said, blocks=True)
        return refusal

    def _once(self, arrival: Arrival, account: _Account, reason: str, sentence: str, span: int) -> Refusal:
        """The refusal, with its sentence the first time in this span of time; in a group never with one."""
        if arrival.incoming.in_group or account.told.get(reason) == span:
            return Refusal(reason)
        account.told[reason] = span
        return Refusal(reason, sentence)

    def _while_off(self, incoming: Incoming, office: Office, off: Switch) -> Refusal:
        """The reason that everybody may read, once an hour to a chat."""
        now = self._clock()
        chat = (incoming.channel, incoming.chat_id)
        last = self._off_told.get(chat)
        if incoming.in_group or (last is not None and max(last, off.at) == last and now - last < timedelta(hours=1)):
            return Refusal(OFF)
        self._off_told[chat] = now
        self._off_told.move_to_end(chat)
        while len(self._off_told) > MOST_ACCOUNTS:
            self._off_told.popitem(last=False)
        return Refusal(OFF, public_words(off.reason, off.until, office_words(office)))

    def _is_over(self, account: _Account, minute: int, allowed: Allowances) -> bool:
        is_fast = exceeds(account.minutes[minute], allowed.person_minute)
        return is_fast or exceeds(account.hours[minute // 60], allowed.person_hour)

    def _is_over_the_offices(self, office_id: int, minute: int) -> bool:
        """Count the message to the office; true when there are more than the office takes."""
        counts = self._offices.setdefault(office_id, Counter())
        counts[minute] += 1
        for old in sorted(counts)[:-MOST_MINUTES]:
            del counts[old]
        return exceeds(counts[minute], self.allowances.office_minute)

    def _account(self, incoming: Incoming) -> _Account:
        key = (incoming.channel, incoming.user_id)
        account = self._accounts.setdefault(key, _Account())
        self._accounts.move_to_end(key)
        while len(self._accounts) > MOST_ACCOUNTS:
            self._accounts.popitem(last=False)
        return account
