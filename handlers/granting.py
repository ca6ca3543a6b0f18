"""The card of a request for more time, as a leader reads it before deciding."""

from datetime import date

import texts
from domain.clock import day_text
from domain.extensions import ExtensionRequest
from domain.messages import Button, Reply
from domain.tasks import Task
from handlers.wording import due_words, lead_words, moment_words, state_words, task_name


def card_for_leader(request: ExtensionRequest, task: Task, today: date) -> Reply:
    """Who asks for how much and why, with the buttons that decide."""
    lines = [
        texts.say("extension.leader.ask", person=request.person_name, at=moment_words(request.asked_at)),
        "",
        texts.say("report.card.task", name=task_name(task), title=task.title),
        texts.say("extension.leader.lead", lead=lead_words(task)),
        texts.say("extension.leader.state", state=state_words(task.status, task.percent)),
        texts.say("extension.card.due", due=due_words(task, today)),
        texts.say("extension.card.wanted", day=day_text(request.wanted)),
        texts.say("extension.card.reason", reason=request.reason),
    ]
    buttons = (
        Button(texts.say("extension.button.grant"), f"grant:yes:{request.id}"),
        Button(texts.say("extension.button.other_day"), f"grant:date:{request.id}"),
        Button(texts.say("extension.button.refuse"), f"grant:no:{request.id}"),
    )
    return Reply("\n".join(lines), buttons)
