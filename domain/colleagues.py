"""Which colleagues a name means, as people say it: the given name, with or without what stands before it."""

from collections.abc import Sequence

from domain.people import Person
from domain.vietnamese import fold


def people_named(words: str, people: Sequence[Person]) -> list[Person]:
    """The people whose name ends in these words, else those whose name holds them; diacritics do not matter."""
    said = fold(words).split()
    if not said:
        return []
    names = [(person, fold(person.name).split()) for person in people if person.active]
    ending = [person for person, name in names if name[-len(said) :] == said]
    return ending or [person for person, name in names if len(said) > 1 and set(said) <= set(name)]
