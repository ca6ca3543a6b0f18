"""Finds the account an operator means: by its mark, by the code of a case, or by channel and id."""

from bot.failures import OperatorError
from domain.blocking import account_mark
from domain.feedback import code_in
from domain.people import Office
from domain.privacy import Owner
from storage import Repositories

SHORTEST_MARK = 8


async def named_account(records: Repositories, office: Office, named: str) -> Owner:
    """The account, with the member of staff who uses it. Raises OperatorError when it is not known."""
    said = named.strip()
    found = await _of_case(records, office, said) or await _of_mark(records, said) or _of_id(said)
    if found is None:
        raise OperatorError("cli.safety.no_account", named=said)
    person = await records.people.by_account(found.channel, found.user_id)
    return Owner(found.channel, found.user_id, found.chat_id, person.id if person else None)


async def _of_case(records: Repositories, office: Office, said: str) -> Owner | None:
    code = code_in(said)
    case = await records.feedback.by_code(office.id, code) if code else None
    return Owner(case.channel, case.user_id, case.chat_id) if case and case.user_id else None


async def _of_mark(records: Repositories, said: str) -> Owner | None:
    mark = said.lower()
    if len(mark) < SHORTEST_MARK or any(c not in "0123456789abcdef" for c in mark):
        return None
    known = [
        Owner(channel, user_id, chat_id)
        for channel, user_id, chat_id in await records.personal.accounts_known()
        if account_mark(channel, user_id).startswith(mark)
    ]
    return known[0] if len({(owner.channel, owner.user_id) for owner in known}) == 1 else None


def _of_id(said: str) -> Owner | None:
    channel, colon, user_id = said.partition(":")
    return Owner(channel, user_id, user_id) if colon and channel and user_id else None
