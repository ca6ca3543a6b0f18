"""A version of a period's report with all that is needed to show it and to decide on it, looked up at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import texts
from domain.clock import day_text
from domain.people import Person
from domain.periodic_report import ReportContent
from domain.ports import Records
from domain.report_flow import Move, ReportStep, ReportVersion, additions, answered, remarks_before
from domain.reporting_periods import Period, PeriodKind
from domain.rights import may_remark_on_periodic_report
from handlers.wording import moment_words

_ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True)
class Dossier:
    """A version, its period, what happened to all versions of it, the office's heads, and the newest version's id."""

    version: ReportVersion
    period: Period
    content: ReportContent
    steps: Sequence[ReportStep]
    heads: Sequence[Person]
    newest_id: int

    @property
    def own_steps(self) -> list[ReportStep]:
        """What happened to this version itself."""
        return [step for step in self.steps if step.report_id == self.version.id]

    @property
    def additions(self) -> list[ReportStep]:
        """The words put in by hand that this version holds."""
        return additions(step for step in self.steps if step.version <= self.version.version)

    @property
    def remarks_before(self) -> list[ReportStep]:
        """What this version is to answer."""
        return remarks_before(self.steps, self.version.version)

    @property
    def unanswered(self) -> list[Person]:
        """The heads who were asked about this version and have not answered; none where nobody was asked."""
        if not any(step.move is Move.CIRCULATE for step in self.own_steps):
            return []
        return [head for head in self.heads if head.id not in answered(self.own_steps)]


async def open_dossier(records: Records, report_id: int) -> Dossier | None:
    """The version of this id, or None."""
    version = await records.periodic_reports.get(report_id)
    period = None if version is None else await records.periods.get(version.period_id)
    if version is None or period is None:
        return None
    newest = await records.periodic_reports.newest(period.id)
    heads = [p for p in await records.people.of_office(version.office_id) if may_remark_on_periodic_report(p, version)]
    return Dossier(
        version,
        period,
        ReportContent.from_json(dict(version.content)),
        await records.periodic_reports.steps_of_period(period.id),
        heads,
        version.id if newest is None else newest.id,
    )


async def newest_dossier(records: Records, period_id: int) -> Dossier | None:
    """The newest version of the period, or None."""
    newest = await records.periodic_reports.newest(period_id)
    return None if newest is None else await open_dossier(records, newest.id)


def period_words(period: Period) -> str:
    """The period as the office calls it: by its month, quarter, half or year, or by its plan."""
    year = period.year
    match period.kind:
        case PeriodKind.MONTH:
            return texts.say("report_flow.period.month", number=period.number, year=year)
        case PeriodKind.QUARTER:
            return texts.say("report_flow.period.quarter", number=_ROMAN[period.number - 1], year=year)
        case PeriodKind.HALF_YEAR:
            half = "first_half" if period.number == 1 else "second_half"
            return texts.say(f"report_flow.period.{half}", year=year)
        case PeriodKind.YEAR:
            return texts.say("report_flow.period.year", year=year)
        case PeriodKind.PLAN:
            return texts.say("report_flow.period.plan", day=day_text(period.cutoff), document=period.document_number)


def number_words(content: ReportContent, number: str) -> str:
    """The number with the office's symbol behind it: "15/BC-UBND"."""
    symbol = content.letterhead.symbol
    return texts.say("report_flow.number", number=number, symbol=symbol) if symbol else number


def status_words(dossier: Dossier) -> str:
    """Where the version stands, with who decided and when."""
    version = dossier.version
    return texts.say(
        f"report_flow.status.{version.status}",
        person=version.decided_by,
        at=moment_words(version.decided_at) if version.decided_at else "",
        number=number_words(dossier.content, version.number),
        day=_day(version.issued_on),
    )


def _day(day: date | None) -> str:
    return "" if day is None else day_text(day)


def as_issued(dossier: Dossier) -> ReportContent:
    """What the version says, with its number and its day once it has them."""
    version = dossier.version
    if not version.number or version.issued_on is None:
        return dossier.content
    return dossier.content.signed(version.number, version.issued_on)
