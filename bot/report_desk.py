"""What is done with periodic reports from the command line: the same moves, rights and messages as in chat."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import texts
from bot.failures import OperatorError
from bot.fitting import fit
from domain.clock import local_day
from domain.exports import WriteReport
from domain.people import Office
from domain.period_words import period_meant
from domain.ports import Limits
from domain.report_flow import Move, Part, ReportStep, number_said
from domain.reporting_periods import Period
from domain.vietnamese import fold
from handlers import periodic_report_moves as moves
from handlers.periodic_report_content import Now, Papers, content_now, with_additions, written
from handlers.periodic_report_dossier import (
    Dossier,
    as_issued,
    newest_dossier,
    number_words,
    open_dossier,
    period_words,
    status_words,
)
from handlers.periodic_report_words import day_of
from handlers.report_wording import worded
from handlers.turn import Told
from storage import Repositories, Storage

ANY_APP = Limits(text_units=2000, per_second=1, per_chat_second=1)
"""What every app carries: which one a colleague is written to on is found when the message is sent on its way."""

Step = Callable[[Repositories, moves.By, Dossier], Awaitable[moves.Outcome]]


@dataclass(frozen=True, slots=True)
class ReportDesk:
    """An office's periodic reports, at one moment. Every deed is one transaction with the messages it causes."""

    storage: Storage
    office: Office
    write: WriteReport
    now: datetime

    async def make(self, words: str, name: str) -> moves.Outcome:
        """A new version of the report, where there is none or the figures have changed. Raises OperatorError."""
        async with self.storage.reading() as records:
            period = await period_of_words(records, self.office, words, self.now)
            before = await newest_dossier(records, period.id) if period.id else None
            now = await content_now(records, self.office, period, before.additions if before else [], self.now)
        papers = await written(self.write, now.content, 1 + (before.version.version if before else 0))
        if before is not None and moves.is_the_same(before, now.content, papers.template_sha256):
            return moves.Outcome(False, texts.say("report_flow.made.same", version=before.version.version), before)
        return await self._keep(name, period, before, now, papers)

    async def add(self, words: str, name: str, part: Part, said: str) -> moves.Outcome:
        """The next version with words put in by hand. Raises OperatorError."""
        async with self.storage.reading() as records:
            who = await self._who(records, name)
            before = await dossier_of(records, self.office, words, 0, self.now)
        version = before.version.version + 1
        step = ReportStep(0, 0, version, Move.ADD, who.id, who.name, said.strip(), self.now, part)
        now = Now(with_additions(worded(before.content), [*before.additions, step]))
        papers = await written(self.write, now.content, version)
        return await self._keep(name, before.period, before, now, papers, move=Move.ADD, part=part, said=said.strip())

    async def _keep(
        self, name: str, period: Period, before: Dossier | None, now: Now, papers: Papers, **more: Any
    ) -> moves.Outcome:
        async with self.storage.writing() as records:
            outcome = await moves.make(
                *(records, await self._who(records, name), self.office.id, period, now),
                *(papers.template_sha256, self.now),
                instead_of=before.version.version if before is not None else 0,
                **more,
            )
            await queue_for_colleagues(records, outcome.told, self.now)
        return outcome

    async def circulate(self, words: str, name: str) -> moves.Outcome:
        """The draft sent to the heads. Raises OperatorError."""
        papers = await self._papers(words)

        async def step(records: Repositories, who: moves.By, dossier: Dossier) -> moves.Outcome:
            return await moves.circulate(records, who, dossier, papers.files, papers.pictures, self.now)

        return await self._take(words, name, step)

    async def submit(self, words: str, name: str, *, anyway: bool = False) -> moves.Outcome:
        """The report laid before the leaders; where there are doubts only `anyway`. Raises OperatorError."""
        papers = await self._papers(words)

        async def step(records: Repositories, who: moves.By, dossier: Dossier) -> moves.Outcome:
            refused = await moves.refusal(records, who, dossier, Move.SUBMIT)
            if (doubts := moves.doubts(dossier)) and not refused and not anyway:
                return moves.Outcome(False, "\n".join([*doubts, texts.say("cli.report.anyway")]), dossier)
            return await moves.submit(records, who, dossier, papers.files, papers.pictures, self.now)

        return await self._take(words, name, step)

    async def remark(self, words: str, name: str, said: str) -> moves.Outcome:
        """A head's remark, or that there is none. Raises OperatorError."""

        async def step(records: Repositories, who: moves.By, dossier: Dossier) -> moves.Outcome:
            if said.strip():
                return await moves.remark(records, who, dossier, said.strip(), self.now)
            return await moves.agree(records, who, dossier, self.now)

        return await self._take(words, name, step)

    async def approve(self, words: str, name: str) -> moves.Outcome:
        """A leader's approval. Raises OperatorError."""
        return await self._take(words, name, lambda records, who, d: moves.approve(records, who, d, self.now))

    async def send_back(self, words: str, name: str, said: str) -> moves.Outcome:
        """A leader's return with its reason. Raises OperatorError."""
        return await self._take(
            words, name, lambda records, who, d: moves.send_back(records, who, d, said.strip(), self.now)
        )

    async def issue(self, words: str, name: str, number: str, version: int = 0) -> moves.Outcome:
        """The approved version issued under its number. Raises OperatorError."""
        found = number_said(number, local_day(self.now))
        if found is None:
            raise OperatorError("cli.report.no_number", text=number)
        day = day_of(found, local_day(self.now))
        async with self.storage.reading() as records:
            dossier = await dossier_of(records, self.office, words, version, self.now)
        signed, made_with = dossier.content.signed(found.number, day), dossier.version.template_sha256
        papers = await written(self.write, signed, dossier.version.version, made_with)

        async def step(records: Repositories, who: moves.By, dossier: Dossier) -> moves.Outcome:
            return await moves.issue(records, who, dossier, found.number, day, papers.files, self.now)

        return await self._take(words, name, step, version)

    async def files(self, words: str, version: int = 0) -> Papers:
        """The files of a version as they were. Raises OperatorError."""
        return await self._papers(words, version)

    async def _papers(self, words: str, version: int = 0) -> Papers:
        async with self.storage.reading() as records:
            dossier = await dossier_of(records, self.office, words, version, self.now)
        made_with = dossier.version.template_sha256
        return await written(self.write, as_issued(dossier), dossier.version.version, made_with)

    async def _take(self, words: str, name: str, step: Step, version: int = 0) -> moves.Outcome:
        async with self.storage.writing() as records:
            who = await self._who(records, name)
            outcome = await step(records, who, await dossier_of(records, self.office, words, version, self.now))
            await queue_for_colleagues(records, outcome.told, self.now)
        return outcome

    async def _who(self, records: Repositories, name: str) -> moves.By:
        """The colleague of this name; without a name the operator, who acts as an administrator."""
        if not name.strip():
            return moves.By(None, texts.say("cli.report.operator"))
        people = [p for p in await records.people.of_office(self.office.id) if fold(p.name) == fold(name)]
        if len(people) != 1:
            raise OperatorError("cli.report.no_person" if not people else "cli.report.several_people", name=name)
        return moves.by(people[0])


async def period_of_words(records: Repositories, office: Office, words: str, now: datetime) -> Period:
    """The period that words name, as it is kept where it is. Raises OperatorError."""
    schedules = await records.periods.schedules(office.id)
    calendar = await records.calendar.of_office(office.id)
    found = period_meant(fold(words), local_day(now), office.id, schedules, calendar)
    if found is None:
        raise OperatorError("cli.report.no_period", text=words)
    if found.first > local_day(now):
        raise OperatorError("cli.report.not_yet", period=period_words(found))
    kept = await records.periods.of_office(office.id)
    return next((period for period in kept if period.key == found.key), found)


async def dossier_of(records: Repositories, office: Office, words: str, version: int, now: datetime) -> Dossier:
    """A version of the period's report, the newest when `version` is 0. Raises OperatorError."""
    period = await period_of_words(records, office, words, now)
    made = await records.periodic_reports.of_period(period.id) if period.id else []
    wanted = next((each for each in made if version in (0, each.version)), None)
    dossier = None if wanted is None else await open_dossier(records, wanted.id)
    if dossier is None:
        raise OperatorError("cli.report.no_version", period=period_words(period))
    return dossier


async def listed(records: Repositories, office: Office) -> list[dict[str, Any]]:
    """Every version of every period, the last made first, as JSON values."""
    found = [await open_dossier(records, version.id) for version in await records.periodic_reports.of_office(office.id)]
    return [as_row(dossier) for dossier in found if dossier is not None]


def as_row(dossier: Dossier) -> dict[str, Any]:
    """A version as JSON values."""
    version = dossier.version
    return {
        "period": period_words(dossier.period),
        "key": dossier.period.key,
        "version": version.version,
        "status": str(version.status),
        "status_words": status_words(dossier),
        "number": number_words(dossier.content, version.number) if version.number else "",
        "issued_on": _day(version.issued_on),
        "made_by": version.made_by,
        "made_at": version.made_at.isoformat(),
        "decided_by": version.decided_by,
        "is_final": dossier.content.is_final,
        "template_sha256": version.template_sha256,
    }


def details(dossier: Dossier) -> dict[str, Any]:
    """A version with everything that happened to the period's versions."""
    steps = [
        {
            "version": step.version,
            "step": str(step.move),
            "part": str(step.part or ""),
            "person": step.person_name,
            "said": step.said,
            "at": step.at.isoformat(),
        }
        for step in dossier.steps
    ]
    return {**as_row(dossier), "unanswered": [head.name for head in dossier.unanswered], "steps": steps}


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


async def queue_for_colleagues(records: Repositories, told: Iterable[Told], now: datetime) -> None:
    """Queue what colleagues are told, each at the first account that can be reached; the running server sends it."""
    for each in told:
        accounts = await records.people.accounts(each.person_id or 0)
        account = next((a for a in accounts if a.reachable), None)
        if account is None:
            continue
        for number, part in enumerate(fit(each.reply, ANY_APP)):
            await records.outbox.queue(
                channel=account.channel,
                chat_id=account.chat_id,
                reply=part,
                key=f"told:{each.key}:{number}",
                now=now,
                cause="told",
            )
