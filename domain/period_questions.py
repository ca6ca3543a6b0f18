"""Questions about a reporting period in words: what I still lack, who of my unit is missing, by when it is due."""

import re
from dataclasses import dataclass

from domain.shorthand import written_out
from domain.vietnamese import fold
from domain.word_classes import FILLING, POLITE, WordClasses

LONGEST = 120


@dataclass(frozen=True, slots=True)
class PeriodQuestion:
    """What is asked: the list of what is missing, or only the days (`due`). `period` are the folded words that name
    the period, empty for the one at hand."""

    period: str = ""
    due: bool = False


_NAMED = re.compile(
    r"\b(?:trong |cua |cho )?(?P<name>thang (?:1[0-2]|0?[1-9])(?!\d)(?:(?:/| nam )20\d\d)?"
    r"|quy (?:[1-4]|i{1,3}|iv)\b(?:(?:/| nam )20\d\d)?|(?:6|sau) thang (?:dau|cuoi) nam(?: 20\d\d)?|nam 20\d\d"
    r"|(?P<near>(?:thang|quy|nam|ky) (?:nay|truoc))|(?P<kind>(?<=bao cao )(?:thang|quy|nam)\b(?! \d))"
    r"|(?P<ky>ky(?: bao cao)?(?: nay)?))"
)
_WORDS = WordClasses(
    {
        FILLING: f"""{POLITE}; <p>; bao cao; viec; nhiem vu; cong viec; dau viec; cac; nhung; cua; nay; da; con; ma;
            trong; ve; dinh ky; tien do; danh sach; xem; cho xem; hien; den; toi nay; co; cho; nop bao cao; khong; vay;
            duoc; phai; het; so lieu; nua""",
        "lack": """con thieu; thieu; con no; no; chua nop; chua bao cao; chua gui; chua gui bao cao; chua nop bao cao;
            con phai bao cao; can bao cao; phai bao cao; con phai nop; con chua nop; con chua bao cao; can nop;
            con thieu bao cao; chua cap nhat; con no bao cao""",
        "mine": "toi; minh; em; tui; cua toi; cua minh; cua em",
        "unit": """phong toi; phong minh; phong em; phong ta; trong phong; don vi toi; don vi minh; trong don vi;
            ca phong; don vi; cua phong; phong; bo phan toi; bo phan minh; anh em trong phong; anh em phong toi;
            anh em phong minh; nguoi trong phong; moi nguoi trong phong; anh em""",
        "asks": """ai; nhung ai; gi; nhung gi; nao; nhung nao; viec gi; viec nao; bao nhieu viec; may viec; con ai;
            nguoi nao; nhung nguoi nao; cai gi; nhung viec; nhung viec gi; danh sach""",
        "whole": "du chua; day du chua; het chua; xong chua; xong het chua; nop du chua; bao cao du chua; nop het chua",
        "due": """han; han nop; han chot; chot; han cuoi; han bao cao; phai nop; nop; gui; chot so lieu; khoa so; dong;
            han gui; phai gui; phai bao cao; den han; den han nop; ket thuc; han nop bao cao; het han""",
        "when": """ngay nao; hom nao; khi nao; bao gio; ngay may; may ngay; may ngay nua; ngay bao nhieu; luc nao;
            den ngay nao; truoc ngay nao; truoc ngay may; bao nhieu ngay nua; den hom nao; den bao gio; truoc khi nao;
            la ngay nao; la hom nao; bao nhieu ngay; truoc hom nao; bao lau nua""",
    }
)


def read_period_question(text: str) -> PeriodQuestion | None:
    """What staff ask about a reporting period; None for any other message."""
    if len(text) > LONGEST or "\n" in text.strip():
        return None
    said = " ".join(re.sub(r"[?!.,;:\"]+(?= |$)", " ", written_out(fold(text))).split())
    named = _NAMED.search(said)
    read = _WORDS.read(_NAMED.sub(" <p> ", said))
    if read.rest:
        return None
    period = _period(named)
    if read.has("due", "when") and not read.has("mine") and (named or "bao cao" in said):
        return PeriodQuestion(period, due=True) if "bao cao" in said or _is_ky(named) else None
    if read.has("unit", "whole") and named:
        return PeriodQuestion(period)
    is_list = read.has_any("mine", "unit") and (read.has("asks") or named is not None)
    return PeriodQuestion(period) if read.has("lack") and (is_list or (named and read.has("asks"))) else None


def _is_ky(named: "re.Match[str] | None") -> bool:
    return named is not None and named["name"].startswith("ky")


def _period(named: "re.Match[str] | None") -> str:
    if named is None or named["ky"] or named["kind"] == "thang":
        return ""
    return f"{named['kind']} nay" if named["kind"] else named["name"]
