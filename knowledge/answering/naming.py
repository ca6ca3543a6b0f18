"""How an answer names a paper and the place in it."""

import re

import texts
from domain.answers import Citation
from domain.vietnamese import fold
from knowledge.tables import is_column_names
from knowledge.words import word_list

LONGEST_TITLE = 160
_LONGEST_HEADING = 110


def named(number: str, issuer: str, title: str) -> str:
    """A paper by its kind, number and issuer, or by its title when it has no number."""
    if not number:
        return texts.say("answers.document_unnumbered", title=clipped(title, LONGEST_TITLE))
    by = texts.say("answers.of_issuer", issuer=clipped(issuer, LONGEST_TITLE)) if issuer else ""
    return texts.say("answers.document", kind=kind_of_paper(number, title), number=number, issuer=by)


def document_of(citation: Citation) -> str:
    """The paper a passage stands in, named."""
    return named(citation.number, citation.issuer, citation.title)


def place_of(citation: Citation) -> str:
    """The passage's heading and page as they follow the paper's name; "" where it has neither."""
    heading = texts.say("answers.heading", heading=nearest_heading(citation)) if citation.heading else ""
    return heading + (texts.say("answers.page", page=citation.page) if citation.page else "")


def nearest_heading(citation: Citation) -> str:
    """The innermost heading that is not a row of column names."""
    path = citation.heading.split(" › ")
    worded = [heading for heading in path if not is_column_names(heading)]
    return clipped((worded or path)[-1].rstrip(" :"), _LONGEST_HEADING)


def kind_of_paper(number: str, title: str = "") -> str:
    """What kind of paper this is, in words: as its number says, else as its title begins, else just a paper."""
    kinds: dict[str, str] = word_list("words")["kinds"]
    found = re.search(r"\d\s?[-/]([^\W\d_]+)[-/]", number)
    if found and found.group(1).upper() in kinds:
        return kinds[found.group(1).upper()]
    begins = f"{fold(title)} "
    by_title = [kind for kind in kinds.values() if begins.startswith(f"{fold(kind)} ")]
    return max(by_title, key=len, default=str(word_list("words")["any_kind"]))


def clipped(text: str, longest: int) -> str:
    """The text, cut between words where it is too long."""
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + "…"
