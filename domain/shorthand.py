"""Short forms, chat spelling, slips and regional words of officials, as the plain words that rules read."""

import re
from collections.abc import Iterator
from functools import lru_cache

from domain.periods import NUMBERS

_MEANINGS = """
    nhiem vu: nvu nhvu n.v nh.vu n/vu
    bao cao: bc b/c bcao b.cao
    bao cao tien do: bctd
    tien do: td t/d tdo t.do
    thuc hien: t/hien thien t.hien
    trien khai: t/khai tkhai tr.khai trkhai t.khai
    hoan thanh: ht h.thanh hthanh hth h/thanh hthnh
    kho khan: kk k/kh k/khan k.khan kkhan
    vuong mac: vm v/mac v.mac vmac
    kinh phi: kp k.phi kphi k/phi
    gia han: gh g/han g.han ghan
    lanh dao: ld l.dao ldao
    pho chu tich: pct
    can bo: cb
    can bo cong chuc: cbcc
    cong van: cv
    thu tuc hanh chinh: tthc
    dich vu cong: dvc
    dich vu cong truc tuyen: dvctt
    chuyen doi so: cds
    cong nghe thong tin: cntt
    cong nghe so cong dong: cnscd
    to cong nghe so cong dong: tcnscd
    co so du lieu: csdl
    uy ban nhan dan: ubnd
    hoi dong nhan dan: hdnd
    van hoa xa hoi: vhxh vh-xh
    kinh te xa hoi: ktxh kt-xh
    ho kinh doanh: hkd
    nguoi cao tuoi: nct
    can cuoc cong dan: cccd
    giai phong mat bang: gpmb
    thuong mai dien tu: tmdt
    thong tin dien tu: ttdt
    to dan pho: tdp
    ho so: hs
    giay chung nhan: gcn
    quyet dinh: qd
    van ban: vb
    don vi: dv
    san pham: sp
    khong: ko kg khg kog hok hk hem hongg khum hog khoong
    duoc: dc dx dcj duok
    dang: dg dag
    roi: r rui roai zoi roy
    gi: j ji
    vay: zay zi
    voi: vs
    cung: cx cg cug
    nhu the nao: ntn
    bao nhieu: bn bnhieu
    bao gio: bh
    hom nay: hnay
    hom qua: hqua
    nua: nx
    nguoi: ng
    moi nguoi: mng
    truoc: trc
    lam: lm
    luon: lun
    nhung: nhug nhg
    phan tram: pt ptram phtram percent
    ok: oke okie
    xong: xog xg
    hoan thanh: hoanthanh
    nhiem vu: nhiemvu
    trien khai: trienkhai
    du kien: dukien
"""
"""The plain words, then the folded forms that stand for them wherever they are typed."""

_ALWAYS = {
    form: meaning
    for meaning, _, forms in (line.strip().partition(": ") for line in _MEANINGS.strip().splitlines())
    for form in forms.split()
}

_DENIED = (
    "co|biet|lam|kip|du|vuong|duoc|dc|phai|con|gi|thay|gap|the|ai|xong|man|chiu|cho|bi|dat|thuc|trien|sao|on|ra|thi|tim"
)
_AHEAD = "xong|hoan|ht|ngay|trong|cuoi|giua|dau|thang|tuan|mai|den|quy|truoc"
_SPEAKERS = "dong|bac|anh|chi|so|co|chu|ba|ong"

_BESIDE = (
    ("hem", r"duong|ngo|trong|cac|nhung|con|cai|moi|sua|hai", r".*", "hem"),
    ("k", r"(?!.*\d$).*", ".*", "khong"),
    ("kh", ".*", _DENIED, "khong"),
    ("kh", ".*", ".*", "ke hoach"),
    ("hong", "(?!hu|bi|may|hoi|mau|da|bong|hoa|quet|in).*", _DENIED, "khong"),
    ("hong", "xong|duoc|dc|kip|thanh|roi|vuong|on|chua", "|a|em|anh|chi|vay|ta", "khong"),
    ("chang", ".*", _DENIED, "khong"),
    ("man", "chua|dang|khong|hong|hok|da|moi|ko|k", ".*", "lam"),
    ("man", ".*", "duoc|dc|xong|roi|gi|toi|chi", "lam"),
    ("chi", "lam|man|co|duoc|dc", "|ca|het|hit|mo|a|anh|em|rua|ri|vay|the|he|do", "gi"),
    ("dk", ".*", _AHEAD, "du kien"),
    ("dk", ".*", r"\d.*|mot|nua|khoang|hon|tam", "duoc"),
    ("dk", "lam|xong|moi|da|thanh", ".*", "duoc"),
    ("bua", ".*", "nay|qua|truoc|kia", "hom"),
    ("bua", "hom", ".*", ""),
    ("mo", "toi|o|di|den|cho", ".*", "dau"),
    ("rang", "ra|lam|vi", ".*", "sao"),
    ("rang", "", ".+", "sao"),
    ("chu", "den|toi", "", "nay"),
    ("no", "ben|cho|cai|bua", ".*", "do"),
    ("ben", "o|ve|qua", "", "ben do"),
    ("oi", "xong|duoc|dc|thanh|ht|phan", ".*", "roi"),
    ("ui", "xong|duoc|dc|thanh|ht", ".*", "roi"),
    ("v", ".*", "|a|em|anh|chi", "vay"),
    ("z", ".*", "|a|em|anh|chi", "vay"),
    ("th", "dang|da|chua|dg|moi|van", ".*", "thuc hien"),
    ("tk", "dang|da|chua|dg|moi|van", ".*", "trien khai"),
    ("ct", _SPEAKERS, ".*", "chu tich"),
    ("tp", _SPEAKERS, ".*", "truong phong"),
    ("cn", ".*", "tuan|nay|toi|xong", "chu nhat"),
    ("dzo", ".*", ".*", "vo"),
    ("tui", ".*", ".*", "toi"),
    ("hoi", "khi|hoi", ".*", "hoi"),
)
"""A form that has its meaning only between certain neighbours: what stands before, what after, and the plain words."""

_RULES: dict[str, list[tuple[re.Pattern[str], re.Pattern[str], str]]] = {}
for _form, _before, _after, _plain in _BESIDE:
    _RULES.setdefault(_form, []).append((re.compile(_before), re.compile(_after), _plain))

_KNOWN = frozenset(
    re.findall(
        r"\w+",
        """nhiem vu xong hoan thanh tat dang lam trien khai thuc hien chua duoc dat khong kho khan vuong mac thieu kinh
        phi bao cao tien do gia han du kien phan tram tuan thang quy nam ngay roi nua moi bat dau tam dung huy
        bo trinh ky
        cho lanh dao phe duyet ban hanh quyet dinh ke hoach ho so viec cong muc dot xin de nghi den het cuoi giua truoc
        sau vua gan sap co ban khoang hon tang them len tu con lai da se phai can nguoi may moc""",
    )
)
"""Words that rules turn on; a slip is mended only into one of them."""

_ONSET = "(?:ngh|ch|gh|gi|kh|ng|nh|ph|qu|th|tr|[bcdghklmnpqrstvx])?"
_SYLLABLE = re.compile(
    rf"{_ONSET}(?:(?:a|e|i|o|u|y|oa|oe|ue|ua|uo|ie|ye|uy|uye|uya|oo|uu|ie)(?:ch|ng|nh|[cmnpt])?"
    r"|[aeo]i|[aeiou]o|[aeiou]u|[au]y|oai|oay|oeo|uay|uoi|uou|ieu|yeu|uyu|uau|uai|ia|ui|iu)"
)
_ROMAN_HEADING = re.compile(r"[ivx]{1,5}\.\d")
"""The roman figure of a task's number, which is no word drawn out ("III.2")."""
_RUN = re.compile(r"([a-z])\1{2,}")
_TOKEN = re.compile(r"[a-z]+(?:[./\-][a-z]+)*|\d+")


def plain_words(folded: str) -> list[tuple[int, int, str]]:
    """Where folded text has short forms and slips, and the plain words for each: (start, end, words), in order."""
    tokens = [(match.start(), match.end(), match.group()) for match in _TOKEN.finditer(folded)]
    pieces = list(_apart(tokens))
    found = []
    spoken_until = 0
    for at, (start, end, form) in enumerate(pieces):
        if start < spoken_until:
            continue
        if day := _spoken_day(pieces, at):
            spoken_until = day[1]
            found.append(day)
            continue
        before = pieces[at - 1][2] if at and _adjoin(folded, pieces[at - 1][1], start) else ""
        after = pieces[at + 1][2] if at + 1 < len(pieces) and _adjoin(folded, end, pieces[at + 1][0]) else ""
        if _ROMAN_HEADING.match(folded, start):
            continue
        plain = _plain_word(form, before, after)
        if plain is not None and plain != form:
            found.append((start, end, plain + " " if end < len(folded) and folded[end].isdigit() else plain))
    return found


def _spoken_day(pieces: list[tuple[int, int, str]], at: int) -> tuple[int, int, str] | None:
    """The figure for a day of the month that is spelled out ("the fifteenth of") at this word, and where it stands."""
    if at == 0 or pieces[at - 1][2] not in ("ngay", "mung", "mong"):
        return None
    words = [word for _, _, word in pieces[at : at + 4]]
    length = words.index("thang") if "thang" in words else 0
    number = number_in_words(words[:length]) if length else None
    return (pieces[at][0], pieces[at + length - 1][1], str(number)) if number and number <= 31 else None


def number_in_words(words: list[str]) -> int | None:
    """The number below a hundred that folded words spell; None when they spell none."""
    units = [{"lam": 5, "nham": 5}.get(word, NUMBERS.get(word)) for word in words]
    if not units or None in units or len(units) > 3:
        return None
    match [unit for unit in units if unit is not None]:
        case [unit]:
            return unit
        case [10, unit] if unit < 10:
            return 10 + unit
        case [tens, 10]:
            return 10 * tens
        case [tens, 10, unit] if unit < 10:
            return 10 * tens + unit
    return None


def written_out(folded: str) -> str:
    """Folded text with its short forms, slips and regional words as plain words."""
    plain, last = [], 0
    for start, end, words in plain_words(folded):
        plain += [folded[last:start], words]
        last = end
    return "".join([*plain, folded[last:]])


def _apart(tokens: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """The tokens, with joined ones ("roi/dang") cut where the whole is no short form."""
    for start, end, form in tokens:
        if form.isalnum() or form in _ALWAYS:
            yield start, end, form
        else:
            for piece in re.finditer("[a-z]+", form):
                yield start + piece.start(), start + piece.end(), piece.group()


def _adjoin(folded: str, end: int, start: int) -> bool:
    """True when only blanks lie between, so that the words belong to one clause."""
    return not folded[end:start].strip(" ") and "\n" not in folded[end:start]


def _plain_word(form: str, before: str, after: str) -> str | None:
    for before_rule, after_rule, plain in _RULES.get(form, ()):
        if before_rule.fullmatch(before) and after_rule.fullmatch(after):
            return plain
    return _ALWAYS.get(form) or _mended(form)


@lru_cache(maxsize=8192)
def _mended(form: str) -> str | None:
    """The known word that a slip of the finger, a missing blank or an unfinished keystroke was meant for."""
    if form in _KNOWN or form in _RULES or form in ("iii", "viii") or not form.isalpha() or _SYLLABLE.fullmatch(form):
        return None
    short = _RUN.sub(r"\1", form)
    for meant in (short, re.sub(r"(.)\1$", r"\1", short), _typed_in_telex(short)):
        if meant != form and (meant in _KNOWN or (_SYLLABLE.fullmatch(meant) and short != form)):
            return meant
        if meant in _ALWAYS:
            return _ALWAYS[meant]
    if len(form) > 24:
        return None
    if glued := _cut(short):
        return glued
    near = [word for word in _KNOWN if len(form) >= 4 and is_slip(form, word)]
    return near[0] if len(near) == 1 else None


def _typed_in_telex(form: str) -> str:
    """The letters that Telex keystrokes stand for, without their marks ("nhieemj", "dduwowcj")."""
    bare = re.sub("dd", "d", re.sub(r"([aeo])\1", r"\1", form))
    bare = re.sub(r"([auo])w", r"\1", bare)
    bare = re.sub(r"(?<=[bcdghklmnpqrstvx])w", "u", bare)
    return re.sub(r"(?<=[aeiouycghmnpt])[sfrxj](?=[cghmnpt]*$)", "", bare, count=1)


def _cut(form: str) -> str | None:
    """Two or three known words typed without a blank between them."""
    for at in range(2, len(form) - 1):
        if form[:at] in _KNOWN:
            if form[at:] in _KNOWN:
                return f"{form[:at]} {form[at:]}"
            for later in range(at + 2, len(form) - 1):
                if form[at:later] in _KNOWN and form[later:] in _KNOWN:
                    return f"{form[:at]} {form[at:later]} {form[later:]}"
    return None


def is_syllable(form: str) -> bool:
    """True when folded letters may be a Vietnamese syllable, so that they are no slip for another."""
    return _SYLLABLE.fullmatch(form) is not None


def is_slip(typed: str, meant: str) -> bool:
    """True for words that differ by one letter: left out, put in, changed, or two neighbours swapped."""
    if typed == meant or abs(len(typed) - len(meant)) > 1 or len(meant) < 4:
        return False
    shorter = min(len(typed), len(meant))
    at = next((i for i in range(shorter) if typed[i] != meant[i]), shorter)
    a, b = typed[at:], meant[at:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])
