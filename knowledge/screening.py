"""What is stopped before any search: nothing asked, personal data, attempts to misuse, what no plan answers."""

import re
import unicodedata

from domain.answers import AnswerStatus
from domain.vietnamese import fold
from knowledge.phrases import phrases, spoken

LONGEST_QUESTION = 1_500

_IDENTITY_NUMBER = re.compile(r"(?<!\d)0\d{11}(?!\d)|(?<![\d.])0\d{2}([ .-])\d{3}\1\d{3}\1\d{3}(?!\d)")
_OLD_IDENTITY_NUMBER = re.compile(r"\b(?:cmnd|cmt|cccd|can cuoc|chung minh)\D{0,25}\d{9}(?:\d{3})?(?!\d)")
_PHONE = re.compile(r"(?<![\d/.,-])(?:\+?84|0)[ .-]?[35789]\d(?:[ .-]?\d){7}(?!\d)")
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+")
_ACCOUNT = re.compile(r"\b(?:stk|so tai khoan|tai khoan ngan hang|the ngan hang|so the)\D{0,25}\d(?:[ .-]?\d){7,18}")
_SECRET = re.compile(
    r"\b(?:otp|ma pin|ma xac thuc|ma xac nhan)\b(?: cua \w+)? ?(?:la|:|=)? ?\d{4,8}\b"
    r"|\b(?:mat khau|password|pass|mk)\b(?: \w+){0,3} ?(?:la|:|=) ?(?=[^\s?]*\d)(?!\d{1,2}\b)[^\s?]{4,}"
)


def without_hidden(text: str) -> str:
    """The text without letters that a reader cannot see, a known way to slip orders past a screen."""
    return "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Co", "Cn", "Cs", "Cc") or c in "\n\t")


def stopped(question: str) -> tuple[AnswerStatus, str] | None:
    """How a question ends before it is searched, with the name of the sentence that says so; None to go on."""
    if not any(c.isalnum() for c in question):
        return AnswerStatus.CLARIFY, "answers.empty"
    if holds_personal_data(question):
        return AnswerStatus.PERSONAL_DATA, "answers.personal_data"
    if len(question) > LONGEST_QUESTION:
        return AnswerStatus.CLARIFY, "answers.too_long"
    said = _without_harmless(question)
    if phrases("injected").search(said):
        return AnswerStatus.REFUSED, "answers.refused"
    if phrases("personal").search(said):
        return AnswerStatus.PERSONAL_DATA, "answers.personal_request"
    if phrases("outside").search(said) and not phrases("about_papers").search(said):
        return AnswerStatus.OUT_OF_SCOPE, "answers.out_of_scope"
    return None


def holds_personal_data(text: str) -> bool:
    """True when the text holds a person's identity number, telephone, mail address, account or password."""
    folded = fold(text)
    return bool(
        _IDENTITY_NUMBER.search(text)
        or _PHONE.search(text)
        or _MAIL.search(text)
        or _OLD_IDENTITY_NUMBER.search(folded)
        or _ACCOUNT.search(folded)
        or _SECRET.search(folded)
    )


def emergencies(text: str) -> tuple[str, ...]:
    """Which kinds of emergency the text tells of as happening, by their names in `screening.yaml`; mostly none.

    A question about plans, rules or figures of such things is none, unless it also cries for help.
    """
    said = _without_harmless(text[:LONGEST_QUESTION])
    found = tuple(kind for kind in _KINDS if phrases("emergency", kind).search(said))
    if found and phrases("about_papers").search(spoken(text)) and not phrases("happening").search(said):
        return ()
    # Whoever says what is happening does not need every number there is.
    return tuple(kind for kind in found if kind != "unnamed") or found


_KINDS = ("fire", "rescue", "medical", "child", "police", "crisis", "unnamed")


def _without_harmless(text: str) -> str:
    """The words of a text, those left out that only look like a cry for help or an order."""
    return phrases("harmless").sub("| ", spoken(text))
