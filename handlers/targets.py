"""Shows targets: what the plan wants year by year, what was reported, and what is still missing."""

import re
from collections.abc import Sequence

import texts
from domain.achievements import year_asked
from domain.messages import Button, Kind, Reply
from domain.milestones import even
from domain.naming import target_named, targets_named
from domain.people import Person, Unit
from domain.plans import Target
from domain.rights import may_report_target, may_see_target
from domain.units import unit_named
from domain.vietnamese import fold
from handlers.private import staff_alone
from handlers.target_wording import (
    Standing,
    choice_of,
    done_words,
    kind_of,
    mark_of,
    planned_words,
    standings,
    target_lead,
    target_name,
    targets_button,
    unit_of,
    value_words,
)
from handlers.turn import Turn
from handlers.wording import PAGE, home_button, moment_words, number_in, office_words, short

HISTORY_SHOWN = 5
SOURCE_SHOWN = 500
CHOICES_SHOWN = 6
_NEAR = 0.5
"""From this score on a target is offered as one that may be meant."""

_OPENING = (
    r"(?:/chitieu|(?:cho (?:toi|em|minh|anh|chi) )?(?:hien |hien nay )?(?:phuong |xa |co quan )?(?:con |co )?"
    r"(?:xem |biet |hoi |liet ke |danh sach |tinh hinh |ket qua |tien do )*"
    r"(?:thuc hien )?(?:cac |nhung |tat ca )?(?:chi tieu|ct(?= ?\d)))\b"
)
_ASKED = re.compile(rf"\s*{_OPENING}(?P<rest>.*)")
_ASKED_OF = re.compile(
    r"\s*(?P<rest>(?:ty le|ti le|chi so|muc do|so)\b.*?)\s*(?:hien |hien nay |den nay |da |nam nay |nam 20\d\d )*"
    r"(?:dat|duoc|la)? ?(?:bao nhieu|den dau|the nao|may phan tram)(?: roi| a| vay)*[ .?]*"
)
_YEAR = re.compile(r"\b(?:trong |cua |den |het )*nam (20\d\d|nay|toi|sau)\b")
_NUMBER = re.compile(r"^\s*(?:so )?(?P<number>\d{1,3}(?:\.\d{1,2})*)\b")
_MISSED = re.compile(r"\b(?:chua|khong|cham) (?:dat|hoan thanh)\b|\bcon thieu\b")
_OPEN = re.compile(r"\b(?:chua|khong) (?:co |duoc )*(?:bao cao|so lieu|cap nhat|ket qua)\b")
_REACHED = re.compile(r"\b(?:da dat|dat roi|nao dat|hoan thanh)\b")
_MINE = re.compile(r"\b(?:cua )?(?:(?:don vi|phong|ban)(?: (?:cua )?(?:toi|minh|em|ta))|toi|minh|em)\b")
_REST = re.compile(
    r"\b(?:nao|gi|chinh|chu yeu|cua|phuong|xa|co quan|minh|ta|ke hoach|hien|nay|den|da|dat|duoc|la|bao nhieu|the nao"
    r"|ra sao|roi|chua|a|nhe|voi|vay|nhung|cac|va|co|so lieu|bao cao|ket qua|tinh hinh|thuc hien|o|tai|cho|biet|xem)\b"
    r"|[.?!,:/]"
)


def wants_targets(turn: Turn) -> bool:
    """True for the list of targets and its buttons, one target, and questions that begin with "chi tieu"."""
    if re.fullmatch(r"targets(:\d{4}:[a-z]+\d*:\d+)?|target:\d+", turn.action):
        return True
    return turn.incoming.kind is Kind.TEXT and _asked(turn.text) is not None


async def show_targets(turn: Turn) -> list[Reply] | None:
    """The list or the target asked for; None where the register knows none, so that the plan itself is asked.

    Citizens, and everybody in a group, see only what the office publishes.
    """
    if turn.incoming.in_group or not turn.role.is_staff:
        return await _show_published(turn)
    person = staff_alone(turn, "target.not_staff")
    if not isinstance(person, Person):
        return person
    async with turn.reading() as records:
        everything = await standings(records, person.office_id)
        units = await records.people.units(person.office_id)
    seen = [s for s in everything if may_see_target(person, s.target)]
    if re.fullmatch(r"target:\d+", turn.action):
        return [_one_by_button(turn, person, seen)]
    if turn.action:
        return [_list_by_button(turn, person, seen)]
    return _answer(turn, person, seen, units)


def _asked(text: str) -> str | None:
    """What is asked of targets, folded and without the words that only lead to it; None for anything else."""
    folded = even(text.strip())
    found = _ASKED.fullmatch(folded) or _ASKED_OF.fullmatch(folded)
    return found["rest"].strip() if found else None


def _answer(turn: Turn, person: Person, seen: Sequence[Standing], units: Sequence[Unit]) -> list[Reply] | None:
    rest = _asked(turn.text) or ""
    year = _year_in(rest, turn)
    group = _group_in(rest)
    named = _YEAR.sub(" ", rest)
    if number := _NUMBER.match(named):
        return _numbered(person, seen, number["number"])
    words = _words_in(_MINE.sub(" ", named)) if group == "all" else ""
    if words and (unit := unit_named(words, units)) is not None:
        return [_list(turn, person, seen, year or _usual_year(seen, turn), f"unit{unit.id}", 0)]
    if words:
        return _worded(person, seen, words)
    if not seen:
        # Nothing was confirmed yet: the plan itself may know.
        none = texts.say("target.list.none", office=office_words(turn.office))
        return [Reply(none)] if turn.text.startswith("/") else None
    if group == "mine" and person.unit_id is None:
        return [Reply(texts.say("target.no_unit"), (targets_button(),))]
    return [_list(turn, person, seen, year or _usual_year(seen, turn), group, 0)]


def _words_in(rest: str) -> str:
    """The words that name a target: without those that only ask, and without the share that nearly all begin with."""
    return re.sub(r"^(?:ty le|ti le)\s+", "", " ".join(_REST.sub(" ", rest).split()))


def _year_in(rest: str, turn: Turn) -> int | None:
    found = _YEAR.search(rest)
    if not found:
        return None
    return int(found[1]) if found[1].isdigit() else turn.today.year + (found[1] != "nay")


def _group_in(rest: str) -> str:
    for group, pattern in (("open", _OPEN), ("missed", _MISSED), ("mine", _MINE), ("reached", _REACHED)):
        if pattern.search(rest):
            return group
    return "all"


def _numbered(person: Person, seen: Sequence[Standing], number: str) -> list[Reply] | None:
    found = [s.target for s in seen if _bare(s.target.number) == _bare(number)]
    if not found:
        return [Reply(texts.say("target.not_found", number=number), (targets_button(),))] if seen else None
    if len(found) > 1:
        return [Reply(texts.say("target.which", count=len(found)), choice_of(found[:CHOICES_SHOWN], "target:"))]
    return [_detail(person, next(s for s in seen if s.target.id == found[0].id))]


def _worded(person: Person, seen: Sequence[Standing], words: str) -> list[Reply] | None:
    targets = [s.target for s in seen]
    target = target_named(words, targets)
    if target is not None:
        return [_detail(person, next(s for s in seen if s.target.id == target.id))]
    near = [target for target, score in targets_named(words, targets) if score >= _NEAR][:CHOICES_SHOWN]
    if not near:
        return None
    return [Reply(texts.say("target.which", count=len(near)), choice_of(near, "target:"))]


def _bare(number: str) -> str:
    return fold(number).strip(" .")


def _usual_year(seen: Sequence[Standing], turn: Turn) -> int:
    """This year where anything is planned for it, else the next year of the plans, else the last."""
    every = Target(0, 0, "", "", tuple((year.year, "") for s in seen for year in s.years if year.words))
    return year_asked(every, turn.today.year) or turn.today.year


def _list_by_button(turn: Turn, person: Person, seen: Sequence[Standing]) -> Reply:
    if not seen:
        return Reply(texts.say("target.list.none", office=office_words(turn.office)), (home_button(person.role),))
    if turn.action == "targets":
        return _list(turn, person, seen, _usual_year(seen, turn), "all", 0)
    _, year, group, start = turn.action.split(":")
    if not re.fullmatch(r"all|missed|reached|open|mine|unit\d+", group):
        return Reply(texts.say("errors.old_button"), (targets_button(),))
    return _list(turn, person, seen, int(year), group, number_in(f":{start}") or 0)


def _list(turn: Turn, person: Person, seen: Sequence[Standing], year: int, group: str, start: int) -> Reply:
    """One screen of the targets of a year: all, or those of one group."""
    planned = [(s, y) for s in seen if (y := s.of(year)) is not None]
    kinds = [kind_of(y) for _, y in planned]
    wanted = [
        (s, y)
        for s, y in planned
        if group in ("all", kind_of(y), f"unit{s.target.lead_unit_id}")
        or (group == "mine" and s.target.lead_unit_id == person.unit_id)
    ]
    shown = wanted[start : start + PAGE]
    years = sorted({y.year for s in seen for y in s.years if y.words} - {year})
    if not shown:
        buttons = tuple(_year_button(other) for other in years[:3])
        return Reply(texts.say("target.list.none_in", year=year), (*buttons, targets_button()))
    unit = person.unit_name if group == "mine" else shown[0][0].target.lead_unit_name
    lines = [_title(turn, unit, year, group, len(wanted), kinds)]
    every = [s.target for s in seen]
    lines += [
        texts.say(
            "target.list.line",
            mark=mark_of(y),
            name=target_name(s.target, every),
            title=short(s.target.title),
            planned=planned_words(y),
            done=done_words(y, unit_of(s, year)),
        )
        for s, y in shown
    ]
    rest = len(wanted) - start - len(shown)
    buttons = tuple(Button(target_name(s.target, every), f"target:{s.target.id}") for s, _ in shown)
    if rest:
        lines.append(texts.say("target.list.more", count=rest))
        more = Button(texts.say("target.button.more"), f"targets:{year}:{group}:{start + len(shown)}")
        buttons = (*buttons, more)
    if group == "all":
        lines.append(texts.say("target.list.legend"))
        for kind in ("missed", "open"):
            if count := kinds.count(kind):
                label = texts.say(f"target.button.{kind}", count=count)
                buttons = (*buttons, Button(label, f"targets:{year}:{kind}:0"))
    if years and group == "all":
        lines.append(texts.say("target.list.other_years", years=", ".join(map(str, years))))
    return Reply("\n".join(lines), (*buttons, *(_year_button(other) for other in years[:2])))


def _title(turn: Turn, unit: str, year: int, group: str, count: int, kinds: Sequence[str]) -> str:
    if group == "all":
        return texts.say(
            "target.list.title",
            year=year,
            office=office_words(turn.office),
            count=count,
            reached=kinds.count("reached"),
            missed=kinds.count("missed"),
            open=kinds.count("open"),
        )
    if group == "mine" or group.startswith("unit"):
        return texts.say("target.list.mine", year=year, unit=unit, count=count)
    return texts.say(f"target.list.{group}", year=year, count=count)


def _year_button(year: int) -> Button:
    return Button(texts.say("target.button.year", year=year), f"targets:{year}:all:0")


def _one_by_button(turn: Turn, person: Person, seen: Sequence[Standing]) -> Reply:
    found = next((s for s in seen if s.target.id == number_in(turn.action)), None)
    return _detail(person, found) if found else Reply(texts.say("target.gone"), (targets_button(),))


def _detail(person: Person, standing: Standing) -> Reply:
    """The target in full: its years, the last report, the history and the plan's own words."""
    target = standing.target
    lines = [texts.say("target.label", number=target.number, title=target.title)]
    if target.document_number:
        lines.append(texts.say("target.detail.document", document=target.document_number))
    lines += [texts.say("target.detail.lead", lead=target_lead(target)), "", *_year_lines(standing)]
    lines += _told(standing)
    if target.source.strip():
        lines += ["", texts.say("target.detail.source", source=short(target.source, SOURCE_SHOWN))]
    report = Button(texts.say("target.button.report"), f"target:report:{target.id}")
    buttons = (report, targets_button()) if may_report_target(person, target) else (targets_button(),)
    return Reply("\n".join(lines), buttons)


def _year_lines(standing: Standing) -> list[str]:
    return [
        texts.say(
            "target.detail.year",
            mark=mark_of(year),
            year=year.year,
            planned=planned_words(year),
            done=done_words(year, unit_of(standing, year.year)),
        )
        for year in standing.years
    ]


def _told(standing: Standing) -> list[str]:
    """The last report that stands, then the history, newest first."""
    reports = standing.reports
    corrected = {report.supersedes_id for report in reports}
    last = next((report for report in reports if report.id not in corrected), None)
    if last is None:
        return []
    at = moment_words(last.at)
    lines = ["", texts.say("target.detail.last", at=at, person=last.person_name, said=short(last.said, 200))]
    if len(reports) < 2:
        return lines
    lines.append(texts.say("target.detail.history"))
    for report in reports[:HISTORY_SHOWN]:
        key = "target.detail.history_corrected" if report.id in corrected else "target.detail.history_line"
        value = value_words(report.value, unit_of(standing, report.year))
        at = moment_words(report.at)
        lines.append(texts.say(key, at=at, person=report.person_name, year=report.year, value=value))
    return lines


async def _show_published(turn: Turn) -> list[Reply] | None:
    """A target as the office publishes it, without names; None where nothing published is meant."""
    if turn.action or turn.text.startswith("/"):
        return [Reply(texts.say("target.not_staff", office=office_words(turn.office)))]
    rest = _YEAR.sub(" ", _asked(turn.text) or "")
    words = _words_in(rest)
    if not words:
        return None
    async with turn.reading() as records:
        everything = await standings(records, turn.office.id)
    published = [s for s in everything if s.target.published]
    number = _NUMBER.match(rest)
    if number:
        found = [s for s in published if _bare(s.target.number) == _bare(number["number"])]
        meant = found[0].target if len(found) == 1 else None
    else:
        meant = target_named(words, [s.target for s in published])
    standing = next((s for s in published if s.target is meant), None)
    if meant is None or standing is None:
        return None
    lines = [texts.say("target.label", number=meant.number, title=meant.title)]
    if meant.document_number:
        lines.append(texts.say("target.detail.document", document=meant.document_number))
    lines += [texts.say("target.detail.lead", lead=target_lead(meant)), "", *_year_lines(standing), ""]
    lines.append(texts.say("target.detail.public", office=office_words(turn.office)))
    return [Reply("\n".join(lines))]
