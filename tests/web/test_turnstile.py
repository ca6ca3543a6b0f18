"""How often one visitor may come in."""

from hypothesis import given
from hypothesis import strategies as st

from bot.web import turnstile
from bot.web.turnstile import Turnstile


class Watch:
    """A monotonic clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_admitted_and_then_one_at_a_time() -> None:
    watch = Watch()
    gate = Turnstile(per_second=2, burst=3, monotonic=watch)
    assert [gate.admit("an") for _ in range(3)] == [0.0, 0.0, 0.0]
    assert gate.admit("an") == 0.5
    watch.now += 0.5
    assert gate.admit("an") == 0.0
    assert gate.admit("an") > 0


def test_one_visitor_does_not_hold_up_another() -> None:
    gate = Turnstile(per_second=1, burst=1, monotonic=Watch())
    assert (gate.admit("an"), gate.admit("bình")) == (0.0, 0.0)


def test_being_refused_does_not_make_the_wait_longer() -> None:
    gate = Turnstile(per_second=1, burst=1, monotonic=Watch())
    gate.admit("an")
    assert [gate.admit("an") for _ in range(3)] == [1.0, 1.0, 1.0]


def test_those_who_have_rested_are_forgotten() -> None:
    watch = Watch()
    gate = Turnstile(per_second=1, burst=1, monotonic=watch)
    for number in range(turnstile.MOST_KEYS):
        gate.admit(f"cũ {number}")
    watch.now += 10
    gate.admit("mới")
    assert len(gate._full_at) == 1
    assert gate.admit("mới") > 0


@given(st.lists(st.floats(min_value=0, max_value=3), max_size=60))
def test_never_more_than_the_burst_and_the_rate_are_admitted(pauses: list[float]) -> None:
    watch = Watch()
    gate = Turnstile(per_second=2, burst=4, monotonic=watch)
    admitted = 0
    for pause in pauses:
        watch.now += pause
        admitted += gate.admit("an") == 0.0
    assert admitted <= 4 + 2 * (watch.now - 1000.0) + 1e-6
