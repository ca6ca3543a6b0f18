"""What a periodic report says of other times: the period before it, and what came after its cutoff."""

from collections.abc import Callable, Iterable, Sequence

import texts
from domain.after_cutoff import Afterwards
from domain.clock import day_text
from domain.periodic_report import AfterLine, AfterRow, Earlier, ReportContent, Tally, TaskRow, tally
from handlers.report_numbers import count_words, moment, plain
from handlers.wording import percent_words


def compared(content: ReportContent, numbers: Callable[[Sequence[TaskRow]], str]) -> Iterable[str]:
    """Sentences that set the period beside the one before; none where that was not frozen."""
    earlier = content.earlier
    if earlier is None:
        return
    now = tally(row for row in content.tasks if row.in_period)
    yield texts.say(
        "periodic.compared.done",
        first=day_text(earlier.period.first),
        last=day_text(earlier.period.cutoff),
        now=_done(now),
        then=_done(earlier.tasks),
        change=_change(now.done, earlier.tasks.done),
    )
    if (now.late, now.unknown) != (0, 0) or (earlier.tasks.late, earlier.tasks.unknown) != (0, 0):
        yield texts.say(
            "periodic.compared.late",
            late=_both(now.late, earlier.tasks.late),
            unknown=_both(now.unknown, earlier.tasks.unknown),
        )
    yield from _progress(content, numbers)


def _done(figures: Tally) -> str:
    share = percent_words(figures.share_done or 0)
    counts = {"done": count_words(figures.done), "total": count_words(figures.total)}
    return texts.say("periodic.compared.share", share=share, **counts)


def _both(now: int, then: int) -> str:
    return texts.say("periodic.compared.both", now=count_words(now), then=count_words(then), change=_change(now, then))


def _change(now: int, then: int) -> str:
    if now == then:
        return texts.say("periodic.compared.same")
    key = "periodic.compared.more" if now > then else "periodic.compared.less"
    return texts.say(key, count=count_words(abs(now - then)))


def _progress(content: ReportContent, numbers: Callable[[Sequence[TaskRow]], str]) -> Iterable[str]:
    """How many tasks moved on, of those that have a percentage in both periods."""
    moves = [
        (row, row.percent - row.earlier) for row in content.tasks if row.percent is not None and row.earlier is not None
    ]
    if not moves:
        return
    up = sum(moved > 0 for _, moved in moves)
    back = [row for row, moved in moves if moved < 0]
    counts = {
        "count": count_words(len(moves)),
        "up": count_words(up),
        "same": count_words(len(moves) - up - len(back)),
        "down": count_words(len(back)),
    }
    yield texts.say("periodic.compared.progress", **counts)
    if back:
        yield texts.say("periodic.compared.back", numbers=numbers(back))


def comparison_rows(content: ReportContent) -> Sequence[tuple[str, Tally]]:
    """This period and the one before with their figures, for a table; none without something to compare with."""
    earlier: Earlier | None = content.earlier
    if earlier is None:
        return ()
    names = [
        texts.say("periodic.compared.period", first=day_text(covered.first), last=day_text(covered.cutoff))
        for covered in (content.period, earlier.period)
    ]
    return tuple(zip(names, (tally(row for row in content.tasks if row.in_period), earlier.tasks), strict=True))


# --- after the cutoff ------------------------------------------------------------------------------------------------


def after_told(content: ReportContent, number: Callable[[AfterRow], str], unit: Callable[[str], str]) -> Iterable[str]:
    """One line for each unit, person and kind of thing that came after the cutoff, with each moment."""
    told: dict[tuple[str, Afterwards, str], list[AfterRow]] = {}
    for row in content.after:
        told.setdefault((unit(row.unit), row.what, plain(row.person)), []).append(row)
    for (name, what, person), rows in sorted(told.items()):
        each = [
            texts.say("periodic.after.each", number=number(row), moment=moment(row.at), facts=_percent(row, what))
            for row in rows
        ]
        yield texts.say(
            f"periodic.after.{what}", unit=name, person=person, count=count_words(len(rows)), each="; ".join(each)
        )
    if told:
        yield texts.say("periodic.after.kept", day=day_text(content.period.cutoff))


def _percent(row: AfterRow, what: Afterwards) -> str:
    if row.percent is None or what not in (Afterwards.LATE, Afterwards.CORRECTED):
        return ""
    return texts.say("periodic.after.percent", percent=percent_words(row.percent))


def after_lines(
    content: ReportContent, name: Callable[[AfterRow], str], unit: Callable[[str], str]
) -> Iterable[AfterLine]:
    """The rows of the annex about what came after the cutoff, by unit."""
    for row in sorted(content.after, key=lambda each: (unit(each.unit), each.at)):
        yield AfterLine(
            unit=unit(row.unit),
            about=name(row),
            what=texts.say(f"periodic.after_what.{row.what}"),
            person=plain(row.person),
            moment=moment(row.at),
            said=plain(row.said),
            record=texts.say("periodic.record.report", id=row.id),
        )
