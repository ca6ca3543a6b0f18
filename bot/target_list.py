"""The register's targets for the command line: planned and reported values by year."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import texts
from domain.achievements import Achievement, YearOfTarget, years_of
from domain.plans import Target
from handlers.target_wording import value_words
from storage import Repositories

if TYPE_CHECKING:
    from rich.table import Table


@dataclass(frozen=True, slots=True)
class ToldTarget:
    """A target with its years and everything that was reported of it, newest first."""

    target: Target
    years: tuple[YearOfTarget, ...]
    reports: tuple[Achievement, ...]


async def told_targets(records: Repositories, office_id: int, document_number: str = "") -> list[ToldTarget]:
    """The office's targets, drafts included; of one document if its number is given."""
    targets = await records.register.targets(office_id, document_number=document_number or None)
    reports = await records.achievements.of_office(office_id)
    found = []
    for target in targets:
        own = tuple(report for report in reports if report.target_id == target.id)
        found.append(ToldTarget(target, tuple(years_of(target, own)), own))
    return found


def target_json(told: ToldTarget) -> dict[str, Any]:
    """The form that `kehoach targets list --json` prints."""
    target = told.target
    return {
        "id": target.id,
        "file": target.file,
        "document": target.document_number,
        "number": target.number,
        "title": target.title,
        "unit": target.unit_of_measure,
        "lead": target.lead or target.lead_unit_name,
        "years": [_year_json(year) for year in told.years],
        "reports": [_report_json(report) for report in told.reports],
        "source": target.source,
        "confirmed": target.confirmed,
        "dropped": target.dropped,
        "published": target.published,
        "confidence": target.confidence,
        "page": target.page,
        "spans": [{"field": span.field, "start": span.start, "end": span.end} for span in target.spans],
    }


def _year_json(year: YearOfTarget) -> dict[str, Any]:
    milestone = year.milestone
    return {
        "year": year.year,
        "words": year.words,
        "comparator": str(milestone.comparator) if milestone else None,
        "value": milestone.value if milestone else None,
        "upper": milestone.upper if milestone else None,
        "unit": milestone.unit if milestone else None,
        "reported": year.achievement.value if year.achievement else None,
        "reached": year.is_reached,
    }


def _report_json(report: Achievement) -> dict[str, Any]:
    return {
        "id": report.id,
        "year": report.year,
        "value": report.value,
        "person": report.person_name,
        "said": report.said,
        "at": report.at.isoformat(),
        "supersedes": report.supersedes_id,
    }


def as_table(found: list[ToldTarget]) -> "Table":
    """The targets as a table for people."""
    from rich.table import Table

    table = Table()
    for column in ("number", "title", "lead", "years", "status", "document"):
        table.add_column(texts.say(f"cli.targets.columns.{column}"), overflow="fold")
    for told in found:
        target = told.target
        years = "\n".join(_year_words(year) for year in told.years)
        lead = target.lead or target.lead_unit_name
        table.add_row(target.number, target.title, lead, years, _status(target), target.document_number)
    return table


def _year_words(year: YearOfTarget) -> str:
    planned = year.words or texts.say("target.unplanned")
    if year.achievement is None:
        return texts.say("cli.targets.year", year=year.year, planned=planned)
    unit = year.milestone.unit if year.milestone else ""
    value = value_words(year.achievement.value, unit)
    return texts.say("cli.targets.year_done", year=year.year, planned=planned, value=value)


def _status(target: Target) -> str:
    if target.dropped:
        return texts.say("cli.targets.dropped")
    if target.confirmed:
        return texts.say("cli.targets.confirmed")
    return texts.say("cli.targets.draft", confidence=f"{target.confidence:.0%}")
