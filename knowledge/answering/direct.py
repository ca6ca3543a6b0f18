"""The short answer before the quotation: the figure, the time, the unit or the sentence that was asked for."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import texts
from domain.sentences import Sentence, as_written
from domain.vietnamese import fold
from knowledge.answering.cells import by_year, cell_under
from knowledge.answering.evidence import Evidence
from knowledge.answering.kinds import Kind, Wanted
from knowledge.answering.papers import Item, Paper, full_words, pairs_of, without_mark
from knowledge.answering.ranking import Candidate, is_of_another_year, is_unit_heading
from knowledge.answering.spans import (
    Span,
    clauses_of,
    day_after,
    is_year_only,
    label_value,
    papers_named,
    unit_before,
    unit_name,
)
from knowledge.asking import is_small, patterns
from knowledge.lexical import tokens_of
from knowledge.places import plain_number

_YEAR = re.compile(r"\b20\d\d\b")
_YEAR_WORDS = re.compile(
    r"(?:(?:den|tu|trong) )?(?:(?:het|cuoi) )?(?:nam|giai doan|20\d\d ?-) ?20\d\d(?: ?- ?20\d\d)?(?: tro di)?"
)
_IN_BRACKETS = re.compile(r"(?P<full>[^().;:]{4,120}?)\s*\(\s*(?P<short>[A-Z][A-Za-z\d&.]{1,9})\s*\)")
_SURE = 0.12
"""How much nearer to the question's words the figure must stand than any other one, for it to be claimed."""
_LABELLED = 0.25
_LONGEST = 260
_FEWEST_WORDS = 3
_SPEAKS_LONG = 400
_CONDITION_LOOKS = 80
_BEFORE_CODE, _AROUND_CODE = 60, 160


@dataclass(frozen=True, slots=True)
class Direct:
    """A short answer and the passages it stands in, the one to quote first at the head.

    `bonus` is how much surer it is than what a passage says by the way.
    """

    text: str
    items: tuple[Item, ...]
    value: str = ""
    bonus: float = 0.0


def direct_answer(wanted: Wanted, evidence: Evidence, candidates: Sequence[Candidate]) -> Direct | None:
    """The short answer that the best passages give; None when none of them gives one that is sure."""
    best: tuple[float, Direct] | None = None
    for candidate in candidates:
        found = answer_in(candidate.item, candidate.paper, wanted, evidence)
        if found and (best is None or candidate.total + found.bonus > best[0]):
            best = (candidate.total + found.bonus, found)
    return best[1] if best else None


def answer_in(item: Item, paper: Paper, wanted: Wanted, evidence: Evidence) -> Direct | None:
    """The short answer that one passage gives, with what stands beside it in its section."""
    if item.answers_its_heading:
        return None
    match wanted.kind:
        case Kind.FIGURE:
            return _figure(item, wanted, evidence)
        case Kind.COMPARISON:
            return _by_years(item, evidence) or _figure(item, wanted, evidence)
        case Kind.CODE:
            return _code(item, wanted, evidence)
        case Kind.WHEN | Kind.CADENCE:
            return _day_of_paper(item, evidence) or _time(item, paper, wanted, evidence)
        case Kind.LEAD:
            return _unit(item, paper, evidence, "lead")
        case Kind.SUPPORT:
            return _unit(item, paper, evidence, "support")
        case Kind.DEFINITION:
            return _definition(item, paper, evidence) or _sentence(item, evidence)
        case Kind.LIST | Kind.DUTIES:
            return None
        case Kind.YES_NO:
            return _deciding(item, evidence)
        case _:
            return _sentence(item, evidence)


def _figure(item: Item, wanted: Wanted, evidence: Evidence) -> Direct | None:
    if is_of_another_year(item, evidence.years):
        return None
    columns = by_year(item)
    if columns:
        if len(evidence.years) > 1:
            return _by_years(item, evidence)
        year = next((year for year in columns if year in evidence.years), "")
        if not year:
            return None
        return Direct(texts.say("answers.direct_year", year=year, figure=columns[year]), (item,), columns[year])
    if wanted.folded.count("bao nhieu") > 1 or (item.is_row and evidence.years):
        return None
    if counted := _counted_above(item, wanted):
        return Direct(texts.say("answers.direct", value=_capital(counted)), (item,), counted)
    figures = [f for f in item.figures if _may_be_asked(f, item)]
    figures = [f for f in figures if _fits(f, wanted)] or figures
    chosen = _nearest(item.sentence, figures, evidence, wanted)
    if chosen is None:
        return None
    figure = _said(item.sentence, chosen)
    label = _year_label(item, chosen, evidence)
    if label:
        text = texts.say("answers.direct_labelled", label=_capital(label), value=figure)
    else:
        text = texts.say("answers.direct", value=_capital(figure))
    return Direct(text, (item,), figure)


def _counted_above(item: Item, wanted: Wanted) -> str:
    """How many there are of what is counted, where the sentence that announces the list says so."""
    if not wanted.counted or not item.headings:
        return ""
    above = as_written(item.headings[-1])
    found = re.search(rf"(?<![\w/.,-])\d{{1,4}} {re.escape(wanted.counted[0])}\b", above.folded)
    return above.said[found.start() : found.end()] if found else ""


def _by_years(item: Item, evidence: Evidence) -> Direct | None:
    columns = by_year(item)
    asked = [year for year in sorted(evidence.years or columns) if year in columns]
    if len(asked) < 2:
        return None
    parts = [texts.say("answers.direct_year", year=year, figure=columns[year]) for year in asked]
    return Direct(" ".join(parts), (item,), "; ".join(columns[year] for year in asked))


def _may_be_asked(figure: Span, item: Item) -> bool:
    """False for the running number of a row and for bare numbers in a row whose columns the scan lost."""
    return not item.is_row or "%" in figure.text or (figure.start > 0 and not figure.text.isdigit())


def _fits(figure: Span, wanted: Wanted) -> bool:
    folded = fold(figure.text)
    return not wanted.share or "%" in folded or "phan tram" in folded


def _nearest(sentence: Sentence, figures: Sequence[Span], evidence: Evidence, wanted: Wanted) -> Span | None:
    """The figure whose own part of the sentence holds most of the question; None when another comes near it."""
    if not figures:
        return None
    marks = [0, *(f.start for f in figures), len(sentence.folded)]
    clauses = list(clauses_of(sentence))
    weighed = []
    for i, figure in enumerate(figures):
        clause = next((c for c in clauses if c.start <= figure.start < c.end), None)
        start, end = (clause.start, clause.end) if clause else (0, len(sentence.folded))
        before = sentence.folded[max(start, figures[i - 1].end if i else 0) : figure.start]
        after = sentence.folded[figure.end : min(end, marks[i + 2])]
        whole = sentence.folded[start:end]
        score = max(_share(before, evidence), _share(after, evidence), 0.95 * _share(f"{before} {after}", evidence))
        score += 0.5 * _share(whole, evidence)
        if wanted.counted and wanted.counted[0] in after[:40]:
            score += 0.3
        named = set(_YEAR.findall(whole))
        if evidence.years and named:
            near = set(_YEAR.findall(before + " " + after))
            score += 0.3 if near & evidence.years else (-0.3 if near else 0.0)
        weighed.append((score, -i, figure))
    weighed.sort(reverse=True)
    best = weighed[0]
    rivals = [w for w in weighed[1:] if w[2].text != best[2].text and w[0] > best[0] - _SURE]
    return None if rivals else best[2]


def _share(folded: str, evidence: Evidence) -> float:
    words = full_words(tokens_of(folded))
    return evidence.own_share(frozenset(words), pairs_of(words))


def _said(sentence: Sentence, figure: Span) -> str:
    """The figure with the few words after it that say of what, up to the next sign."""
    rest = sentence.said[figure.end :]
    if "%" in figure.text or not rest.startswith(" "):
        return figure.text
    found = re.match(r"(?: [^\W\d_]+(?:/[^\W\d_]+)?){1,4}", rest)
    words = itertools.takewhile(lambda word: not is_small(fold(word)), found.group().split() if found else ())
    return " ".join((figure.text, *words))


def _year_label(item: Item, figure: Span, evidence: Evidence) -> str:
    """The words by which the passage or its headings name the year, when a year was asked for."""
    if not evidence.years:
        return ""
    clause = next((c for c in clauses_of(item.sentence) if c.start <= figure.start < c.end), None)
    places = [clause.text if clause else "", item.sentence.said, *(reversed(item.headings))]
    for place in places:
        whole = as_written(place)
        for found in _YEAR_WORDS.finditer(whole.folded):
            if set(_YEAR.findall(found.group())) & evidence.years:
                return whole.said[found.start() : found.end()]
    return ""


def _code(item: Item, wanted: Wanted, evidence: Evidence) -> Direct | None:
    """The paper of the kind asked for that stands nearest to the question's words; never the paper itself."""
    own = plain_number(item.citation.number)
    whole = item.sentence
    best: tuple[float, int, Span] | None = None
    for i, named in enumerate(papers_named(whole, wanted.paper)):
        if own and own in plain_number(named.text):
            continue
        before = whole.folded[max(0, named.start - _BEFORE_CODE) : named.start]
        around = whole.folded[max(0, named.start - _AROUND_CODE) : named.end + _AROUND_CODE]
        share = _share(before, evidence) + 0.5 * _share(around, evidence)
        if best is None or (share, -i) > best[:2]:
            best = (share, -i, named)
    if best is None:
        return None
    return Direct(texts.say("answers.direct", value=_capital(best[2].text)), (item,), best[2].text)


def _day_of_paper(item: Item, evidence: Evidence) -> Direct | None:
    """The day of a paper that the question names by its number, where it follows that number."""
    for code in evidence.codes:
        if day := day_after(item.sentence, code):
            return Direct(texts.say("answers.direct_time", value=_capital(day.text)), (item,), day.text, _LABELLED)
    return None


def _time(item: Item, paper: Paper, wanted: Wanted, evidence: Evidence) -> Direct | None:
    if value := label_value(item.sentence, "time_labels") or cell_under(item, "time"):
        return Direct(texts.say("answers.direct_time", value=_capital(value)), (item,), value, _LABELLED)
    times = item.times
    chosen = _time_beside(item.sentence, times, wanted, evidence)
    if chosen and not is_year_only(fold(chosen.text)):
        vague = wanted.kind is Kind.WHEN and not any(c.isdigit() for c in chosen.text)
        text = texts.say("answers.direct_time", value=_capital(chosen.text))
        return Direct(text, (item,), chosen.text, -_LABELLED if vague else 0.0)
    if beside := _beside(item, paper, "time_labels"):
        value = label_value(beside.sentence, "time_labels")
        return Direct(texts.say("answers.direct_time", value=_capital(value)), (beside, item), value, _LABELLED)
    if chosen:
        return Direct(texts.say("answers.direct_time", value=_capital(chosen.text)), (item,), chosen.text)
    return None


def _time_beside(sentence: Sentence, times: Sequence[Span], wanted: Wanted, evidence: Evidence) -> Span | None:
    """The time in the clause that holds most of the question; of several there, the last, where plans put it."""
    clauses = list(clauses_of(sentence))
    best: tuple[float, int, Span] | None = None
    for i, time in enumerate(times):
        clause = next((c for c in clauses if c.start <= time.start < c.end), None)
        share = _share(clause.text if clause else sentence.folded, evidence)
        if _is_of_code(sentence.folded, time):
            share -= 0.5
        if is_year_only(fold(time.text)):
            share -= 0.2
        if wanted.kind is Kind.WHEN and not any(c.isdigit() for c in time.text):
            share -= 0.25
        if best is None or (share, i) > best[:2]:
            best = (share, i, time)
    return best[2] if best and best[0] > -0.2 else None


def _is_of_code(folded: str, time: Span) -> bool:
    """True for the day of another paper ("Decision 12 of ...")."""
    return bool(
        re.search(
            r"/[a-z0-9-]+ \Z|(?:nghi quyet|quyet dinh|chi thi|cong van|thong tu)[^;.]{0,30}\Z", folded[: time.start]
        )
    )


def _beside(item: Item, paper: Paper, labels: str) -> Item | None:
    """The line of that label in the same section as a passage, or in the one above that."""
    for depth in range(len(item.headings), 1, -1):
        block = paper.under(item, depth)
        found = [other for other in block if label_value(other.sentence, labels)]
        if found:
            after = [other for other in found if other.position > item.position]
            return (after or found)[0]
        if len(block) > _CONDITION_LOOKS:
            break
    return None


def _unit(item: Item, paper: Paper, evidence: Evidence, role: str) -> Direct | None:
    if value := label_value(item.sentence, f"{role}_labels") or cell_under(item, role):
        return Direct(_said_of_unit(role, value), (item,), value, _LABELLED)
    if role == "lead":
        if spoken := _unit_in(item.sentence, evidence):
            return Direct(_said_of_unit(role, spoken), (item,), spoken)
        heading = next((h for h in reversed(item.headings[-2:]) if is_unit_heading(h)), "")
        if heading:
            value = unit_name(without_mark(heading))
            return Direct(_said_of_unit(role, value), (item,), value)
    if beside := _beside(item, paper, f"{role}_labels"):
        value = label_value(beside.sentence, f"{role}_labels")
        return Direct(_said_of_unit(role, value), (beside, item), value)
    return None


def _said_of_unit(role: str, value: str) -> str:
    if role == "lead":
        return texts.say("answers.direct_lead", value=value)
    return texts.say("answers.direct_support", value=value)


def _unit_in(sentence: Sentence, evidence: Evidence) -> str:
    if patterns("leads").match(sentence.folded):
        return ""
    best: tuple[float, str] | None = None
    for clause in clauses_of(sentence):
        for found in patterns("leads").finditer(sentence.folded, clause.start, clause.end):
            unit = unit_before(sentence, found.start())
            if unit is not None and unit.start >= clause.start:
                share = _share(clause.text, evidence)
                if best is None or share > best[0]:
                    best = (share, unit.text)
                break
    return best[1] if best else ""


def _definition(item: Item, paper: Paper, evidence: Evidence) -> Direct | None:
    """What an abbreviation of the question stands for, where it is written beside its words in brackets."""
    for place in (item.citation.text, *reversed(item.headings)):
        above = () if place is item.citation.text else paper.named(place)
        for found in _IN_BRACKETS.finditer(place):
            if fold(found["short"]) in {word.shape for word in evidence.words}:
                full = _last_words(found["full"], found["short"])
                if full:
                    said = texts.say("answers.direct_definition", short=found["short"], full=full)
                    return Direct(said, (*above, item), full, _LABELLED)
    return None


def _last_words(before: str, short: str) -> str:
    """The words before a bracket that an abbreviation can stand for: back to where a name begins."""
    words = before.split()
    starts = [i for i, word in enumerate(words) if word[:1].isupper()]
    near = [i for i in starts if len(words) - i <= 3 * len(short)]
    first = near[0] if near else max(0, len(words) - 2 * len(short))
    return " ".join(words[first:]).strip(" ,;:-")


def _sentence(item: Item, evidence: Evidence) -> Direct | None:
    """Of a long passage the clause that holds most of the question; a short one needs no help."""
    if len(item.sentence.said) <= _SPEAKS_LONG:
        return None
    clauses = list(clauses_of(item.sentence))
    if len(clauses) < 2:
        return None
    best = max(clauses, key=lambda clause: _share(clause.text, evidence))
    said = best.text.strip(" ,:-")
    if not 20 < len(said) <= _LONGEST:
        return None
    return Direct(texts.say("answers.direct_clause", value=_capital(said)), (item,), said)


def _deciding(item: Item, evidence: Evidence) -> Direct | None:
    """What decides a yes-or-no question: the clause that holds most of it, whole, in front of the quotation."""
    clauses = [clause for clause in clauses_of(item.sentence) if len(clause.text.split()) > _FEWEST_WORDS]
    if not clauses:
        return None
    best = max(clauses, key=lambda clause: _share(clause.text, evidence))
    said = best.text.strip(" ,:-")
    if len(said) > _LONGEST or (len(clauses) < 2 and len(item.sentence.said) <= _LONGEST):
        return None
    return Direct(texts.say("answers.direct_clause", value=_capital(said)), (item,), said)


def same_value(one: str, other: str) -> bool:
    """True for two short answers that say the same."""
    return re.sub(r"\W+", "", fold(one)) == re.sub(r"\W+", "", fold(other))


def offices_differ(directs: Sequence[Direct]) -> bool:
    """True when any two short answers say something else."""
    return any(not same_value(a.value, b.value) for a, b in itertools.combinations(directs, 2))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
