"""What every fault run ends with: each message and notice of the database beside what the apps were sent."""

import json
import os
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import texts
from domain.messages import numbered
from domain.notices import UNREACHED
from domain.vietnamese import nfc
from storage.replies import unpack
from tests.crash.storm import Rows

LABEL = texts.say("errors.maybe_duplicate")
WAITING = ("pending", "sending", "unknown")


def seed() -> int:
    """The seed of this run, from SEED or new, printed so that the run can be had again."""
    found = int(os.environ.get("SEED") or random.randrange(2**32))
    print(f"seed {found}")
    return found


def size(usual: int, long: int) -> int:
    """How many: the usual number, or with KEHOACH_SOAK the one of the long form."""
    return long if os.environ.get("KEHOACH_SOAK") else usual


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message that stands in a chat of an app."""

    channel: str
    chat_id: str
    text: str
    message_id: str

    @property
    def is_labelled(self) -> bool:
        """True when it says that it may have come before."""
        return self.text.startswith(LABEL)

    @property
    def words(self) -> str:
        """What it says beside that."""
        return same(self.text.removeprefix(LABEL))


def same(text: str) -> str:
    """A text in the form by which two are compared."""
    return " ".join(nfc(text).split())


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the outbox."""

    id: int
    key: str
    channel: str
    chat_id: str
    forms: frozenset[str]
    is_template: bool
    edits: str
    status: str
    message_id: str
    in_doubt: bool
    attempts: int
    error: str


@dataclass
class Account:
    """The figures of a run: rows of the outbox by status, notices by status, and what stands in the chats."""

    rows: Counter[str] = field(default_factory=Counter)
    notices: Counter[str] = field(default_factory=Counter)
    arrived: Counter[str] = field(default_factory=Counter)
    labelled: int = 0
    told: int = 0

    def __str__(self) -> str:
        """The figures on one line."""
        return (
            f"outbox {dict(self.rows)}, notices {dict(self.notices)}, arrived {dict(self.arrived)},"
            f" labelled copies {self.labelled}, heads told {self.told}, lost 0, doubled 0"
        )


def account_for(rows: Rows, arrived: Iterable[Arrived], *, waiting: int = 0, most_copies: int = 0) -> Account:
    """The figures, once everything is accounted for.

    Every message that is sent stands once in its chat, or a second time with its label, which only one in doubt has;
    every message in a chat was written down; every notice that failed is told to somebody. At most `waiting` messages
    are neither sent nor given up. `most_copies` is how many calls went without an answer, or may have.
    """
    account = Account()
    outbox = _outbox(rows)
    by_chat: dict[tuple[str, str], list[Arrived]] = defaultdict(list)
    for message in arrived:
        by_chat[message.channel, message.chat_id].append(message)
        account.arrived[message.channel] += 1
    for chat, messages in by_chat.items():
        _check_chat([row for row in outbox if (row.channel, row.chat_id) == chat], messages, account)
    for row in outbox:
        account.rows[row.status] += 1
        if row.status == "sent":
            assert by_chat[row.channel, row.chat_id], f"lost: {row}"
        assert row.status != "failed" or row.error, f"given up without a reason: {row}"
    left = sum(account.rows[status] for status in WAITING)
    assert left <= waiting, f"{left} messages are neither sent nor given up: {account}"
    assert account.labelled <= most_copies, f"copies without a reason: {account}"
    _check_ledger(rows, {row.id: row for row in outbox}, by_chat, account)
    return account


def _outbox(rows: Rows) -> list[Row]:
    asked = (
        "select id, key, channel, chat_id, reply, status, message_id, maybe_duplicate, attempts, error"
        " from outbox order by id"
    )
    return [_row(*row) for row in rows.query(asked)]


def _row(
    row_id: int,
    key: str,
    channel: str,
    chat_id: str,
    packed: Any,
    status: str,
    message_id: str | None,
    in_doubt: Any,
    attempts: int,
    error: str | None,
) -> Row:
    reply = unpack(json.loads(packed) if isinstance(packed, str) else packed)
    # Where an app has no buttons its channel writes them as numbered lines.
    forms = frozenset(same(form.text) for form in (reply, numbered(reply, texts.say("errors.choice_line"))))
    is_template = reply.template is not None
    return Row(
        *(row_id, key, channel, chat_id, forms, is_template, reply.edits, status, message_id or ""),
        in_doubt=bool(in_doubt),
        attempts=attempts,
        error=error or "",
    )


def _check_chat(rows: list[Row], messages: list[Arrived], account: Account) -> None:
    """What stands in one chat is what its rows say, each once, and copies are labelled."""
    by_id = {message.message_id: message for message in messages}
    assert len(by_id) == len(messages), "two messages have one id"
    named = Counter(row.message_id for row in rows if row.status == "sent")
    assert not named or max(named.values()) == 1, f"two rows were sent as one message: {named}"
    free = [message for message in messages if not named[message.message_id]]
    edited = {row.edits: row.forms for row in rows if row.edits and row.status == "sent"}
    assert set(edited) <= set(by_id), "a message was edited that is not there"
    for row in rows:
        if row.status != "sent" or row.edits:
            continue
        assert row.message_id in by_id, f"lost: {row}"
        message = by_id[row.message_id]
        forms = row.forms | edited.get(row.message_id, frozenset())
        assert row.is_template or message.words in forms, f"sent as something else: {row} {message}"
        assert not message.is_labelled or (row.in_doubt and row.attempts > 1), f"a label without a doubt: {row}"
        account.labelled += message.is_labelled
    # What is left over is the first copy of a row in doubt, or either copy of one that failed after it arrived.
    firsts = [row for row in rows if row.in_doubt]
    seconds = [row for row in firsts if row.status != "sent"]
    for message in free:
        doubted = seconds if message.is_labelled else firsts
        owner = next((row for row in doubted if message.words in row.forms), None)
        assert owner is not None, f"doubled, or sent though nobody wrote it down: {message}"
        kept = by_id.get(owner.message_id)
        assert kept is None or kept.is_labelled, f"a second copy without its label: {kept}"
        doubted.remove(owner)


def _check_ledger(
    rows: Rows, outbox: dict[int, Row], by_chat: dict[tuple[str, str], list[Arrived]], account: Account
) -> None:
    """Every notice stands where its message stands, and what colleagues sent reached each of them by one app."""
    chats: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for person, channel, chat in rows.query("select person_id, channel, chat_id from accounts"):
        chats[person].append((channel, chat))
    heads = set(rows.query(f"select subject, occurrence from notices where rule = '{UNREACHED}'"))
    asked = (
        "select n.person_id, n.subject, n.occurrence, n.rule, n.status, n.reason, n.outbox_id, n.channel,"
        " n.message_id, c.text from notices n left join calls c on c.id = n.call_id"
    )
    for person, subject, day, rule, status, reason, outbox_id, channel, message_id, text in rows.query(asked):
        account.notices[status] += 1
        if status == "sent":
            row = outbox[outbox_id]
            assert (row.status, row.channel, row.message_id) == ("sent", channel, message_id), row
        if status == "failed" and reason in ("window_closed", "unreachable") and rule != UNREACHED:
            assert (subject, day) in heads, f"nobody was told that {person} was not reached: {subject}"
            account.told += 1
        if text is not None and rule != UNREACHED:
            plain = [m for c in chats[person] for m in by_chat[c] if same(text) in m.words and not m.is_labelled]
            most = 0 if status in ("pending", "cancelled") else 1
            assert len(plain) <= most, f"{person} read {text!r} {len(plain)} times: {plain}"
            assert status != "sent" or plain or account.labelled, f"{person} did not read {text!r}"
