"""Who may see, report, confirm, edit and export: every right of the product, in one place."""

from domain.people import Person, Role
from domain.plans import Target
from domain.tasks import Task

_OVERSEERS = (Role.HEAD, Role.LEADER, Role.ADMINISTRATOR)


def is_responsible(person: Person, task: Task) -> bool:
    """True when the person carries the task: named for it, standing in for who is, or of a unit that leads it."""
    if task.assignee_id is not None and task.assignee_id in (person.id, *person.acts_for):
        return True
    if person.unit_id is None:
        return False
    return person.unit_id == task.lead_unit_id or any(share.unit_id == person.unit_id for share in task.shares)


def may_report(person: Person, task: Task) -> bool:
    """Those responsible report on a task; the administrator may do it for them."""
    return person.active and (is_responsible(person, task) or person.role is Role.ADMINISTRATOR)


def may_see(person: Person, task: Task) -> bool:
    """Staff see the confirmed tasks of their own office."""
    return person.active and person.role.is_staff and person.office_id == task.office_id


def may_see_internal(role: Role) -> bool:
    """Internal documents, difficulties and names are for staff only."""
    return role.is_staff


def may_see_overview(role: Role) -> bool:
    """Where every task stands is shown to heads, leaders and the administrator."""
    return role in _OVERSEERS


def may_confirm_reports(person: Person, task: Task) -> bool:
    """The head of a unit that carries the task confirms what its officials report, or returns it with a remark."""
    return person.active and person.role is Role.HEAD and _is_of_unit(person, task)


def may_review_drafts(person: Person) -> bool:
    """Heads and the administrator turn drafts of the register into tasks."""
    return person.active and person.role in (Role.HEAD, Role.ADMINISTRATOR)


def may_review(person: Person, entry: Task | Target) -> bool:
    """A head reviews what their unit leads and what no known unit leads; the administrator reviews everything."""
    if not may_review_drafts(person) or person.office_id != entry.office_id:
        return False
    if person.role is Role.ADMINISTRATOR:
        return True
    units = {entry.lead_unit_id} - {None}
    if isinstance(entry, Task):
        units |= {share.unit_id for share in entry.shares}
    return not units or person.unit_id in units


def may_grant_extension(person: Person, task: Task) -> bool:
    """A leader moves the deadline of a task; nobody below does."""
    return may_see(person, task) and person.role is Role.LEADER


def may_edit_register(person: Person) -> bool:
    """The administrator changes what the register says of a task beside its progress."""
    return person.active and person.role is Role.ADMINISTRATOR


def may_assign(person: Person, task: Task) -> bool:
    """The head of the unit that leads a task names who carries it; the administrator may too."""
    if not may_see(person, task):
        return False
    return person.role is Role.ADMINISTRATOR or (person.role is Role.HEAD and _is_of_unit(person, task))


def may_export(person: Person) -> bool:
    """Leaders and the administrator take the register out as a file."""
    return person.active and person.role in (Role.LEADER, Role.ADMINISTRATOR)


def may_answer_feedback(person: Person, unit_id: int | None) -> bool:
    """The staff of the unit a citizen's word was passed to answer it; leaders and the administrator may too."""
    if not person.active or not person.role.is_staff:
        return False
    return person.role in (Role.LEADER, Role.ADMINISTRATOR) or (unit_id is not None and person.unit_id == unit_id)


def _is_of_unit(person: Person, task: Task) -> bool:
    units = {task.lead_unit_id, *(share.unit_id for share in task.shares)} - {None}
    return person.unit_id in units
