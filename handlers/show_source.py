"""Shows the passage an answer stands on, word for word, to those who may read its document."""

import texts
from domain.messages import Reply
from domain.plans import Document, Passage, Visibility
from domain.rights import may_see_internal
from handlers.turn import Turn
from handlers.wording import help_button, number_in


def wants_a_source(turn: Turn) -> bool:
    """True when a source button was pressed."""
    return turn.action.startswith("source:")


async def show_source(turn: Turn) -> list[Reply]:
    """The verbatim passage with its file, page and position."""
    records = await turn.records()
    passage_id = number_in(turn.action)
    passage = await records.library.passage(passage_id) if passage_id is not None else None
    document = await records.library.document(passage.document_id) if passage else None
    if passage is None or document is None:
        return [Reply(texts.say("source.gone"), (help_button(),))]
    if not _may_read(turn, document):
        return [Reply(texts.say("source.internal"))]
    return [Reply(_shown(passage, document))]


def _may_read(turn: Turn, document: Document) -> bool:
    """Public papers are for everyone; internal ones for staff of that office, outside groups."""
    if document.visibility is Visibility.PUBLIC:
        return True
    if turn.person is None or turn.incoming.in_group:
        return False
    return turn.person.active and may_see_internal(turn.person.role) and turn.person.office_id == document.office_id


def _shown(passage: Passage, document: Document) -> str:
    place = {"file": document.file, "start": passage.start, "end": passage.end}
    lines = [
        texts.say("source.no_page", **place)
        if passage.page is None
        else texts.say("source.page", page=passage.page, **place)
    ]
    if passage.heading:
        lines.append(texts.say("source.heading", heading=" › ".join(passage.heading)))
    name = " – ".join(part for part in (document.number, document.title) if part) or document.file
    return texts.say("source.shown", document=name, place="\n".join(lines), source=passage.source.strip())
