"""Shows heads, leaders and the administrator where every task stands, down to unit, person and task."""

import re

import texts
from domain.messages import Kind, Reply
from domain.people import Person
from domain.rights import may_see_overview, may_see_staff_of
from domain.stretches import month_before, month_of
from domain.vietnamese import fold
from handlers.comparing import compared_view
from handlers.inquiry_views import blocked_view
from handlers.private import staff_alone
from handlers.seen import EVER, Seen, beginning, look
from handlers.selection import selection_in
from handlers.turn import Turn
from handlers.views import (
    View,
    list_view,
    missing_view,
    overview_button,
    overview_view,
    shown,
    unit_buttons,
    unit_view,
    units_of,
)
from handlers.wording import number_in, office_words, tasks_button

_ASKED = re.compile(
    r"/tongquan|(cho (toi|em|minh) )?(xem )?(bao cao )?(tong quan|tinh hinh chung|tong hop( nhiem vu| tien do)?"
    r"|tinh hinh( thuc hien)?( cac)? nhiem vu|tinh hinh (cong viec|tien do|thuc hien)"
    r"|tien do( thuc hien)?( cac)? nhiem vu|tien do chung)( den nay| hien nay| the nao| ra sao)?( roi)?[ .?]*"
)
_ACTION = re.compile(r"overview|overview:[a-z0-9_-]+:\d{1,6}|unit:\d{1,9}|compared|missing|missing:\d{1,9}")


def wants_overview(turn: Turn) -> bool:
    """True for "tong quan", /tongquan and the buttons under it; in words only for staff, others ask about the plan."""
    if _ACTION.fullmatch(turn.action) or turn.action.startswith(("overview:", "unit:", "missing:")):
        return True
    return (
        turn.incoming.kind is Kind.TEXT
        and (turn.role.is_staff or turn.text.startswith("/"))
        and _ASKED.fullmatch(fold(turn.text)) is not None
    )


async def show_overview(turn: Turn) -> list[Reply]:
    """Counts with a picture, or what stands behind a button: a list, a unit, who has not reported."""
    person = staff_alone(turn, "overview.not_staff")
    if not isinstance(person, Person):
        return person
    if not may_see_overview(person.role) and not _is_of_own_unit(turn, person):
        return [Reply(texts.say("overview.refused"), (tasks_button(),))]
    seen = await look(turn, person, EVER if _goes_back(turn.action) else beginning(month_of(turn.today)))
    if not seen.tasks:
        return [Reply(texts.say("overview.none", office=office_words(turn.office)))]
    return [await shown(turn, _view(turn, person, seen))]


def _goes_back(action: str) -> bool:
    """True for what needs the whole history: what hinders tasks, and how they stood a month ago."""
    return action == "compared" or action.startswith(("overview:blocked", "overview:is_blocked"))


def _is_of_own_unit(turn: Turn, person: Person) -> bool:
    """True for a button about the speaker's own unit, and for lists, which hold nothing they may not see."""
    if turn.action.startswith("unit:"):
        return may_see_staff_of(person, number_in(turn.action))
    return turn.action.startswith(("overview:", "missing"))


def _view(turn: Turn, person: Person, seen: Seen) -> View:
    """What the button stands for; an action we never offered shows the way back."""
    old = View(texts.say("errors.old_button"), (overview_button(),))
    if not _ACTION.fullmatch(turn.action) and turn.action:
        return old
    number = number_in(turn.action) or 0
    kind, _, rest = turn.action.partition(":")
    if kind == "unit":
        return unit_view(turn, person, seen, number)
    if kind == "missing":
        return missing_view(turn, person, seen, month_of(turn.today), number if rest else None)
    if kind == "compared":
        return compared_view(turn, person, seen, month_before(month_of(turn.today)))
    if not rest:
        return overview_view(turn, person, seen)
    code = rest.rpartition(":")[0]
    if code == "units":
        units = units_of(person, seen)
        buttons = unit_buttons(units, number) or unit_buttons(units, 0)
        return View(texts.say("overview.units"), (*buttons, overview_button()))
    selection = selection_in(code)
    if selection is None:
        return old
    if selection.kind in ("blocked", "is_blocked"):
        return blocked_view(turn, person, seen, selection, number)
    return list_view(turn, person, seen, selection, number)
