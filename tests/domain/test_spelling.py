"""How far a damaged word is from the one that was meant, and the quick ways to tell that it is far."""

import random

import pytest

from domain.spelling import distance, distance_as_cut, is_near

WORDS = ("thoi gian thuc hien", "don vi chu tri", "don vi phoi hop", "san pham", "ten nhiem vu", "tien do")


def _damaged(word: str, chance: random.Random) -> str:
    letters = list(word)
    for _ in range(chance.randrange(5)):
        at = chance.randrange(len(letters))
        letters[at] = chance.choice(["", " ", "l", "x", letters[at] * 2, "o"])
    return "".join(letters) or "x"


def test_near_is_what_the_distance_says_for_every_pair() -> None:
    chance = random.Random(4)
    for _ in range(300):
        seen, meant = _damaged(chance.choice(WORDS), chance), chance.choice(WORDS)
        for allowed in (0.5, 1.5, 3.0, 6.0):
            assert is_near(seen, meant, allowed) == (distance(seen, meant) <= allowed), (seen, meant)


def test_a_distance_that_is_enough_is_told_as_more_than_that() -> None:
    assert distance("tien do", "don vi phoi hop", 2.0) > 2.0
    assert distance("tien do", "tlen do", 2.0) == distance("tien do", "tlen do")


@pytest.mark.parametrize(("seen", "cost"), [("phong van hoa", 0.5), ("phong yan hoa", 1.0)])
def test_a_lost_end_costs_a_little(seen: str, cost: float) -> None:
    assert distance_as_cut(seen, "phong van hoa xa hoi") == cost


def test_a_whole_word_is_not_cut() -> None:
    assert distance_as_cut("cong an xa", "cong an xa") == 0.0
