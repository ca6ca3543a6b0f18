"""How targets and their values are put into words, the same in every errand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import texts
from domain.achievements import Achievement, YearOfTarget, years_of
from domain.messages import Button
from domain.milestones import is_downward, missing
from domain.plans import Target
from domain.ports import Records
from handlers.wording import LABEL_LIMIT, short


@dataclass(frozen=True, slots=True)
class Standing:
    """A target with its years, planned and reported, and all that was reported of it, newest first."""

    target: Target
    years: tuple[YearOfTarget, ...]
    reports: tuple[Achievement, ...] = ()

    def of(self, year: int) -> YearOfTarget | None:
        """The target in a year, or None where it neither plans nor reports anything."""
        return next((each for each in self.years if each.year == year), None)


async def standings(records: Records, office_id: int) -> list[Standing]:
    """The office's confirmed targets with what was reported of them."""
    targets = [t for t in await records.register.targets(office_id, confirmed_only=True) if not t.dropped]
    reports = await records.achievements.of_office(office_id)
    own = {target.id: tuple(r for r in reports if r.target_id == target.id) for target in targets}
    return [Standing(t, tuple(years_of(t, own[t.id])), own[t.id]) for t in targets]


def target_name(target: Target, among: Iterable[Target] = ()) -> str:
    """The target's short name; with its document where another one shown beside it has the same number."""
    if target.document_number and any(t.number == target.number and t.id != target.id for t in among):
        return texts.say("target.name_in", number=target.number, document=target.document_number)
    return texts.say("target.name", number=target.number)


def target_label(target: Target) -> str:
    """A button's label that says which target it is without any list beside it."""
    return short(texts.say("target.label", number=target.number, title=target.title), LABEL_LIMIT)


def target_lead(target: Target) -> str:
    """Who leads the target, in the plan's words where it has any."""
    return target.lead or target.lead_unit_name or texts.say("task.untold")


def value_words(value: float, unit: str) -> str:
    """A value as papers write it: 1.250 km, 62,5%."""
    whole, _, part = f"{value:,.2f}".partition(".")
    figure = whole.replace(",", ".") + ("," + part.rstrip("0") if part.strip("0") else "")
    return f"{figure}%" if unit == "%" else f"{figure} {unit}".strip()


def unit_of(standing: Standing, year: int) -> str:
    """The unit in which the target is counted that year."""
    own = next((y.milestone.unit for y in standing.years if y.year == year and y.milestone), "")
    others = (y.milestone.unit for y in standing.years if y.milestone)
    return own or standing.target.unit_of_measure or next(others, "")


def mark_of(year: YearOfTarget) -> str:
    """The sign for reached, not reached, and not known."""
    return texts.say(f"target.mark.{kind_of(year)}")


def kind_of(year: YearOfTarget) -> str:
    """Whether the year counts as "reached", "missed" or "open"."""
    return "open" if year.is_reached is None else "reached" if year.is_reached else "missed"


def done_words(year: YearOfTarget, unit: str) -> str:
    """What was reported for the year, and what that means beside the plan."""
    if year.achievement is None:
        return texts.say("target.not_reported")
    value = value_words(year.achievement.value, unit)
    if year.milestone is None or year.is_reached is None:
        return texts.say("target.stands.open", value=value)
    if year.is_reached:
        return texts.say("target.stands.reached", value=value)
    key = "target.stands.above" if is_downward(year.milestone) else "target.stands.missed"
    return texts.say(key, value=value, missing=value_words(missing(year.milestone, year.achievement.value), unit))


def planned_words(year: YearOfTarget) -> str:
    """What the plan wants that year, in its own words."""
    return year.words or texts.say("target.unplanned")


def example_of(standing: Standing, year: int) -> str:
    """A value as somebody might report it: the plan's own figure, or a plain one."""
    planned = standing.of(year)
    if planned and planned.milestone:
        return value_words(planned.milestone.value, unit_of(standing, year))
    return value_words(50, standing.target.unit_of_measure)


def targets_button() -> Button:
    """The way to the list of targets."""
    return Button(texts.say("target.button.list"), "targets")


def choice_of(targets: Sequence[Target], action: str) -> tuple[Button, ...]:
    """A button for each of several targets; `action` ends in ":"."""
    return tuple(Button(target_label(target), f"{action}{target.id}") for target in targets)
