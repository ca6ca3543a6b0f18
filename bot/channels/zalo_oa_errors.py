"""What the error numbers of Zalo's OpenAPI mean. They come with HTTP 200, and differ from one address to another."""

from enum import StrEnum


class Address(StrEnum):
    """Kinds of addresses whose numbers mean the same."""

    MESSAGE = "message"
    TEMPLATE = "template"
    BUSINESS = "business"
    UPLOAD = "upload"
    READING = "reading"


class Meaning(StrEnum):
    """What an error asks for."""

    STALE_TOKEN = "stale_token"  # noqa: S105
    TOO_FAST = "too_fast"
    FEW_TRIES = "few_tries"
    LATER = "later"
    HELD = "held"
    CLOSED = "closed"
    UNREACHABLE = "unreachable"
    DEAD_HANDLE = "dead_handle"
    REJECTED = "rejected"


_EVERYWHERE = {
    Meaning.STALE_TOKEN: (-216, -220, 216, 401, -401),
    Meaning.TOO_FAST: (-32,),
}
_OPENAPI = _EVERYWHERE | {
    Meaning.FEW_TRIES: (-200,),
    # Only promotion is held back at night; it is named so that a template by UID waits for the morning.
    Meaning.LATER: (-234, -133),
    # The account's quota, or its quota of the day; then: account or app disabled, absent, not activated, not entitled,
    # removed, unverified.
    Meaning.HELD: (-211, -144, -204, -205, -209, -212, -219, -221, -223, -224, -235, -242),
    # Over seven days, never heard of; what may be sent to this person is used up; what would be paid for cannot be.
    Meaning.CLOSED: (-230, -232, -218, -320, -321),
    # Does not follow, has blocked, takes no such messages, is banned or long gone; not in the group.
    Meaning.UNREACHABLE: (-213, -217, -244, -227, -403),
    Meaning.DEAD_HANDLE: (-100,),
    Meaning.REJECTED: (-201, -210, -233, -240, -248, -249),
}
_BUSINESS = {
    Meaning.STALE_TOKEN: (*_EVERYWHERE[Meaning.STALE_TOKEN], -124),
    Meaning.TOO_FAST: (-32,),
    Meaning.FEW_TRIES: (-100, -200),
    Meaning.LATER: (-133, -234),
}


USED_UP = frozenset({-211, -144, -147})
"""A quota is used up: of the account, of a day's templates, of one template."""

FOR_THE_OPERATOR = frozenset({-109, -115, -117, -131, -135, -144, -146, -147, -240, -242, -248, -249, -320, -321})
"""No money, no entitlement, a template that is not approved: nothing else comes right before somebody has mended it."""


def _by_number(meanings: dict[Meaning, tuple[int, ...]]) -> dict[int, Meaning]:
    return {number: meaning for meaning, numbers in meanings.items() for number in numbers}


_TABLES = {
    Address.MESSAGE: _by_number(_OPENAPI),
    Address.TEMPLATE: _by_number(_OPENAPI | {Meaning.STALE_TOKEN: (*_OPENAPI[Meaning.STALE_TOKEN], -124)}),
    Address.BUSINESS: _by_number(_BUSINESS),
    # What cannot be uploaded goes out as a link; the account may still send.
    Address.UPLOAD: _by_number(_OPENAPI) | dict.fromkeys((-211, -144, -218, -100), Meaning.REJECTED),
    Address.READING: _by_number(_OPENAPI) | {-100: Meaning.REJECTED},
}
_KEPT_FOR_TEMPLATES = frozenset(
    {
        Meaning.STALE_TOKEN,
        Meaning.TOO_FAST,
        Meaning.FEW_TRIES,
        Meaning.LATER,
        Meaning.UNREACHABLE,
    }
)


def meaning_of(address: Address, number: int) -> Meaning:
    """What to do about an error number that an address answered with.

    A number nobody has told of is tried a few times. A template that cannot be sent by UID leaves the person as out of
    reach as they were before, whatever the reason: "closed", so that they are told another way. To a telephone number
    it can then never be sent. What the account lacks for templates must not hold back the answers it may still give.
    """
    known = _TABLES[address].get(number)
    if address is Address.BUSINESS:
        return known or Meaning.REJECTED
    if address is Address.TEMPLATE:
        return known if known in _KEPT_FOR_TEMPLATES else Meaning.CLOSED
    return known or Meaning.FEW_TRIES
