"""Drafts the register from a plan: its tasks and targets, each field with the characters it was read from.

`draft_register` is the list of what is read, in the order it is tried; each reader is a module of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.people import Unit
from domain.plans import Target
from domain.tasks import Task
from domain.units import unit_named, units_in
from knowledge.drafting.mending import with_names_mended
from knowledge.drafting.targets import draft_targets
from knowledge.drafting.tasks import draft_tasks
from knowledge.outline import Outlined
from knowledge.reading import ReadText


@dataclass(frozen=True, slots=True)
class Drafted:
    """What a plan's register may be, before anybody confirmed it; ids and the document are filled in where kept."""

    tasks: tuple[Task, ...] = ()
    targets: tuple[Target, ...] = ()


def draft_register(read: ReadText, outlined: Outlined, units: Sequence[Unit] = ()) -> Drafted:
    """The tasks and targets of a plan, unconfirmed; leads are tied to the office's units where they are known."""
    tasks = tuple(_with_units(task, units) for task in with_names_mended(draft_tasks(read, outlined), units))
    targets = tuple(_led(target, units) for target in draft_targets(read, outlined))
    return Drafted(tasks, targets)


def _with_units(task: Task, units: Sequence[Unit]) -> Task:
    lead = unit_named(task.lead, units) if task.lead else None
    support = tuple(unit.id for unit in units_in(task.support, units) if unit != lead)
    return replace(
        task,
        lead_unit_id=lead.id if lead else None,
        lead_unit_name=lead.name if lead else "",
        support_unit_ids=support,
    )


def _led(target: Target, units: Sequence[Unit]) -> Target:
    lead = unit_named(target.lead, units) if target.lead else None
    return replace(target, lead_unit_id=lead.id, lead_unit_name=lead.name) if lead else target
