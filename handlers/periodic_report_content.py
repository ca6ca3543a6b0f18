"""What a period's report would say now: its frozen figures or those of this moment, and what was added by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import texts
from domain.after_cutoff import After, came_after
from domain.cutoff import History, figures_at
from domain.exports import ReportForm, WriteReport, Written
from domain.messages import Attachment
from domain.people import Office
from domain.period_figures import PeriodFigures
from domain.periodic_report import ReportContent, SourceLine
from domain.ports import Records
from domain.report_facts import Beside, content_of
from domain.report_files import file_name
from domain.report_flow import Part, ReportStep
from domain.reporting_periods import Period
from handlers.report_numbers import plain
from handlers.report_wording import worded
from handlers.wording import moment_words

EVER = datetime(2000, 1, 1, tzinfo=UTC)

SETTLED = timedelta(minutes=1)
"""How long after a cutoff its figures are final: a report confirmed in its last second is written by then."""


@dataclass(frozen=True, slots=True)
class Now:
    """What a period's report would say, and the figures it rests on while nobody has frozen them."""

    content: ReportContent
    figures: PeriodFigures | None = None


async def content_now(
    records: Records, office: Office, period: Period, added: Sequence[ReportStep], now: datetime
) -> Now:
    """The content in words, with what was added by hand; frozen figures where the period has them.

    Of a period that is over but not frozen yet, the figures are those of its cutoff all the same: they are to be frozen
    with the version that is made of them.
    """
    current = await records.offices.get(office.id) or office
    frozen = await records.periods.figures(period.id) if period.id else None
    figures = frozen or await _figures_now(records, current, period, now)
    is_over = now >= period.ends_at + SETTLED
    periods = await records.periods.of_office(office.id)
    after = await _after(records, period, figures, periods) if is_over else []
    period = replace(period, frozen=frozen is not None or is_over)
    beside = Beside(
        await records.extensions.waiting(office.id),
        await records.people.of_office(office.id),
        len(await records.drafts.tasks(office.id)),
        after,
        await _figures_before(records, period, periods),
    )
    content = with_additions(worded(content_of(figures, period, current, beside)), added)
    return Now(content, figures if frozen is None and is_over else None)


async def _after(
    records: Records, period: Period, figures: PeriodFigures, periods: Sequence[Period]
) -> Sequence[After]:
    """What came after the cutoff of a period that is over."""
    reports = await records.register.reports_of_office(period.office_id, period.begins_at)
    return came_after(period, figures, reports, periods)


async def _figures_before(records: Records, period: Period, periods: Sequence[Period]) -> PeriodFigures | None:
    """The frozen figures of the period that ended on the day before this one began, where there are any."""
    before = next((p for p in periods if p.is_followed_by(period) and p.frozen), None)
    return None if before is None else await records.periods.figures(before.id)


async def _figures_now(records: Records, office: Office, period: Period, now: datetime) -> PeriodFigures:
    history = History(
        tasks=await records.register.tasks(office.id),
        reports=await records.register.reports_of_office(office.id, EVER),
        changes=await records.changes.applied_since(office.id, period.ends_at),
        targets=await records.register.targets(office.id, confirmed_only=True),
        achievements=await records.achievements.of_office(office.id),
        people=await records.people.of_office(office.id),
    )
    return figures_at(period, history, office.name, now)


def with_additions(content: ReportContent, added: Sequence[ReportStep]) -> ReportContent:
    """The content with the added words in their parts, each marked, and listed with who added it among the sources."""
    lines: dict[Part, list[str]] = {}
    sources = []
    for number, step in enumerate(added, 1):
        if step.part is not None:
            mark = texts.say("report_flow.added.mark", number=number)
            key = "report_flow.added.sentence" if step.part is Part.OVERALL else "report_flow.added.line"
            lines.setdefault(step.part, []).append(texts.say(key, said=plain(step.said), mark=mark))
            sources.append(_source(step, step.part, mark))
    wording = content.wording
    wording = replace(
        wording,
        overall=(*wording.overall, *lines.get(Part.OVERALL, ())),
        difficulties=_put(wording.difficulties, content.difficulties, lines.get(Part.DIFFICULTIES)),
        proposals=_put(wording.proposals, content.proposals, lines.get(Part.PROPOSALS)),
        upcoming=_put(wording.upcoming, content.upcoming, lines.get(Part.UPCOMING)),
        sources=(*wording.sources, *sources),
    )
    return replace(content, wording=wording)


def _put(said: tuple[str, ...], facts: Sequence[object], added: list[str] | None) -> tuple[str, ...]:
    """The part with what is added; the sentence that there is nothing makes room for it."""
    return said if added is None else (*(said if facts else ()), *added)


def _source(step: ReportStep, part: Part, mark: str) -> SourceLine:
    return SourceLine(
        mark=f"[{mark}]",
        about=texts.say("report_flow.added.about", part=texts.say(f"report_flow.part.{part}")),
        person=step.person_name,
        moment=moment_words(step.at),
        said=plain(step.said),
        record="",
    )


def says_the_same(one: ReportContent, other: ReportContent) -> bool:
    """True when nothing but the moment of the figures differs."""
    alike = replace(one.wording, standing=other.wording.standing)
    return replace(one, taken_at=other.taken_at, wording=alike) == other


@dataclass(frozen=True, slots=True)
class Papers:
    """A report's files: the paper and the spreadsheet, and the picture for a phone."""

    files: tuple[Attachment, ...]
    pictures: tuple[Attachment, ...]
    template_sha256: str
    notes: tuple[str, ...] = ()


async def written(write: WriteReport, content: ReportContent, version: int, template_sha256: str = "") -> Papers:
    """The version as files, made with that very template where one is named; those that cannot be made are left out."""
    paper = await write(content, ReportForm.FULL, template_sha256)
    sheet = await write(content, ReportForm.SHEET)
    picture = await write(content, ReportForm.PICTURE)

    def called(made: Written, form: ReportForm) -> Attachment:
        return replace(made.file, name=file_name(content, form, version))

    return Papers(
        tuple(called(made, form) for made, form in ((paper, ReportForm.FULL), (sheet, ReportForm.SHEET)) if made),
        () if picture is None else (called(picture, ReportForm.PICTURE),),
        "" if paper is None else paper.template_sha256,
        () if paper is None else paper.notes,
    )
