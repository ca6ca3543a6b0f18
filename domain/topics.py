"""The words by which a report names its task when no number does."""

import re
from collections.abc import Sequence

from domain.sentences import Sentence

_STATE_PHRASES = re.compile(
    r"\b(?:hoan thanh|hoan tat|trien khai|thuc hien|tien do|bao cao|ket qua|tinh hinh|kho khan|vuong mac|gia han"
    r"|du kien"
    r"|phan tram|cap nhat|thong tin moi|kinh gui|kinh thua|tiep tuc|xu ly|co ban|nhiem vu|cong viec|dau viec"
    r"|ghi giup|tam dung"
    r"|hien tai|hien nay|den nay|khong con|xong xuoi)\b"
)
_SAYS_STATE = frozenset(
    re.findall(
        r"\w+",
        """xong tat done roi da dang chua duoc dat moi vua gan sap nua khoang hon tren het toi den len tu tang
        them con lai nay hien gio luon nha nhe a vang em anh chi minh viec vu cai phan mang cho chuyen ve thi la
        ma se lam tuan thang quy nam ngay hom mai chieu sang cuoi dau giua sau truoc thoi vay do day ne nghen ok
        va voi cung deu so khong gi ca xin bac co chu thua rieng ben dung cham tre kip nhu mot hai ba bon bay
        tam chin muoi nv the van hoi qua rat han ra
        kia ay huy bo hay ghi""",
    )
)
_WORD = re.compile(r"[a-z][a-z0-9]*|\d+(?:[.,]\d+)*")
_Token = tuple[int, int, str]
_LONGEST = 14
"""A task is named by a few words; more of them tell a story."""


def words_in(rest: Sentence) -> str | None:
    """The speaker's words for the task: what is left of the first part that says more than a state; None when nothing.

    `rest` has its figures and the difficulty blanked out.
    """
    for clause in _without_states(rest).clauses():
        tokens = [(m.start(), m.end(), m.group()) for m in _WORD.finditer(clause.text)]
        telling = [at for at, (_, _, word) in enumerate(tokens) if word not in _SAYS_STATE and not word[0].isdigit()]
        if not telling:
            continue
        run = max(_runs(clause.text, tokens, telling), key=len)[:_LONGEST]
        start, end = _widened(tokens, run[0], run[-1])
        words = rest.quoted(clause.start + tokens[start][0], clause.start + tokens[end][1])
        return " ".join(words.split()).strip(" :,.-") or None
    return None


def _without_states(rest: Sentence) -> Sentence:
    for match in _STATE_PHRASES.finditer(rest.folded):
        rest = rest.without(match.start(), match.end())
    return rest


def _runs(text: str, tokens: Sequence[_Token], telling: Sequence[int]) -> list[list[int]]:
    """The telling words that stand together, with at most two small words and no blanked figure between them."""
    runs = [[telling[0]]]
    for at in telling[1:]:
        last = runs[-1][-1]
        blank = text[tokens[last][1] : tokens[at][0]]
        if at - last <= 3 and "  " not in blank and ":" not in blank and not {"thi", "la"} & set(blank.split()):
            runs[-1] += range(last + 1, at + 1)
        else:
            runs.append([at])
    return runs


def _widened(tokens: Sequence[_Token], start: int, end: int) -> tuple[int, int]:
    """The name with the small words that belong to it: "so" in front, the place behind "at"."""
    while start and tokens[start - 1][2] in ("so", "cong", "ket", "ma", "cap", "thong", "bao"):
        start -= 1
    if end + 1 < len(tokens) and tokens[end + 1][2] == "so":
        end += 1
    if tokens[end][2] in ("o", "tai", "trong", "cua") and end + 1 < len(tokens):
        end += 1
    return start, end
