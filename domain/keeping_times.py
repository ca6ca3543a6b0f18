"""For how long each kind of personal data is kept; every figure is a setting, enforced by a job."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeepingTimes:
    """Days by kind, each counted from the last time the row was touched."""

    messages: int = 400
    questions: int = 400
    talks: int = 180
    files: int = 90
    cases: int = 730
    contacts: int = 400
    codes: int = 30
    erasures: int = 1825

    def days_of(self, kind: str) -> int:
        """How many days a kind of `domain.privacy.Holding` is kept."""
        named = {"answers": "messages", "talk": "talks"}
        return int(getattr(self, named.get(kind, kind)))
