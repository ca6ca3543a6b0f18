"""A period's report in chat: drafted, remarked on by the heads, approved or returned by a leader, issued with a number.

Words only open things; what is written is written by buttons, and every press asks rights and state again
(`handlers/periodic_report_moves.py`).
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

import texts
from domain.clock import day_text
from domain.messages import Button, Kind, Reply
from domain.people import Person
from domain.period_words import period_keyed, period_meant
from domain.ports import Records
from domain.report_flow import Move, Part, ReportStatus, ReportStep, names_the_symbol, number_said
from domain.report_requests import ReportRequest, Wish, read_request
from domain.reporting_periods import Period
from domain.rights import (
    may_carry_on_periodic_report,
    may_make_periodic_report,
    may_number_periodic_report,
    may_see_periodic_report,
)
from domain.vietnamese import fold
from handlers import periodic_report_moves as moves
from handlers.draft import open_draft
from handlers.memory import SHOWN_PERIODIC
from handlers.periodic_report_card import button, card_buttons, card_text
from handlers.periodic_report_content import Now, Papers, content_now, with_additions, written
from handlers.periodic_report_dossier import (
    Dossier,
    as_issued,
    newest_dossier,
    open_dossier,
    period_words,
    status_words,
)
from handlers.periodic_report_words import (
    ask_words,
    asks_words,
    day_of,
    forget_words,
    is_stop,
    show_words,
    waiting_words,
)
from handlers.private import staff_alone
from handlers.report_wording import worded
from handlers.turn import Turn
from handlers.wording import home_button, number_in

LISTED = 8
_PRESSED = re.compile(
    r"bk:(card|files|circulate|submit|submit_now|again|agree|remark|approve|return|number|send|reword|keep):\d{1,9}"
    r"|bk:strike:\d{1,9}:\d{1,9}|bk:make:[a-z-]{4,9}:20\d\d-\d\d"
)
_SAYS_NUMBER = re.compile(r"(cho |cap |lay )?so\b")
_OF_AN_OLDER = ("card", "files", "keep")
"""What the buttons of a version may do once there is a newer one."""


# --- what it is for --------------------------------------------------------------------------------------------------


def presses_periodic_report(turn: Turn) -> bool:
    """True for the buttons of a period's report."""
    return _PRESSED.fullmatch(turn.action) is not None


def wants_periodic_report(turn: Turn) -> bool:
    """True for staff who ask for a period's report, add to it or remark on it in words."""
    if turn.incoming.kind is not Kind.TEXT or turn.person is None or not turn.role.is_staff:
        return False
    request = read_request(turn.text)
    # Without a period the words of an official may mean their own report.
    return request is not None and (bool(request.period) or may_make_periodic_report(turn.person))


def gives_a_number(turn: Turn) -> bool:
    """True for "so 15", while no report on a task waits for an answer."""
    if turn.incoming.kind is not Kind.TEXT or turn.person is None or open_draft(turn) is not None:
        return False
    if number_said(turn.text, turn.today) is None:
        return False
    return names_the_symbol(turn.text) or _SAYS_NUMBER.match(fold(turn.text)) is not None


def writes_for_periodic_report(turn: Turn) -> bool:
    """True for the words that were asked for."""
    return turn.incoming.kind is Kind.TEXT and asks_words(turn) and not turn.text.startswith("/")


# --- opened by words -------------------------------------------------------------------------------------------------


async def open_periodic_report(turn: Turn) -> list[Reply] | None:
    """The report that the words ask for, drafted where there is none yet; or its list, or what is to be added to it."""
    person = staff_alone(turn, "report_flow.not_staff")
    if not isinstance(person, Person):
        return person
    request = read_request(turn.text)
    if request is None:
        return None
    if request.wish is Wish.LIST:
        return [await _list(turn, person)]
    if request.wish is Wish.ADD:
        return [await _begin_adding(turn, person, request)]
    async with turn.reading() as records:
        period = await _period(records, turn, request.period)
        dossier = await newest_dossier(records, period.id) if period is not None and period.id else None
    if period is None:
        return [Reply(texts.say("report_flow.ask.unknown"))]
    if dossier is None:
        return [await _without_a_version(turn, person, request, period)]
    if not may_see_periodic_report(person, dossier.version):
        return [_not_seen(person)]
    if request.wish is Wish.REMARK:
        return [await _begin_remark(turn, person, dossier, request.words)]
    if request.wish is Wish.REMAKE:
        return [await _again(turn, person, dossier)]
    return [await _with_files(turn, person, dossier)]


async def _without_a_version(turn: Turn, person: Person, request: ReportRequest, period: Period) -> Reply:
    words = period_words(period)
    if not may_make_periodic_report(person):
        if request.wish in (Wish.MAKE, Wish.REMAKE):
            return Reply(texts.say("report_flow.may_not.make"), (home_button(person.role),))
        return Reply(texts.say("report_flow.ask.none_official", period=words), (_report_button(),))
    if period.first > turn.today:
        first = day_text(period.first)
        return Reply(texts.say("report_flow.ask.not_yet", period=words, first=first), (home_button(person.role),))
    if request.wish in (Wish.MAKE, Wish.REMAKE):
        return await _make(turn, person, period, None)
    label = texts.say("report_flow.button.make")
    return Reply(texts.say("report_flow.ask.none", period=words), (Button(label, f"bk:make:{period.key}"),))


def _not_seen(person: Person) -> Reply:
    return Reply(texts.say("report_flow.may_not.see"), (home_button(person.role),))


def _report_button() -> Button:
    return Button(texts.say("report_flow.button.report"), "report")


async def _period(records: Records, turn: Turn, words: str) -> Period | None:
    """The period named, as it is kept where it is."""
    schedules = await records.periods.schedules(turn.office.id)
    calendar = await records.calendar.of_office(turn.office.id)
    return await _as_kept(records, turn, period_meant(words, turn.today, turn.office.id, schedules, calendar))


async def _as_kept(records: Records, turn: Turn, period: Period | None) -> Period | None:
    if period is None:
        return None
    kept = await records.periods.of_office(turn.office.id)
    return next((other for other in kept if other.key == period.key), period)


async def _list(turn: Turn, person: Person) -> Reply:
    """The newest version of each period that the person may see, the last made first."""
    async with turn.reading() as records:
        newest: dict[int, int] = {}
        for version in await records.periodic_reports.of_office(person.office_id):
            if may_see_periodic_report(person, version):
                newest.setdefault(version.period_id, version.id)
        found = [await open_dossier(records, report_id) for report_id in list(newest.values())[:LISTED]]
    shown = [dossier for dossier in found if dossier is not None]
    if not shown:
        return Reply(texts.say("report_flow.ask.empty"), (home_button(person.role),))
    lines = [texts.say("report_flow.ask.list")]
    buttons = []
    for dossier in shown:
        name = _named(dossier)
        lines.append(texts.say("report_flow.ask.list_line", name=name, status=status_words(dossier)))
        buttons.append(Button(name, f"bk:card:{dossier.version.id}"))
    return Reply("\n".join(lines), tuple(buttons))


def _named(dossier: Dossier) -> str:
    return texts.say("report_flow.named", period=period_words(dossier.period), version=dossier.version.version)


# --- making versions -------------------------------------------------------------------------------------------------


async def _make(turn: Turn, person: Person, period: Period, before: Dossier | None) -> Reply:
    """A new draft of the figures of this moment, or the frozen ones, shown with its files."""
    added = before.additions if before is not None else []
    async with turn.reading() as records:
        now = await content_now(records, turn.office, period, added, turn.now)
    papers = await written(turn.write_report, now.content, 1 + (before.version.version if before else 0))
    if before is not None and moves.is_the_same(before, now.content, papers.template_sha256):
        turn.memory[SHOWN_PERIODIC] = before.version.id
        same = texts.say("report_flow.made.same", version=before.version.version)
        return Reply(same, (button("card", before.version.id), *card_buttons(before, person)))
    return await _keep_version(turn, person, period, before, now, papers)


async def _again(turn: Turn, person: Person, dossier: Dossier) -> Reply:
    may = may_make_periodic_report(person) if dossier.version.status.is_fixed else False
    if not (may or may_carry_on_periodic_report(person, dossier.version)):
        return _shown(turn, person, dossier, _may_not_carry_on(dossier))
    return await _make(turn, person, dossier.period, dossier)


def _may_not_carry_on(dossier: Dossier) -> str:
    return texts.say("report_flow.may_not.carry_on", person=dossier.version.made_by)


async def _keep_version(
    turn: Turn,
    person: Person,
    period: Period,
    before: Dossier | None,
    now: Now,
    papers: Papers,
    *,
    move: Move = Move.MAKE,
    part: Part | None = None,
    said: str = "",
) -> Reply:
    outcome = await moves.make(
        *(await turn.records(), moves.by(person), person.office_id, period, now, papers.template_sha256, turn.now),
        instead_of=before.version.version if before is not None else 0,
        move=move,
        part=part,
        said=said,
    )
    turn.told += outcome.told
    if outcome.dossier is None:
        return Reply(outcome.text, (home_button(person.role),))
    if not outcome.done:
        return _shown(turn, person, outcome.dossier, outcome.text)
    return _shown(turn, person, outcome.dossier, outcome.text, papers)


def _shown(turn: Turn, person: Person, dossier: Dossier, lead: str = "", papers: Papers | None = None) -> Reply:
    """The card of a version, which is from now on the one that words without a name are about."""
    turn.memory[SHOWN_PERIODIC] = dossier.version.id
    text = card_text(dossier, person, lead)
    if papers is None:
        return Reply(text, card_buttons(dossier, person))
    notes = list(papers.notes) if papers.files else [texts.say("report_flow.made.no_files")]
    return Reply("\n".join([text, *notes]), card_buttons(dossier, person), papers.files, papers.pictures)


async def _with_files(turn: Turn, person: Person, dossier: Dossier) -> Reply:
    return _shown(turn, person, dossier, papers=await _papers(turn, dossier))


async def _papers(turn: Turn, dossier: Dossier) -> Papers:
    """The files of a version as they were, made with its own template."""
    version = dossier.version
    return await written(turn.write_report, as_issued(dossier), version.version, version.template_sha256)


# --- buttons ---------------------------------------------------------------------------------------------------------


async def press_periodic_report(turn: Turn) -> list[Reply]:
    """What a button does; rights and state are looked up at every press."""
    person = staff_alone(turn, "report_flow.not_staff")
    if not isinstance(person, Person):
        return person
    what = turn.action.split(":")[1]
    async with turn.reading() as records:
        person = await records.people.get(person.id) or person
        if what == "make":
            return [await _press_make(turn, records, person)]
        dossier = await open_dossier(records, int(turn.action.split(":")[2]))
        is_old = dossier is not None and dossier.version.id != dossier.newest_id
        newest = await newest_dossier(records, dossier.period.id) if dossier is not None and is_old else dossier
    if dossier is None or newest is None or dossier.version.office_id != person.office_id:
        forget_words(turn)
        return [Reply(texts.say("report_flow.state.gone"), (home_button(person.role),))]
    if not may_see_periodic_report(person, dossier.version):
        return [_not_seen(person)]
    waits_for_number = dossier.version.status is ReportStatus.APPROVED and what in ("number", "send", "reword")
    if is_old and what not in _OF_AN_OLDER and not waits_for_number:
        return [_on_an_older(turn, person, newest, what)]
    return [await _PRESSES[what](turn, person, dossier)]


async def _press_make(turn: Turn, records: Records, person: Person) -> Reply:
    schedules = await records.periods.schedules(turn.office.id)
    calendar = await records.calendar.of_office(turn.office.id)
    found = period_keyed(turn.action.removeprefix("bk:make:"), turn.office.id, schedules, calendar)
    period = await _as_kept(records, turn, found)
    if period is None or period.first > turn.today:
        return Reply(texts.say("report_flow.state.gone"), (home_button(person.role),))
    dossier = await newest_dossier(records, period.id) if period.id else None
    if dossier is not None:
        if not may_see_periodic_report(person, dossier.version):
            return _not_seen(person)
        return await _with_files(turn, person, dossier)
    return await _without_a_version(turn, person, ReportRequest(Wish.MAKE), period)


def _on_an_older(turn: Turn, person: Person, newest: Dossier, what: str) -> Reply:
    """The newest version in place of what the button was for; words already written are shown again for it."""
    words = waiting_words(turn)
    if what == "send" and words is not None and words.said and (words.what == "remark" or words.part):
        shown = show_words(turn, person, newest, words.what, words.said)
        return shown.with_text(f"{texts.say('report_flow.state.replaced')}\n{shown.text}")
    return _shown(turn, person, newest, texts.say("report_flow.state.replaced"))


async def _refused(turn: Turn, person: Person, dossier: Dossier, move: Move) -> str:
    async with turn.reading() as records:
        return await moves.refusal(records, moves.by(person), dossier, move)


def _after(turn: Turn, person: Person, outcome: moves.Outcome) -> Reply:
    """What came of a move, with what the person may do next."""
    turn.told += outcome.told
    if outcome.dossier is None:
        return Reply(outcome.text, (home_button(person.role),))
    turn.memory[SHOWN_PERIODIC] = outcome.dossier.version.id
    return Reply(outcome.text, card_buttons(outcome.dossier, person))


async def _card(turn: Turn, person: Person, dossier: Dossier) -> Reply:
    return _shown(turn, person, dossier)


async def _press_again(turn: Turn, person: Person, dossier: Dossier) -> Reply:
    if dossier.version.status.is_fixed:
        return _shown(turn, person, dossier, moves.state_refusal(dossier, Move.REPLACE))
    return await _again(turn, person, dossier)


async def _circulate(turn: Turn, person: Person, dossier: Dossier) -> Reply:
    papers = await _papers(turn, dossier)
    records = await turn.records()
    who = moves.by(person)
    return _after(turn, person, await moves.circulate(records, who, dossier, papers.files, papers.pictures, turn.now))


async def _submit(turn: Turn, person: Person, dossier: Dossier) -> Reply:
    """Asked once more where the figures may still change or a head has not answered."""
    doubts = moves.doubts(dossier)
    refused = await _refused(turn, person, dossier, Move.SUBMIT)
    if doubts and not refused:
        buttons = (button("submit_now", dossier.version.id), button("card", dossier.version.id))
        return Reply("\n".join(doubts), buttons)
    return await _submit_now(turn, person, dossier)


async def _submit_now(turn: Turn, person: Person, dossier: Dossier) -> Reply:
    papers = await _papers(turn, dossier)
    records = await turn.records()
    who = moves.by(person)
    return _after(turn, person, await moves.submit(records, who, dossier, papers.files, papers.pictures, turn.now))


async def _agree(turn: Turn, person: Person, dossier: Dossier) -> Reply:
    return _after(turn, person, await moves.agree(await turn.records(), moves.by(person), dossier, turn.now))


async def _approve(turn: Turn, person: Person, dossier: Dossier) -> Reply:
    return _after(turn, person, await moves.approve(await turn.records(), moves.by(person), dossier, turn.now))


async def _press_remark(turn: Turn, person: Person, dossier: Dossier) -> Reply:
    return await _begin_remark(turn, person, dossier, "")


async def _begin_remark(turn: Turn, person: Person, dossier: Dossier, said: str) -> Reply:
    return await _begin_words(turn, person, dossier, Move.REMARK, "remark", said)


async def _press_return(turn: Turn, person: Person, dossier: Dossier) -> Reply:
    return await _begin_words(turn, person, dossier, Move.RETURN, "return")


async def _press_number(turn: Turn, person: Person, dossier: Dossier) -> Reply:
    return await _begin_words(turn, person, dossier, Move.NUMBER, "number")


async def _begin_words(turn: Turn, person: Person, dossier: Dossier, move: Move, what: str, said: str = "") -> Reply:
    refused = await _refused(turn, person, dossier, move)
    if refused:
        forget_words(turn)
        return _shown(turn, person, dossier, refused)
    return show_words(turn, person, dossier, what, said) if said else ask_words(turn, person, dossier, what)


async def _strike(turn: Turn, person: Person, dossier: Dossier) -> Reply:
    """The next version without one addition."""
    struck = number_in(turn.action)
    kept = [step for step in dossier.additions if step.id != struck]
    if len(kept) == len(dossier.additions):
        return _shown(turn, person, dossier)
    return await _next_version(turn, person, dossier, kept, Move.STRIKE, None, str(struck))


# --- words -----------------------------------------------------------------------------------------------------------


async def take_words(turn: Turn) -> list[Reply]:
    """The words that were asked for, shown before they are sent."""
    person = staff_alone(turn, "report_flow.not_staff")
    words = waiting_words(turn)
    if not isinstance(person, Person) or words is None:
        return person if isinstance(person, list) else [Reply(texts.say("report_flow.words.stale"))]
    if is_stop(turn.text):
        forget_words(turn)
        return [Reply(texts.say("report_flow.words.dropped"), (button("card", words.report_id),))]
    async with turn.reading() as records:
        dossier = await open_dossier(records, words.report_id)
    if dossier is None or not may_see_periodic_report(person, dossier.version):
        forget_words(turn)
        return [Reply(texts.say("report_flow.state.gone"), (home_button(person.role),))]
    return [show_words(turn, person, dossier, words.what, turn.text)]


async def _keep_off(turn: Turn, person: Person, dossier: Dossier) -> Reply:
    forget_words(turn)
    return Reply(texts.say("report_flow.words.dropped"), (button("card", dossier.version.id),))


async def _reword(turn: Turn, person: Person, dossier: Dossier) -> Reply:
    words = waiting_words(turn)
    if words is None or words.report_id != dossier.version.id:
        return Reply(texts.say("report_flow.words.stale"), (button("card", dossier.version.id),))
    return ask_words(turn, person, dossier, words.what)


async def _send(turn: Turn, person: Person, dossier: Dossier) -> Reply:
    """What was shown is written now."""
    words = waiting_words(turn)
    if words is None or words.report_id != dossier.version.id or not words.said:
        return Reply(texts.say("report_flow.words.stale"), (button("card", dossier.version.id),))
    forget_words(turn)
    who, now = moves.by(person), turn.now
    if words.part is not None:
        return await _add(turn, person, dossier, words.part, words.said)
    if words.what == "remark":
        return _after(turn, person, await moves.remark(await turn.records(), who, dossier, words.said, now))
    if words.what == "return":
        return _after(turn, person, await moves.send_back(await turn.records(), who, dossier, words.said, now))
    return await _issue(turn, person, dossier, words.said)


async def _issue(turn: Turn, person: Person, dossier: Dossier, said: str) -> Reply:
    number = number_said(said, turn.today)
    if number is None:
        return Reply(texts.say("report_flow.words.no_number"), (button("number", dossier.version.id),))
    day = day_of(number, turn.today)
    signed = dossier.content.signed(number.number, day)
    version = dossier.version
    papers = await written(turn.write_report, signed, version.version, version.template_sha256)
    records = await turn.records()
    outcome = await moves.issue(records, moves.by(person), dossier, number.number, day, papers.files, turn.now)
    reply = _after(turn, person, outcome)
    return replace(reply, files=papers.files, pictures=papers.pictures) if outcome.done else reply


async def take_number(turn: Turn) -> list[Reply] | None:
    """A number typed for the approved report that waits for one; None where none waits for this person's."""
    if turn.person is None or turn.incoming.in_group:
        return None
    async with turn.reading() as records:
        versions = await records.periodic_reports.of_office(turn.office.id, [ReportStatus.APPROVED])
        waiting = [v for v in versions if may_number_periodic_report(turn.person, v)]
        found = [dossier for v in waiting if (dossier := await open_dossier(records, v.id)) is not None]
    if not found:
        return None
    if len(found) == 1:
        return [show_words(turn, turn.person, found[0], "number", turn.text)]
    buttons = tuple(Button(_named(dossier), f"bk:number:{dossier.version.id}") for dossier in found)
    return [Reply(texts.say("report_flow.ask.which"), buttons)]


# --- adding by hand --------------------------------------------------------------------------------------------------


async def _begin_adding(turn: Turn, person: Person, request: ReportRequest) -> Reply:
    async with turn.reading() as records:
        dossier = await _meant(records, turn, person, request)
    if dossier is None:
        return Reply(texts.say("report_flow.words.which_report"), (home_button(person.role),))
    if not may_see_periodic_report(person, dossier.version):
        return _not_seen(person)
    refused = await _refused(turn, person, dossier, Move.REPLACE)
    if refused:
        return _shown(turn, person, dossier, refused)
    part = str(request.part)
    if request.words:
        return show_words(turn, person, dossier, part, request.words)
    return ask_words(turn, person, dossier, part)


async def _meant(records: Records, turn: Turn, person: Person, request: ReportRequest) -> Dossier | None:
    """The report named; else the one shown last in this chat; else the last made that the person may add to."""
    if request.period:
        period = await _period(records, turn, request.period)
        return await newest_dossier(records, period.id) if period is not None and period.id else None
    shown = turn.memory.get(SHOWN_PERIODIC)
    if shown is not None and (dossier := await open_dossier(records, int(shown))) is not None:
        return await newest_dossier(records, dossier.period.id)
    for version in await records.periodic_reports.of_office(person.office_id, _OPEN):
        if may_carry_on_periodic_report(person, version):
            return await open_dossier(records, version.id)
    return None


_OPEN = (ReportStatus.DRAFT, ReportStatus.REMARKS, ReportStatus.RETURNED)


async def _add(turn: Turn, person: Person, dossier: Dossier, part: Part, said: str) -> Reply:
    """The next version with these words in their part; its figures stay those of the version before."""
    version = dossier.version.version + 1
    step = ReportStep(0, 0, version, Move.ADD, person.id, person.name, said, turn.now, part)
    return await _next_version(turn, person, dossier, [*dossier.additions, step], Move.ADD, part, said)


async def _next_version(
    turn: Turn,
    person: Person,
    dossier: Dossier,
    added: Sequence[ReportStep],
    move: Move,
    part: Part | None,
    said: str,
) -> Reply:
    refused = await _refused(turn, person, dossier, Move.REPLACE)
    if refused:
        return _shown(turn, person, dossier, refused)
    content = with_additions(worded(dossier.content), added)
    papers = await written(turn.write_report, content, dossier.version.version + 1)
    now = Now(content)
    return await _keep_version(turn, person, dossier.period, dossier, now, papers, move=move, part=part, said=said)


_PRESSES: Mapping[str, Callable[[Turn, Person, Dossier], Awaitable[Reply]]] = {
    "card": _card,
    "files": _with_files,
    "circulate": _circulate,
    "submit": _submit,
    "submit_now": _submit_now,
    "again": _press_again,
    "agree": _agree,
    "remark": _press_remark,
    "approve": _approve,
    "return": _press_return,
    "number": _press_number,
    "send": _send,
    "reword": _reword,
    "keep": _keep_off,
    "strike": _strike,
}
