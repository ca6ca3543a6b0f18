"""What is stopped before any search: nothing asked, personal data, attempts to misuse, what no plan answers."""

import re
import unicodedata

from domain.answers import AnswerStatus
from domain.vietnamese import fold
from knowledge.asking import patterns

LONGEST_QUESTION = 1_500

_IDENTITY_NUMBER = re.compile(r"(?<!\d)\d{12}(?!\d)|(?<!\d)\d{3}[ .-]\d{3}[ .-]\d{3}[ .-]\d{3}(?!\d)")
_OLD_IDENTITY_NUMBER = re.compile(r"\b(?:cmnd|cmt|cccd|can cuoc|chung minh)\D{0,25}\d{9}(?!\d)")
_PHONE = re.compile(r"(?<![\d/.,-])(?:\+?84|0)[ .-]?[35789]\d(?:[ .-]?\d){7}(?!\d)")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_ACCOUNT = re.compile(r"\b(?:stk|so tai khoan|tai khoan ngan hang|the ngan hang|so the)\D{0,25}\d(?:[ .-]?\d){7,18}")


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
    folded = re.sub(r"[^\w<]+", " ", fold(question))
    if patterns("injected").search(folded):
        return AnswerStatus.REFUSED, "answers.refused"
    if patterns("outside").search(folded):
        return AnswerStatus.OUT_OF_SCOPE, "answers.out_of_scope"
    return None


def holds_personal_data(text: str) -> bool:
    """True when the text holds a person's identity number, telephone, mail address or account."""
    folded = fold(text)
    return bool(
        _IDENTITY_NUMBER.search(text)
        or _PHONE.search(text)
        or _MAIL.search(text)
        or _OLD_IDENTITY_NUMBER.search(folded)
        or _ACCOUNT.search(folded)
    )
