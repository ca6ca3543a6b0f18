"""By which of a person's accounts something is said to them, or why it can be said by none."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from domain.channels import by_preference
from domain.contacts import Chat
from domain.people import Account

NO_ACCOUNT = "no_account"
UNSERVED = "unserved"
CLOSED = "window_closed"
UNREACHABLE = "unreachable"
"""Why a person can be written to nowhere: they have no account; one on a channel that is not served here; the app of
each has closed the chat; each was left or blocked."""


@dataclass(frozen=True, slots=True)
class Way:
    """The account to write to, or `why` there is none; `by_template` where only an approved template gets through."""

    account: Account | None
    by_template: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Roads:
    """What is known of the ways to people now: channels served here and held, chats that are closed.

    `templated` are the closed chats to which an approved template may be sent.
    """

    served: Collection[str]
    held: Collection[str] = ()
    closed: Collection[Chat] = ()
    templated: Collection[Chat] = ()

    def way(self, accounts: Sequence[Account], preferred: str = "") -> Way:
        """The first account that gets through: the app the person chose, then the usual order.

        One on a held channel, where a message would wait, is taken only when no other gets through.
        """
        served = [a for a in by_preference(accounts, preferred) if a.reachable and a.channel in self.served]
        through = [a for a in served if not self._is_closed(a) or (a.channel, a.chat_id) in self.templated]
        account = next((a for a in through if a.channel not in self.held), next(iter(through), None))
        if account is not None:
            return Way(account, by_template=self._is_closed(account))
        return Way(None, why=self._why(accounts, served))

    def _why(self, accounts: Sequence[Account], served: Sequence[Account]) -> str:
        if not accounts:
            return NO_ACCOUNT
        if any(account.reachable and account.channel not in self.served for account in accounts):
            return UNSERVED
        return CLOSED if served else UNREACHABLE

    def _is_closed(self, account: Account) -> bool:
        return (account.channel, account.chat_id) in self.closed
