"""What the parameters of an approved reminder are filled with: of several matters their number and the nearest one."""

from collections.abc import Mapping, Sequence
from datetime import date

import texts
from domain.message_templates import REMINDER, MessageTemplate, TemplateUnfit, fill
from domain.messages import Reply
from domain.notices import LedgerNotice
from domain.people import Person
from scheduler.facts import Facts
from scheduler.wording import period_words


def templated_digest(
    template: MessageTemplate, person: Person, rows: Sequence[LedgerNotice], facts: Facts, office: str
) -> Reply | None:
    """The person's digest as the template carries it; None where these facts do not fill it."""
    known = reminder_facts(person, rows, facts, office)
    try:
        filled = fill(template, known)
    except TemplateUnfit:
        return None
    return Reply(texts.say("notices.template.reminder", **known), template=filled)


def reminder_facts(person: Person, rows: Sequence[LedgerNotice], facts: Facts, office: str) -> Mapping[str, str]:
    """The facts that `domain.message_templates.OFFERED` names for a reminder."""
    nearest = min(rows, key=lambda row: (row.notice.occurrence, row.id))
    return {
        **_matter(nearest, facts),
        "person": person.name,
        "count": str(len({row.notice.subject for row in rows})),
        "deadline": _day(nearest.notice.occurrence),
        "office": office,
        "day": _day(facts.today),
    }


def _matter(row: LedgerNotice, facts: Facts) -> Mapping[str, str]:
    """What the notice is about, in the words of a task: its number, title, paper and unit."""
    task, period, case = facts.task(row.notice), facts.period(row.notice), facts.case(row.notice)
    if task is not None:
        return {
            "number": task.number,
            "task": task.title,
            "document": task.document_number or texts.say("notices.no_document"),
            "unit": task.lead_unit_name or texts.say("notices.no_unit"),
        }
    if period is not None:
        about = texts.say("notices.template.period", period=period_words(period))
    elif case is not None:
        about = texts.say("notices.template.case", code=case.code)
    else:
        about = texts.say("notices.template.other")
    blank = texts.say("notices.template.nothing")
    return {"number": blank, "task": about, "document": blank, "unit": blank}


def _day(day: date) -> str:
    """The day as an app takes one: with both its zeros."""
    return f"{day:%d/%m/%Y}"


def usable(templates: Sequence[MessageTemplate]) -> Mapping[str, MessageTemplate]:
    """The templates for reminders that may be sent and can be filled, by channel."""
    return {t.channel: t for t in templates if t.purpose == REMINDER and t.is_enabled and not t.problems()}
