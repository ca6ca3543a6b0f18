"""Who may see, report, confirm, edit, export and arrange: every right of the product, in one place.

Errands and commands ask these functions and compare no roles themselves. What they say stands as a table that an
official can read in tests/domain/rights.txt and docs/rights.md.
"""

from domain.people import Person, Role
from domain.plans import Document, Target, Visibility
from domain.report_flow import ReportStatus, ReportVersion
from domain.tasks import Task

_OVERSEERS = (Role.HEAD, Role.LEADER, Role.ADMINISTRATOR)
_OF_THE_WHOLE_OFFICE = (Role.LEADER, Role.ADMINISTRATOR)


# --- tasks -----------------------------------------------------------------------------------------------------------


def is_responsible(person: Person, task: Task) -> bool:
    """True when the person carries the task: named for it, standing in for who is, or of a unit that leads it."""
    if task.assignee_id is not None and task.assignee_id in (person.id, *person.acts_for):
        return True
    return _is_of_unit(person, task)


def may_see(person: Person, task: Task) -> bool:
    """Staff see the confirmed tasks of their own office; a draft is seen by those who review drafts."""
    if not _works_in(person, task.office_id):
        return False
    return (task.confirmed and not task.dropped) or may_review_drafts(person)


def may_report(person: Person, task: Task) -> bool:
    """Those responsible report on a confirmed task; the administrator may do it for them."""
    if not may_see(person, task) or not task.confirmed or task.dropped:
        return False
    return is_responsible(person, task) or may_report_for_others(person)


def may_report_for_others(person: Person) -> bool:
    """The administrator takes down what colleagues report by other ways."""
    return person.active and person.role is Role.ADMINISTRATOR


def may_confirm_reports(person: Person, task: Task, unit_id: int | None = None) -> bool:
    """The head of a unit that carries the task confirms what its officials report, or returns it with a remark.

    Of a group task's report with its `unit_id`, only the head of that very unit.
    """
    if not may_see(person, task) or not task.confirmed or person.role is not Role.HEAD:
        return False
    return person.unit_id == unit_id if unit_id is not None else _is_of_unit(person, task)


def may_ask_second_confirmation(person: Person) -> bool:
    """The administrator or a leader decides whether a report waits for the head of its unit."""
    return person.active and person.role in _OF_THE_WHOLE_OFFICE


def may_change_calendar(person: Person) -> bool:
    """The administrator keeps the office's own days off and the days worked for them; all staff may look."""
    return person.active and person.role is Role.ADMINISTRATOR


def may_change_notice_rules(person: Person) -> bool:
    """The administrator says when and how often the office is reminded; all staff may look."""
    return person.active and person.role is Role.ADMINISTRATOR


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


def may_be_given(person: Person, task: Task, by: Person) -> bool:
    """A head gives tasks to the people of their own unit; the administrator to any colleague of the task's office."""
    if not may_assign(by, task) or not _works_in(person, task.office_id):
        return False
    return by.role is Role.ADMINISTRATOR or person.unit_id == by.unit_id


def carries_tasks(person: Person) -> bool:
    """Officials and heads carry the tasks of their unit, so they are reminded of those that name nobody."""
    return person.active and person.role in (Role.OFFICIAL, Role.HEAD)


def may_export(person: Person) -> bool:
    """Leaders and the administrator take the register out as a file."""
    return person.active and person.role in _OF_THE_WHOLE_OFFICE


# --- targets ---------------------------------------------------------------------------------------------------------


def may_see_target(person: Person, target: Target) -> bool:
    """Staff see the confirmed targets of their own office; a draft is seen by those who review drafts."""
    if not _works_in(person, target.office_id):
        return False
    return (target.confirmed and not target.dropped) or may_review_drafts(person)


def may_report_target(person: Person, target: Target) -> bool:
    """The staff of the unit that leads a confirmed target report its value; the administrator may do it for them."""
    if not may_see_target(person, target) or not target.confirmed or target.dropped:
        return False
    is_of_unit = target.lead_unit_id is not None and person.unit_id == target.lead_unit_id
    return is_of_unit or may_report_for_others(person)


# --- the whole office ------------------------------------------------------------------------------------------------


def may_see_internal(role: Role) -> bool:
    """Internal documents, difficulties and names are for staff only."""
    return role.is_staff


def may_see_overview(role: Role) -> bool:
    """Where every task stands is shown to heads, leaders and the administrator."""
    return role in _OVERSEERS


def may_oversee(person: Person, task: Task) -> bool:
    """In lists and figures heads, leaders and the administrator see every task, officials those they carry."""
    return may_see(person, task) and task.confirmed and (person.role in _OVERSEERS or is_responsible(person, task))


def is_for_everyone(task: Task, document: Document | None) -> bool:
    """Citizens may see where a task stands that the office publishes, if its plan is public; nothing else of it."""
    if document is None or document.visibility is not Visibility.PUBLIC or document.office_id != task.office_id:
        return False
    return task.confirmed and task.published and not task.dropped and task.document_id == document.id


def may_see_period_of(person: Person, unit_id: int | None) -> bool:
    """Leaders and the administrator see what every unit has reported in a period (None: of all), a head the own."""
    return person.active and (person.role in _OF_THE_WHOLE_OFFICE or is_head_of(person, unit_id))


def may_set_reporting(person: Person) -> bool:
    """The administrator says by which days the office, or a plan, is reported on."""
    return person.active and person.role is Role.ADMINISTRATOR


def may_switch(person: Person) -> bool:
    """A leader or the administrator turns the bot off for the office, and on again."""
    return person.active and person.role in _OF_THE_WHOLE_OFFICE


def begins_at_overview(role: Role) -> bool:
    """Leaders and the administrator begin at the overview, everyone else at their own tasks."""
    return role in _OF_THE_WHOLE_OFFICE


def is_head_of(person: Person, unit_id: int | None) -> bool:
    """True for the head of this unit."""
    return person.active and person.role is Role.HEAD and unit_id is not None and person.unit_id == unit_id


def leads_the_office(person: Person) -> bool:
    """Leaders are told of what stays undone in spite of its unit, and of what is missing in the whole office."""
    return person.active and person.role is Role.LEADER


def keeps_the_installation(person: Person) -> bool:
    """Administrators are told of what needs somebody's hand when no head of a unit can be."""
    return person.active and person.role is Role.ADMINISTRATOR


def may_answer_feedback(person: Person, unit_id: int | None) -> bool:
    """The staff of the unit a citizen's word was passed to answer it; leaders and the administrator may too."""
    if not person.active or not person.role.is_staff:
        return False
    return person.role in _OF_THE_WHOLE_OFFICE or (unit_id is not None and person.unit_id == unit_id)


def is_told_of_feedback(person: Person, unit_id: int | None) -> bool:
    """The unit a citizen's word was passed to is told of it; while it is nobody's, leaders and administrators are."""
    if unit_id is None:
        return may_answer_feedback(person, None)
    return person.active and person.role in (Role.HEAD, Role.OFFICIAL) and person.unit_id == unit_id


def may_count_feedback(person: Person, unit_id: int | None) -> bool:
    """Leaders and the administrator see how much feedback each unit has; a head sees the own unit's."""
    return may_answer_feedback(person, unit_id) and may_see_overview(person.role)


def may_block_sender(person: Person, unit_id: int | None) -> bool:
    """The administrator has the sender of a case answered no more; a head that of a case passed to the own unit."""
    return person.active and (person.role is Role.ADMINISTRATOR or is_head_of(person, unit_id))


# --- the periodic report ---------------------------------------------------------------------------------------------


def may_make_periodic_report(person: Person) -> bool:
    """Heads, leaders and the administrator have the report of a period drafted."""
    return person.active and person.role in _OVERSEERS


def may_see_periodic_report(person: Person, report: ReportVersion) -> bool:
    """All staff see what was issued; what is still on its way is for heads, leaders and the administrator."""
    if not _works_in(person, report.office_id):
        return False
    return report.status is ReportStatus.FINAL or person.role in _OVERSEERS


def may_remark_on_periodic_report(person: Person, report: ReportVersion) -> bool:
    """The heads of units say what is amiss in their part."""
    return _works_in(person, report.office_id) and person.role is Role.HEAD


def may_carry_on_periodic_report(person: Person, report: ReportVersion) -> bool:
    """The administrator, and who made a version, add to it, send it to the heads, submit it or make the next one."""
    if not _works_in(person, report.office_id) or not may_make_periodic_report(person):
        return False
    return person.role is Role.ADMINISTRATOR or person.id == report.made_by_id


def may_decide_on_periodic_report(person: Person, report: ReportVersion) -> bool:
    """A leader approves what was submitted, or returns it with a remark."""
    return _works_in(person, report.office_id) and person.role is Role.LEADER


def may_number_periodic_report(person: Person, report: ReportVersion) -> bool:
    """The administrator enters the number under which an approved report is issued."""
    return _works_in(person, report.office_id) and person.role is Role.ADMINISTRATOR


# --- groups ----------------------------------------------------------------------------------------------------------


def may_set_staff_group(person: Person) -> bool:
    """Heads, leaders and the administrator say which group is the office's own; it shows no more for that."""
    return person.active and person.role in _OVERSEERS


def may_switch_group_summary(person: Person) -> bool:
    """A leader has the summary sent to a staff group, or stops it."""
    return person.active and person.role is Role.LEADER


# --- colleagues ------------------------------------------------------------------------------------------------------


def may_see_staff_of(person: Person, unit_id: int | None) -> bool:
    """Who works in a unit is known to its own people; heads, leaders and the administrator see every unit."""
    if not person.active or not person.role.is_staff:
        return False
    return person.role in _OVERSEERS or (unit_id is not None and person.unit_id == unit_id)


def may_manage_people(person: Person, other: Person) -> bool:
    """The administrator sees colleagues' telephone numbers and whether they have joined."""
    return _works_in(person, other.office_id) and person.role is Role.ADMINISTRATOR


def may_issue_code(person: Person, other: Person) -> bool:
    """The administrator gives a join code to a colleague who still works here."""
    return may_manage_people(person, other) and other.active


def may_take_own_code(person: Person, other: Person) -> bool:
    """Everyone of the staff takes a code for another app of their own."""
    return _works_in(person, other.office_id) and person.id == other.id


def may_arrange_stand_in(person: Person, absent: Person) -> bool:
    """A person arranges who acts for them, a head who acts for the people of the unit, the administrator for all."""
    if not _works_in(person, absent.office_id) or not absent.active:
        return False
    return person.id == absent.id or person.role is Role.ADMINISTRATOR or is_head_of(person, absent.unit_id)


def may_stand_in_for(deputy: Person, absent: Person) -> bool:
    """Any colleague of the office may act for another; it gives them the other's tasks and none of their rights."""
    return _works_in(deputy, absent.office_id) and deputy.id != absent.id


def may_write_to(person: Person, other: Person) -> bool:
    """A head has the people of the own unit asked to report and told things through the bot, and sees who received
    them; leaders and the administrator do so with everybody."""
    if not _works_in(person, other.office_id) or not other.active:
        return False
    return person.role in _OF_THE_WHOLE_OFFICE or is_head_of(person, other.unit_id)


def may_write_in_quiet_hours(person: Person) -> bool:
    """A leader or the administrator has colleagues disturbed at night and on days off, for an emergency."""
    return person.active and person.role in _OF_THE_WHOLE_OFFICE


def _works_in(person: Person, office_id: int) -> bool:
    return person.active and person.role.is_staff and person.office_id == office_id


def _is_of_unit(person: Person, task: Task) -> bool:
    units = {task.lead_unit_id, *(share.unit_id for share in task.shares)} - {None}
    return person.unit_id in units
