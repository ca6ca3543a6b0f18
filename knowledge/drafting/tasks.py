"""The tasks a plan sets: rows of its annexes, blocks that name who leads and until when, duties of its units."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from domain.tasks import Task
from knowledge.drafting.assigned import assigned_in
from knowledge.drafting.blocks import blocks_in, lines_of
from knowledge.drafting.drafted import drafted
from knowledge.drafting.duties import duties_in
from knowledge.drafting.heads import columns_of
from knowledge.drafting.numbers import annex_of, numbered, told_apart
from knowledge.drafting.paragraphs import Paragraph, paragraphs_of, path_of
from knowledge.drafting.rows import rows_of
from knowledge.outline import Outlined
from knowledge.reading import ReadText

_BLOCK_CERTAIN = 0.95
_DUTY_CERTAIN = 0.75
_ASSIGNED_CERTAIN = 0.7


@dataclass(frozen=True, slots=True)
class _Found:
    """A task with the plan's own number, and the longer one it gets where another task has that number."""

    task: Task
    longer: str


def draft_tasks(read: ReadText, outlined: Outlined) -> tuple[Task, ...]:
    """The tasks of a plan: those of its tables first, which keep the plan's own numbers, then those of its text."""
    found = [*_from_tables(read, outlined), *_from_text(read, paragraphs_of(outlined))]
    numbers = told_apart([(each.task.number, each.longer) for each in found])
    return tuple(replace(each.task, number=number) for each, number in zip(found, numbers, strict=True))


def _from_tables(read: ReadText, outlined: Outlined) -> Iterator[_Found]:
    for n, table in enumerate(outlined.tables):
        columns = columns_of(table)
        if not columns.are_of_tasks:
            continue
        rows = rows_of(table, columns)
        prefix = annex_of(table.heading) or f"B{n + 1}"
        for row, number in zip(rows, numbered([(row.number, row.group) for row in rows]), strict=True):
            task = drafted(read, number, row.cells, row.lines, row.certainty, from_cells=True)
            if task and (task.lead or task.deadline.text):
                yield _Found(task, f"{prefix}.{number}")


def _from_text(read: ReadText, paragraphs: list[Paragraph]) -> Iterator[_Found]:
    blocks = blocks_in(paragraphs)
    unnumbered: Counter[str] = Counter()
    for block in blocks:
        path = path_of(block.owner.heading, block.owner.figure)
        own = block.owner.figure
        if not own:
            unnumbered[path] += 1
            own = path = f"{path}.{unnumbered[path]}"
        if task := drafted(read, own, {"name": block.name} | block.fields, lines_of(block, paragraphs), _BLOCK_CERTAIN):
            yield _Found(task, path)
    used = {n for block in blocks for n in block.members}
    duties = duties_in(paragraphs, used)
    for duty in duties:
        number = path_of(duty.paragraph.heading, duty.paragraph.figure)
        if not duty.paragraph.figure:
            number = f"{number}.{duty.ordinal}"
        if task := drafted(read, number, duty.fields, duty.paragraph.lines, _DUTY_CERTAIN):
            yield _Found(task, number)
    used |= {n for n, paragraph in enumerate(paragraphs) if any(duty.paragraph is paragraph for duty in duties)}
    for given in assigned_in(paragraphs, used):
        number = path_of(given.paragraph.heading, given.paragraph.figure)
        if not given.paragraph.figure:
            unnumbered[number] += 1
            number = f"{number}.{unnumbered[number]}"
        if task := drafted(read, number, given.fields, given.paragraph.lines, _ASSIGNED_CERTAIN):
            yield _Found(task, number)
