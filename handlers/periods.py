"""Shows a reporting period: to each their own list, to a head the unit's, to leaders every unit's counts."""

import re
from collections.abc import Sequence

import texts
from domain.clock import day_text
from domain.inquiries import read_inquiry
from domain.messages import Button, Kind, Reply
from domain.people import Person
from domain.period_list import Entry, EntryState, by_units, entries_frozen, entries_now, of_state
from domain.period_questions import read_period_question
from domain.period_words import period_meant
from domain.ports import Records
from domain.reporting_periods import Period, PeriodKind, chasing, period_of
from domain.rights import may_see_period_of
from domain.vietnamese import fold
from handlers.period_wording import entry_lines, entry_name, period_name
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.wording import LABEL_LIMIT, home_button, short

BUTTONS = 6
_ASKED = re.compile(
    r"(?:/kybaocao|(?:(?:cho (?:toi|em|minh) )?(?:xem |coi )?)?(?:danh sach |tinh hinh )?(?:cac )?"
    r"ky bao cao|(?:xem )?ky (?=nay|truoc))(?P<which>(?: .{1,40})?)[ .?!]*"
)
_WHICH = re.compile(
    r"(?: cua (?:toi|em|minh|don vi(?: toi)?|phong(?: toi)?))?(?: ky)?"
    r"(?: (?:nay|hien tai|truoc|vua roi|vua qua)"
    r"| (?:cua )?(?:thang|quy|q|t|nam|6 thang|sau thang|nua) ?.{0,25})?"
    r"(?: the nao| ra sao| den dau roi| cua (?:toi|em))?"
)

_NEAR = ("nay", "hien tai", "truoc", "vua roi", "vua qua")


def asks_for_period(turn: Turn) -> bool:
    """True for "ky bao cao", "ky bao cao thang 11" from staff, and for the buttons of its answer."""
    if re.fullmatch(r"period:\d{1,9}(:\d{1,9})?", turn.action):
        return True
    if turn.incoming.kind is not Kind.TEXT or not turn.role.is_staff:
        return False
    found = _ASKED.fullmatch(_folded(turn))
    if found is not None and _WHICH.fullmatch(found["which"].rstrip(" .?!")) is not None:
        return True
    # What the register answers, of all tasks and of any days, is its own.
    return read_period_question(turn.text) is not None and read_inquiry(turn.text, turn.today) is None


async def show_period(turn: Turn) -> list[Reply]:
    """The list of the period that is meant: the open one without a name, else the one named or pressed."""
    person = staff_alone(turn, "periods.not_staff")
    if not isinstance(person, Person):
        return person
    async with turn.reading() as records:
        kept = await records.periods.of_office(person.office_id)
        period = await _meant(turn, records, person, kept)
        if isinstance(period, Reply):
            return [period]
        unit_id = _unit_asked(turn, person)
        entries = _visible(await entries_of(records, period, kept), person)
        others = [p for p in chasing([p for p in kept if p.is_open(turn.today)]) if p.key != period.key]
    return [_shown(turn, person, period, entries, unit_id, others)]


async def entries_of(records: Records, period: Period, kept: Sequence[Period]) -> list[Entry]:
    """What is asked for in the period: as frozen, or as the register stands now."""
    figures = await records.periods.figures(period.id) if period.frozen else None
    if figures is not None:
        reports = await records.register.reports_of_office(period.office_id, period.begins_at)
        return entries_frozen(period, figures, reports, kept)
    tasks = await records.register.tasks(period.office_id)
    return entries_now(period, tasks, await records.people.of_office(period.office_id))


async def _meant(turn: Turn, records: Records, person: Person, kept: Sequence[Period]) -> Period | Reply:
    """The period pressed or named. Without a name it is the one people are asked for, else the one that ended last;
    where none was kept yet, the one that runs today."""
    if turn.action:
        pressed = next((p for p in kept if p.id == int(turn.action.split(":")[1])), None)
        return pressed or Reply(texts.say("errors.old_button"), (home_button(person.role),))
    schedules = await records.periods.schedules(person.office_id)
    calendar = await records.calendar.of_office(person.office_id)
    words = _which(turn)
    opened = chasing([period for period in kept if period.is_open(turn.today)])
    if not words and opened:
        return opened[0]
    now = period_meant(words, turn.today, person.office_id, schedules, calendar)
    if _asks_days(turn) and (now is None or now.cutoff < turn.today):
        # By when something is due is asked of what is to come.
        coming = period_meant(f"{words} nam {turn.today.year}", turn.today, person.office_id, schedules, calendar)
        now = coming if coming is not None and coming.cutoff >= turn.today else now
    row = next((period for period in kept if now is not None and period.key == now.key), None)
    if row is None and not words.replace("ky nay", ""):
        running = (period_of(s, turn.today, calendar) for s in schedules if s.kind is not PeriodKind.PLAN)
        now = next((period for period in running if period is not None), None)
    if now is None:
        return Reply(texts.say("periods.none"), (home_button(person.role),))
    if row is None and not now.holds(turn.today) and not (_asks_days(turn) and now.cutoff >= turn.today):
        return Reply(texts.say("periods.unknown", name=period_name(now)), (home_button(person.role),))
    return row or now


def _which(turn: Turn) -> str:
    """The words that name the period, or empty."""
    asked = None if turn.action else read_period_question(turn.text)
    if asked is not None:
        return asked.period
    found = _ASKED.fullmatch(_folded(turn))
    words = found["which"].strip(" .?!") if found else ""
    words = re.sub(r"^(?:cua (?:toi|em|minh|don vi(?: toi)?|phong(?: toi)?)|ky|cua)\b ?", "", words)
    words = re.sub(r" ?(?:the nao|ra sao|den dau roi|cua (?:toi|em))$", "", words)
    return f"ky {words}" if words in _NEAR else words


def _asks_days(turn: Turn) -> bool:
    """True where only the days of a period are asked for."""
    asked = None if turn.action else read_period_question(turn.text)
    return asked is not None and asked.due


def _visible(entries: Sequence[Entry], person: Person) -> list[Entry]:
    """What the person may see of the list: their own, their unit's as its head, or everything."""
    if may_see_period_of(person, None):
        return list(entries)
    return [e for e in entries if e.is_of(person) or may_see_period_of(person, e.unit_id)]


def _unit_asked(turn: Turn, person: Person) -> int | None:
    """The unit whose list is wanted: the one pressed, else the own one of a head."""
    if turn.action.count(":") == 2:
        return int(turn.action.rsplit(":", 1)[1])
    return person.unit_id if may_see_period_of(person, person.unit_id) and not may_see_period_of(person, None) else None


def _shown(
    turn: Turn, person: Person, period: Period, entries: Sequence[Entry], unit_id: int | None, others: Sequence[Period]
) -> Reply:
    lines = [_title(period), _days(turn, period)]
    whole = may_see_period_of(person, None) and unit_id is None
    listed = [e for e in entries if unit_id is None or (e.unit_id or 0) == unit_id or (e.is_of(person) and not whole)]
    if not listed:
        own = "periods.nothing" if may_see_period_of(person, None) else "periods.nothing_own"
        lines.append(texts.say(own))
    elif whole:
        lines += _of_office(period, listed)
    else:
        lines += _of_list(period, person, listed, unit_id)
    return Reply("\n".join(lines), tuple(_buttons(turn, person, period, listed, others, whole=whole)))


def _title(period: Period) -> str:
    name, first = period_name(period), day_text(period.first)
    return texts.say("periods.title", name=name, first=first, cutoff=day_text(period.cutoff))


def _days(turn: Turn, period: Period) -> str:
    cutoff, due = day_text(period.cutoff), day_text(period.due)
    if period.frozen:
        return texts.say("periods.frozen", cutoff=cutoff)
    if turn.today > period.cutoff:
        return texts.say("periods.waiting", cutoff=cutoff)
    if turn.today < period.opens:
        return texts.say("periods.not_open", opens=day_text(period.opens), due=due, cutoff=cutoff)
    return texts.say("periods.open", due=due, cutoff=cutoff)


def _of_office(period: Period, entries: Sequence[Entry]) -> list[str]:
    told = len(of_state(entries, EntryState.REPORTED))
    lines = [texts.say("periods.of_office", told=told, count=len(entries))]
    for unit_id, name, of_unit in by_units(entries):
        unit = name if unit_id is not None else name or texts.say("periods.no_unit")
        late = len(of_state(of_unit, EntryState.LATE))
        counts = {"told": len(of_state(of_unit, EntryState.REPORTED)), "count": len(of_unit)}
        lines.append(
            texts.say("periods.unit_late", unit=unit, late=late, **counts)
            if late
            else texts.say("periods.unit", unit=unit, **counts)
        )
    silent = of_state(entries, EntryState.MISSING, EntryState.LATE)
    named = entry_lines(silent, with_people=True, is_over=period.frozen)
    return [*lines, *(named or [texts.say("periods.all_told")])]


def _of_list(period: Period, person: Person, entries: Sequence[Entry], unit_id: int | None) -> list[str]:
    told = len(of_state(entries, EntryState.REPORTED))
    if unit_id is None:
        head = texts.say("periods.own", told=told, count=len(entries))
    else:
        unit = next((e.unit for e in entries if e.unit_id == unit_id and e.unit), person.unit_name)
        head = texts.say("periods.of_unit", unit=unit or texts.say("periods.no_unit"), told=told, count=len(entries))
    return [head, *entry_lines(entries, with_people=unit_id is not None, is_over=period.frozen)]


def _buttons(
    turn: Turn, person: Person, period: Period, entries: Sequence[Entry], others: Sequence[Period], *, whole: bool
) -> list[Button]:
    found: list[Button] = []
    if whole:
        for unit_id, name, of_unit in by_units(entries):
            if period.id and of_state(of_unit, EntryState.MISSING, EntryState.LATE):
                unit = name or texts.say("periods.no_unit")
                label = short(texts.say("periods.button.unit", unit=unit), LABEL_LIMIT)
                found.append(Button(label, f"period:{period.id}:{unit_id or 0}"))
    else:
        for entry in of_state(entries, EntryState.MISSING):
            if entry.is_of(person) and turn.today <= period.cutoff:
                label = texts.say("periods.button.report", name=entry_name(entry, entries))
                found.append(Button(short(label, LABEL_LIMIT), f"report:{entry.task_id}"))
        if may_see_period_of(person, None):
            found.append(Button(texts.say("periods.button.whole"), f"period:{period.id}"))
    found = found[:BUTTONS]
    for other in others[:2]:
        label = short(texts.say("periods.button.other", name=period_name(other)), LABEL_LIMIT)
        found.append(Button(label, f"period:{other.id}"))
    return [*found, home_button(person.role)]


def _folded(turn: Turn) -> str:
    return " ".join(fold(turn.text).split())
