"""Who is answered at the gate: limits of a person and of an office, what is said once, what memory it takes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot import gate as gates
from bot.gate import BLOCKED, FILES, OFF, OFFICE, PERSON, Gate, Refusal
from domain.allowances import Allowances
from domain.messages import Incoming, Kind, SentFile
from domain.people import Office, Person, Role
from domain.switching import Switch
from tests.bot.desk import NOW

WARD = Office(1, "UBND phường Thử")
AN = Person(1, 1, "Lê Hoài An", Role.OFFICIAL)
FEW = Allowances(person_minute=3, person_hour=8, person_files_hour=2, office_minute=0, abuse_minutes=3)


@dataclass
class Clock:
    """A clock that the test moves."""

    now = NOW

    def __call__(self):  # type: ignore[no-untyped-def]
        return self.now

    def on(self, **by: float) -> None:
        self.now += timedelta(**by)


Say = Callable[..., Refusal | None]


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _said(who: str = "lan", **more: object) -> Incoming:
    return replace(Incoming("telegram", "1", who, who, Kind.TEXT, "xin chào"), **more)  # type: ignore[arg-type]


def _look(gate: Gate, incoming: Incoming, person: Person | None = None, **more: object) -> Refusal | None:
    arrival = gate.arrive(incoming)
    return gate.hopeless(arrival) or gate.look(arrival, WARD, person, **more)  # type: ignore[arg-type]


def test_over_the_limit_one_sentence_and_then_silence_until_the_minute_is_over(clock: Clock) -> None:
    gate = Gate(FEW, clock)
    assert [_look(gate, _said()) for _ in range(3)] == [None] * 3
    first, second = _look(gate, _said()), _look(gate, _said())
    assert first is not None and first.reason == PERSON and "đợi một phút" in first.sentence
    assert second == Refusal(PERSON)
    assert _look(gate, _said("hoa")) is None
    clock.on(minutes=1)
    assert _look(gate, _said()) is None
    assert gate.figures()['kehoach_unanswered_total{reason="limit:person"}'] == 2


def test_a_message_whose_turn_could_not_be_kept_is_counted_once_in_the_end(clock: Clock) -> None:
    gate = Gate(FEW, clock)
    for _ in range(30):
        arrival = gate.arrive(_said())
        assert gate.look(arrival, WARD, None) is None
        gate.take_back(arrival)
    assert [_look(gate, _said()) for _ in range(3)] == [None] * 3
    assert _look(gate, _said()) is not None


def test_opening_the_chat_is_no_way_round_a_block_or_an_office_that_is_off(clock: Clock) -> None:
    gate = Gate(FEW, clock)
    opens = _said(kind=Kind.JOINED, text="")
    off = Switch(1, WARD.id, False, "Bảo trì", None, clock.now)
    assert _look(gate, opens) is None
    assert _look(gate, opens, is_blocked=True) == Refusal(BLOCKED)
    refusal = _look(gate, opens, off=off)
    assert refusal is not None and refusal.reason == OFF and "Bảo trì" in refusal.sentence
    assert _look(gate, replace(opens, in_group=True), off=off) is None, "a group is entered all the same"


def test_an_hour_has_a_limit_of_its_own(clock: Clock) -> None:
    gate = Gate(FEW, clock)
    for _ in range(4):
        assert [_look(gate, _said()) for _ in range(2)] == [None] * 2
        clock.on(minutes=1)
    refusal = _look(gate, _said())
    assert refusal is not None and refusal.reason == PERSON
    clock.on(hours=1)
    assert _look(gate, _said()) is None


def test_staff_have_three_times_as_much(clock: Clock) -> None:
    gate = Gate(FEW, clock)
    assert [_look(gate, _said(), AN) for _ in range(9)] == [None] * 9
    assert _look(gate, _said(), AN) is not None


def test_a_message_tried_again_is_counted_once_and_decided_once(clock: Clock) -> None:
    gate = Gate(FEW, clock)
    for _ in range(3):
        _look(gate, _said())
    arrival = gate.arrive(_said())
    assert gate.look(arrival, WARD, None) == gate.look(arrival, WARD, None)
    assert gate.refused[PERSON] == 1


def test_who_goes_on_and_on_is_blocked_and_staff_are_not(clock: Clock) -> None:
    gate = Gate(FEW, clock)

    def flood(person: Person | None) -> list[bool]:
        refusals = [_look(gate, _said(str(person)), person) for _ in range(12)]
        return [r.blocks for r in refusals if r is not None and r.sentence]

    # In three different minutes of an hour, and not in three hours.
    for _ in range(2):
        assert flood(None) == [False]
        clock.on(minutes=1)
    assert flood(None) == [True]
    assert gate.blocked_total == 1
    for _ in range(4):
        assert flood(AN) == [False]
        clock.on(minutes=1)


def test_too_many_in_three_different_hours_is_no_abuse(clock: Clock) -> None:
    gate = Gate(FEW, clock)
    for _ in range(4):
        refusals = [_look(gate, _said()) for _ in range(5)]
        assert not any(r.blocks for r in refusals if r is not None)
        clock.on(hours=2)


def test_files_have_a_limit_and_words_go_on(clock: Clock) -> None:
    gate = Gate(replace(FEW, person_minute=0, person_hour=0), clock)
    photo = _said(kind=Kind.PHOTO, files=(SentFile("a"),))
    assert [_look(gate, photo) for _ in range(2)] == [None] * 2
    refusal = _look(gate, photo)
    assert refusal is not None and refusal.reason == FILES and "2 ảnh, tệp" in refusal.sentence
    assert _look(gate, photo) == Refusal(FILES)
    assert _look(gate, _said()) is None


def test_an_office_that_is_full_still_serves_its_staff(clock: Clock) -> None:
    gate = Gate(replace(FEW, office_minute=2), clock)
    assert [_look(gate, _said(f"dan-{n}")) for n in range(2)] == [None] * 2
    refusal = _look(gate, _said("dan-9"))
    assert refusal is not None and refusal.reason == OFFICE and "UBND phường Thử" in refusal.sentence
    assert _look(gate, _said("dan-9")) == Refusal(OFFICE)
    assert _look(gate, _said("an"), AN) is None


def test_a_hundred_people_a_second_pass_where_the_office_has_no_limit(clock: Clock) -> None:
    gate = Gate(Allowances(office_minute=0), clock)
    assert not any(_look(gate, _said(f"dan-{n % 500}")) for n in range(6000))


def test_messages_of_an_outage_count_for_the_minutes_in_which_they_were_written(clock: Clock) -> None:
    gate = Gate(FEW, clock)
    late = [_said(sent_at=clock.now - timedelta(minutes=ago)) for ago in range(7, 0, -1)]
    assert [_look(gate, said) for said in late] == [None] * 7
    # What claims to be of the future, or of another age, is of now.
    odd = [_said("hoa", sent_at=clock.now + timedelta(minutes=n)) for n in (1, 2, -5000, 3)]
    assert [_look(gate, said) is None for said in odd] == [True, True, True, False]


def test_what_an_app_tells_is_never_held_back(clock: Clock) -> None:
    gate = Gate(FEW, clock)
    for kind in (Kind.LEFT, Kind.SEEN, Kind.DELIVERED, Kind.DATA_RIGHTS):
        assert [_look(gate, _said(kind=kind), is_blocked=True) for _ in range(9)] == [None] * 9


def test_in_a_group_nothing_is_said(clock: Clock) -> None:
    gate = Gate(FEW, clock)
    refusals = [_look(gate, _said(in_group=True)) for _ in range(5)]
    assert refusals[3:] == [Refusal(PERSON), Refusal(PERSON)]
    assert _look(gate, _said("hoa", in_group=True), off=Switch(1, 1, False, "Bảo trì", None, NOW)) == Refusal(OFF)


def test_a_blocked_account_is_answered_by_silence(clock: Clock) -> None:
    assert _look(Gate(FEW, clock), _said(), is_blocked=True) == Refusal(BLOCKED)


def test_while_off_the_reason_is_said_once_an_hour_to_a_chat(clock: Clock) -> None:
    gate = Gate(Allowances(), clock)
    off = Switch(1, 1, False, "Bảo trì máy chủ.", None, NOW)
    first = _look(gate, _said(), off=off)
    assert first is not None and first.reason == OFF and "Lý do: Bảo trì máy chủ." in first.sentence
    assert _look(gate, _said(), off=off) == Refusal(OFF)
    assert _look(gate, _said("hoa"), off=off) == first
    clock.on(hours=1)
    assert _look(gate, _said(), off=off) == first
    # Off for another reason is said anew.
    again = replace(off, id=3, reason="Mất điện", at=clock.now + timedelta(seconds=1))
    said = _look(gate, _said(), off=again)
    assert said is not None and "Mất điện" in said.sentence


def test_a_flood_of_strangers_takes_no_more_memory_than_the_accounts_remembered(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gates, "MOST_ACCOUNTS", 50)
    gate = Gate(Allowances(office_minute=0), clock)
    off = Switch(1, 1, False, "Bảo trì", None, NOW)
    for number in range(500):
        _look(gate, _said(f"la-{number}"), off=off)
    assert gate.figures()["kehoach_accounts_watched"] == 50
    assert len(gate._off_told) == 50
    for _ in range(300):
        clock.on(minutes=7)
        _look(gate, _said("lan"))
    assert len(gate._accounts[("telegram", "lan")].minutes) <= gates.MOST_MINUTES
