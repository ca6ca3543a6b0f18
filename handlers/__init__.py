"""What the bot answers, one module per errand; this file is the list of errands in the order they are tried."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

import texts
from domain.messages import Incoming, Kind, Reply
from domain.rights import may_switch
from handlers import (
    accounts,
    acknowledge,
    announce,
    answer_feedback,
    approve,
    ask,
    ask_to_report,
    assign,
    block_sender,
    calendar,
    call_receipts,
    change_task,
    confirm,
    correct,
    evidence,
    explain,
    export,
    extension,
    feedback,
    follow_feedback,
    grant,
    greet,
    groups,
    in_groups,
    inquire,
    join,
    my_tasks,
    not_me,
    notice_app,
    notice_hour,
    notice_rules,
    overview,
    own_code,
    own_data,
    periodic_report,
    periods,
    published,
    report,
    report_target,
    review,
    schedules,
    several,
    show_source,
    show_task,
    snooze,
    staff,
    stand_in,
    switching,
    targets,
    unclear,
    verify,
)
from handlers.memory import remember_about, remember_buttons, typed_choice, with_album
from handlers.turn import Turn
from handlers.waiting import (
    answer_to_question,
    as_it_stands,
    is_set_aside,
    offered,
    only_the_last_shown,
    with_reminders,
)

Matcher = Callable[[Turn], bool]
Errand = Callable[[Turn], Awaitable[list[Reply] | None]]
"""Returns None where the message turns out to mean something else: then the next errand that fits has it."""


def _answers_a_card(turn: Turn) -> bool:
    """True for an edit of the entry under review; who asks for these has left the card and changes nothing in it."""
    others = (
        overview.wants_overview,
        my_tasks.wants_own_tasks,
        export.wants_the_register,
        accounts.wants_accounts,
        staff.wants_staff,
    )
    return not any(wants(turn) for wants in others) and review.answers_a_card(turn)


def _is_too_long(turn: Turn) -> bool:
    """True for more than anybody asks or reports; an announcement has a limit of its own."""
    return explain.is_too_long(turn) and not announce.wants_to_announce(turn)


ERRANDS: tuple[tuple[Matcher, Errand], ...] = (
    # Messages that carry nothing to act on.
    (explain.has_left, explain.keep_silent),
    (greet.has_arrived, greet.greet),
    (evidence.is_evidence, evidence.place_evidence),
    (verify.claims_a_number, verify.ask_for_code),
    (verify.types_the_code, verify.take_code),
    (own_data.uses_data_rights, own_data.erase_by_event),
    (own_data.asks_for_own_data, own_data.tell_own_data),
    (join.wants_to_join, join.join),
    # Photos and places that go with a citizen's feedback.
    (feedback.brings_more, feedback.take_more),
    (follow_feedback.adds_to_a_case, follow_feedback.add_to_case),
    (feedback.begins_with_a_photo, feedback.begin_feedback),
    (feedback.photo_may_be_feedback, feedback.offer),
    (explain.is_unusable, explain.explain_kind),
    (explain.is_empty, explain.explain_empty),
    (_is_too_long, explain.explain_length),
    # What is said in groups of the group itself; elsewhere only that it is said there.
    (groups.wishes_of_a_group, groups.settle_group),
    # Getting to know each other.
    (greet.greets, greet.greet),
    (greet.wants_help, greet.show_help),
    # Reporting periods: who has reported, and by which days the office does.
    (schedules.sets_schedules, schedules.set_schedules),
    (periods.asks_for_period, periods.show_period),
    # The report of a period: its buttons, the words it asked for, and what staff ask of it in words.
    (periodic_report.presses_periodic_report, periodic_report.press_periodic_report),
    (periodic_report.wants_periodic_report, periodic_report.open_periodic_report),
    (periodic_report.writes_for_periodic_report, periodic_report.take_words),
    (periodic_report.gives_a_number, periodic_report.take_number),
    # Citizens' feedback: the card and what was asked first, then cases by their codes, then new feedback.
    (answer_feedback.writes_an_answer, answer_feedback.write_answer),
    (feedback.settles_feedback, feedback.settle_feedback_card),
    (feedback.answers_what_is_missing, feedback.take_what_was_missing),
    (feedback.answers_the_offer, feedback.take_offer),
    (block_sender.wants_to_block, block_sender.block_sender),
    (answer_feedback.handles_a_case, answer_feedback.handle_case),
    (answer_feedback.lists_feedback, answer_feedback.list_feedback),
    (answer_feedback.counts_feedback, answer_feedback.count_feedback),
    (follow_feedback.judges_the_answer, follow_feedback.take_judgement),
    (follow_feedback.follows_own, follow_feedback.list_own),
    (answer_feedback.opens_by_code, answer_feedback.open_by_code),
    (follow_feedback.names_a_case, follow_feedback.show_case),
    (feedback.begins_feedback, feedback.begin_feedback),
    (feedback.may_be_feedback, feedback.offer),
    # Reviewing what was drafted from papers: before the reports, whose words for yes and no are the same.
    (review.wants_review, review.begin_review),
    (change_task.wants_to_edit, change_task.begin_edit),
    (review.presses_a_card, review.settle_card),
    (_answers_a_card, review.take_edit),
    (export.wants_the_register, export.export_register),
    # Deciding on what officials send (reports that wait for the head, requests for more time), and asking for it.
    (approve.decides_on_report, approve.decide_on_report),
    (approve.switches_second_confirmation, approve.switch_second_confirmation),
    (grant.decides_on_extension, grant.decide_on_extension),
    (extension.settles_extension, extension.settle_extension),
    # The bot itself: off with a reason, and on again.
    (switching.wants_to_switch, switching.switch),
    # People: who uses which app, who carries what, who acts for whom.
    (accounts.wants_accounts, accounts.show_accounts),
    (accounts.wants_to_leave, accounts.leave),
    (not_me.says_not_me, not_me.undo),
    (own_code.wants_own_code, own_code.give_own_code),
    (staff.wants_code, staff.issue_code),
    # When people are reminded: before the stand-ins, who also speak of days off.
    (notice_app.wants_own_app, notice_app.keep_own_app),
    (notice_hour.wants_own_hour, notice_hour.keep_own_hour),
    (notice_rules.wants_rules, notice_rules.keep_rules),
    (calendar.wants_calendar, calendar.keep_calendar),
    (assign.wants_to_assign, assign.assign),
    (stand_in.wants_stand_in, stand_in.stand_in),
    (stand_in.wants_stand_ins, stand_in.show_stand_ins),
    (staff.wants_staff, staff.show_staff),
    # What colleagues are told or asked through the bot, and who received it.
    (ask_to_report.wants_reports, ask_to_report.ask_to_report),
    (announce.wants_to_announce, announce.announce),
    (call_receipts.asks_who_received, call_receipts.tell_who_received),
    # Reminders: received, or wanted later.
    (acknowledge.says_it_was_received, acknowledge.acknowledge),
    (snooze.wants_later, snooze.put_off),
    # Looking things up.
    (show_source.wants_a_source, show_source.show_source),
    (my_tasks.wants_own_tasks, my_tasks.list_own_tasks),
    (overview.wants_overview, overview.show_overview),
    # Targets: the card that waits, the value asked for, a value said, and what the plan wants beside what was reached.
    (report_target.settles_a_target_card, report_target.settle_target_card),
    (report_target.answers_about_a_target, report_target.take_target_value),
    (report_target.reports_a_target, report_target.take_target_report),
    (targets.wants_targets, targets.show_targets),
    # What else is asked of the register in words, and what the office publishes of it.
    (inquire.asks_of_register, inquire.answer_from_register),
    (published.asks_of_published, published.tell_published),
    (ask.chooses_an_option, ask.answer_option),
    # Reporting progress: the card that waits first, then what was asked for it, then a new report.
    (evidence.presses_evidence, evidence.handle_evidence),
    (several.settles_several, several.settle_several),
    (confirm.settles_a_card, confirm.settle_card),
    (correct.wants_to_correct, correct.correct),
    (report.answers_what_was_asked, report.take_answer),
    (show_task.wants_one_task, show_task.show_task),
    (report.reports_progress, report.take_report),
    # Courtesies, and what nobody offers.
    (unclear.is_unclear, unclear.ask_which),
    (greet.says_thanks, greet.take_thanks),
    (greet.says_goodbye, greet.say_goodbye),
    (explain.is_unknown_command, explain.explain_command),
    (explain.is_old_button, explain.explain_button),
    # Always the last: everything else is a question.
    (lambda turn: True, ask.answer),
)


FIRST_IN_GROUPS: tuple[tuple[Matcher, Errand], ...] = (
    (groups.changes_a_group, groups.keep_track),
    (in_groups.says_nothing, in_groups.keep_silent),
    (in_groups.only_calls, in_groups.say_who_it_is),
    (published.asks_of_published, published.tell_published),
)
"""What is tried first in a group, where only those who are spoken to are answered and everybody reads along."""

PUBLIC: tuple[Errand, ...] = (
    greet.greet,
    greet.show_help,
    greet.take_thanks,
    greet.say_goodbye,
    groups.settle_group,
    published.tell_published,
    targets.show_targets,
    show_source.show_source,
    ask.answer_option,
    ask.answer,
    explain.explain_kind,
    explain.explain_length,
)
"""The errands that answer in a group; they keep to what everybody may read. All others are for the private chat."""

_UNHEARD: tuple[Errand, ...] = (explain.explain_command, explain.explain_button, unclear.ask_which)
"""What is explained in private and left without an answer in a group: it may not have been meant for the bot."""

_OF_CITIZENS: tuple[Errand, ...] = tuple(
    errand for _, errand in ERRANDS if errand.__module__ in (feedback.__name__, follow_feedback.__name__)
)

_OF_THE_REPORT: tuple[Errand, ...] = (confirm.settle_card, report.take_answer, several.settle_several)
"""What answers a report's card or question: not for words typed after something newer was shown."""


def serves_while_off(turn: Turn) -> bool:
    """True for what is answered although the office is off: turning it on, an emergency's announcement, one's own data.

    Rights are asked by the errands themselves.
    """
    if turn.incoming.in_group:
        return False
    turn.incoming = _as_meant(turn)
    if switching.wants_to_switch(turn):
        return _may_switch(turn)
    if own_data.asks_for_own_data(turn):
        return True
    return _may_switch(turn) and announce.is_an_emergency(turn)


def _may_switch(turn: Turn) -> bool:
    """True when the speaker is one who may turn the bot on again."""
    return turn.person is not None and may_switch(turn.person)


async def respond(turn: Turn) -> list[Reply]:
    """The replies to one message: never none, unless nobody is there to read them or the errand stays silent.

    A number or a label typed in answer to the last reply counts as pressing its button, in every channel.
    """
    turn.incoming = _as_meant(turn)
    turn.incoming = with_album(turn)
    if not turn.incoming.in_group:
        await evidence.take_in(turn)
    before, offered_before = as_it_stands(turn), offered(turn)
    with only_the_last_shown(turn):
        replies = await _answered(turn)
    if turn.incoming.kind is Kind.LEFT or turn.silent:
        return []
    if not any(r.text.strip() or r.files or r.pictures for r in replies):
        replies = [Reply(texts.say("errors.unreadable"))]
    replies = with_reminders(turn, before, replies)
    turn.settled = offered_before - offered(turn) - {b.action for reply in replies for b in reply.buttons}
    remember_buttons(turn, replies)
    remember_about(turn, replies)
    return replies


async def _answered(turn: Turn) -> list[Reply]:
    """What the first errand says that fits and finds the message to be its own."""
    if turn.incoming.in_group:
        return await _answered_in_group(turn)
    if (replies := await answer_to_question(turn)) is not None:
        return replies
    set_aside = is_set_aside(turn)
    for matches, errand in ERRANDS:
        if set_aside and errand in _OF_THE_REPORT:
            continue
        if matches(turn) and (replies := await errand(turn)) is not None:
            return replies
    return []


async def _answered_in_group(turn: Turn) -> list[Reply]:
    """What everybody may read; what is somebody's own, or the office's, has a sentence that leads to the private chat.

    How far a published task is counts as public, so what staff ask of it goes on to the papers where it is not.
    """
    of_published = published.asks_of_published(turn)
    for matches, errand in (*FIRST_IN_GROUPS, *ERRANDS):
        if not matches(turn) or (of_published and errand is inquire.answer_from_register):
            continue
        if errand in _UNHEARD:
            return await in_groups.keep_silent(turn)
        if errand not in PUBLIC and (matches, errand) not in FIRST_IN_GROUPS:
            return _for_the_private_chat(turn, errand)
        if (replies := await errand(turn)) is not None:
            return replies
    return []


def _for_the_private_chat(turn: Turn, errand: Errand) -> list[Reply]:
    if errand is join.join:
        return in_groups.to_private_chat(turn, texts.say("join.in_group"))
    if errand in _OF_CITIZENS:
        return in_groups.to_private_chat(turn, texts.say("case.private_only"))
    return in_groups.to_private_chat(turn, texts.say("errors.private_only"))


def _as_meant(turn: Turn) -> Incoming:
    """The message with a typed choice made a pressed button, and a command without the bot's name behind it."""
    incoming = turn.incoming
    if incoming.kind is not Kind.TEXT:
        return incoming
    picked = None if report.names_task_by_number(turn) else typed_choice(turn)
    if picked is not None:
        return replace(incoming, kind=Kind.ACTION, action=picked)
    return replace(incoming, text=re.sub(r"^\s*(/\w+)@\w+", r"\1", incoming.text))
