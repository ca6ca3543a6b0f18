"""Changes of the office's rules said in words of the matter itself: when whom is told, how often, at which hours."""

import re

from domain.hours import hour_text, hours_in, without_hours
from domain.vietnamese import fold
from domain.word_classes import FILLING, POLITE, Reading, WordClasses

LONGEST = 140

_WORDS = WordClasses(
    {
        FILLING: f"""{POLITE}; <n>; <t>; ngay lam viec; va; hoac; sau; phai; chi; moi; ke tu; ke tu khi; khi; duoc;
            viec; nhiem vu; cong viec; cac; nhung; chua; bao cao; xong; cho; toi; len; tu; den; con; nguoi; gui; roi;
            ban dem; buoi toi; vao; luc; neu; nao; bi; ai; bam; lan dau; han; doi; dat; dai ngay; qua; o; nua; them;
            can bo; lan; moi lan; dai han; ngan ngay; gio; khoang; trong; hon; mot nguoi;
            moi can bo; nhan; xu ly; gui di; bao cao""",
        "overdue": "qua han; tre han; het han; cham han; qua thoi han; sau han",
        "before": "truoc han; truoc thoi han; truoc; truoc khi het han; truoc khi den han",
        "head": "truong phong; cac truong phong; truong don vi; truong bo phan; lanh dao phong",
        "leader": "lanh dao; chu tich; len tren; cap tren; lanh dao xa; lanh dao phuong; lanh dao co quan",
        "tell": """bao; bao len; bao cho; duoc bao; chuyen len; bao cao len; bao len tren; bao len cap tren;
            thong bao cho; thong bao""",
        "remind": "nhac; nhac lai; nhac viec; nhac nho; nhac han",
        "most": "toi da; khong qua; nhieu nhat; khong gui qua; dung qua; khong nhac qua; dung gui qua; khong vuot qua",
        "messages": "tin; loi nhac; tin nhac; lan nhac; tin nhan; lan",
        "a_day": "moi ngay; mot ngay; ngay; 1 ngay",
        "quiet": """yen lang; yen tinh; im lang; khong nhac; khong nhac ai; dung nhac; dung gui; dung gui tin;
            khong gui tin; khong lam phien; dung lam phien; dung nhan tin; khong nhan tin; khong nhac viec; khong gui;
            dung gui loi nhac; khong gui loi nhac; khong nhac tin; dung nhac viec""",
        "office": "ca co quan; toan co quan; moi nguoi; tat ca; co quan; chung; ca don vi; tat ca moi nguoi; toan the",
        "received": "da nhan; bam da nhan; bao da nhan",
    }
)
_NUMBER = re.compile(r"(?<![\w/.,])\d{1,3}(?![\w/%])")
_OF_ONE = re.compile(r"\bnhac (?:toi(?! da)|em|minh|tui)\b|\b(?:cua|cho) (?:toi|em|minh)\b")


def read_matter(text: str) -> dict[str, str] | None:
    """Which settings a sentence changes and to what, None for any other sentence.

    Beside the settings there are `head_overdue` and `leader_overdue`, the steps as counted from the deadline.
    """
    said = fold(text)
    if len(said) > LONGEST or "\n" in said.strip() or said.rstrip().endswith("?") or _OF_ONE.search(said):
        return None
    words = without_hours(said)
    counts = _NUMBER.findall(words)
    read = _WORDS.read(_NUMBER.sub(" <n> ", words))
    if read.rest or re.search(r"\d", _NUMBER.sub("", words)):
        return None
    hours = [hour_text(hour) for hour in hours_in(said)]
    if hours:
        return None if counts else _of_hours(read, hours, words)
    return _of_counts(read, counts) if counts else None


def _of_hours(read: Reading, hours: list[str], words: str) -> dict[str, str] | None:
    if read.has("quiet"):
        if len(hours) == 2:
            return {"quiet_from": hours[0], "quiet_to": hours[1]}
        side = re.search(r"\b(sau|tu|truoc) (?:luc )?<t>", words)
        return {"quiet_to" if side[1] == "truoc" else "quiet_from": hours[0]} if side and len(hours) == 1 else None
    return {"hour": hours[0]} if read.has("office", "remind") and len(hours) == 1 else None


def _of_counts(read: Reading, counts: list[str]) -> dict[str, str] | None:
    one = counts[0] if len(counts) == 1 else None
    if one and read.has("most", "messages") and not read.has_any("overdue", "before"):
        return {"daily_cap": one}
    if one and read.has("received", "tell"):
        return {"acknowledged_for": one}
    if one and read.has("tell") and read.has_any("head", "leader"):
        step = "leader" if read.has("leader") else "head"
        from_deadline = read.has("overdue") and not read.has("leader", "head")
        return {f"{step}_overdue" if from_deadline else f"{step}_after": one}
    if not read.has("remind") or read.has_any("tell", "most", "head", "leader", "received"):
        return None
    days = ", ".join(counts)
    if read.has("before") and not read.has("overdue"):
        return stages(days)
    return {"overdue": days} if read.has("overdue") and not read.has("before") else None


def stages(days: str) -> dict[str, str]:
    """The stages before a deadline for tasks of every length: none sooner than half the time a task has."""
    counts = sorted({int(day) for day in days.split(", ")}, reverse=True)
    least = [2 * count for count in counts[:-1]] + [0]
    rows = [f"{days_of}: {', '.join(map(str, counts[at:]))}" for at, days_of in enumerate(least)]
    return {"before": "; ".join(rows), "before_unknown": days}
