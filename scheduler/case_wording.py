"""The words in which staff are reminded of the answers that citizens wait for."""

from collections.abc import Sequence
from dataclasses import dataclass

import texts
from domain.clock import day_text
from domain.duties import case_of
from domain.feedback import Feedback
from domain.messages import Button, Reply
from domain.notices import UNREACHED, LedgerNotice
from domain.people import Person
from scheduler.facts import Facts
from scheduler.history import above, history, section_of, unanswered

SAID_LIMIT = 60
"""Letters of what a citizen wrote that a line quotes; alone, a message quotes more."""
SAID_LIMIT_ALONE = 300
BUTTONS = 3
"""Cases that can be opened from one message."""
_WEIGHT = ("leader", "head", "told", "today", "overdue", "before", "again")
"""What is said of a case where several things could be."""


@dataclass(frozen=True, slots=True)
class CaseMatter:
    """A notice with the case it is about."""

    row: LedgerNotice
    case: Feedback

    @property
    def section(self) -> str:
        """What the notice says of it."""
        return section_of(self.row.notice.rule)


def case_matters(rows: Sequence[LedgerNotice], facts: Facts) -> list[CaseMatter]:
    """What is to be said of cases, once of each, those with the earliest day first.

    What was passed up says by itself that it is overdue, and what is due that one had put it off.
    """
    found: dict[int, CaseMatter] = {}
    for row in sorted(rows, key=lambda row: _WEIGHT.index(section_of(row.notice.rule))):
        case = None if row.notice.rule == UNREACHED else facts.case(row.notice)
        if case is not None:
            found.setdefault(case.id, CaseMatter(row, case))
    return sorted(found.values(), key=lambda matter: (matter.case.due, matter.case.id))


def case_line(matter: CaseMatter, facts: Facts) -> str:
    """The case in one line of a list."""
    blanks = _blanks(matter, facts, SAID_LIMIT)
    state = texts.say(f"notices.case.state.{_state(matter, blanks)}", **blanks)
    return texts.say("notices.case.line", code=matter.case.code, said=blanks["said"], state=state)


def case_alone(person: Person, matter: CaseMatter, facts: Facts, received: Button) -> Reply:
    """A message about nothing but this case."""
    blanks = _blanks(matter, facts, SAID_LIMIT_ALONE) | {"person": person.name, "code": matter.case.code}
    text = texts.say(f"notices.case.one.{_state(matter, blanks)}", **blanks)
    return Reply(text, (received, *case_buttons([matter])))


def case_buttons(matters: Sequence[CaseMatter]) -> tuple[Button, ...]:
    """The buttons that open the first of the cases."""
    cases = [matter.case for matter in matters[:BUTTONS]]
    return tuple(Button(texts.say("notices.case.button", code=case.code), f"pa:show:{case.id}") for case in cases)


def _state(matter: CaseMatter, blanks: dict[str, object]) -> str:
    return "today" if matter.section == "before" and not blanks["days"] else matter.section


def _blanks(matter: CaseMatter, facts: Facts, limit: int) -> dict[str, object]:
    """All that may be said of a case."""
    case, row = matter.case, matter.row
    first, last = sorted((case.due, facts.today))
    unit = case.unit_name or texts.say("notices.no_unit")
    return {
        "said": _short(case.said, limit),
        "day": day_text(case.due),
        "days": facts.calendar.between(first, last),
        "unit": unit,
        "unanswered": unanswered(row, facts),
        "above": above(row, facts.staff.heads(case.unit_id), facts),
        "history": history(row, facts.staff.carriers(case_of(case)), facts),
    }


def _short(said: str, limit: int) -> str:
    flat = " ".join(said.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:.-") + "…"
