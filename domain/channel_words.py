"""Sentences about the app through which a person wants to be reminded."""

import re

from domain.channels import TELEGRAM, WEB, ZALO_BOT, ZALO_OA
from domain.vietnamese import fold
from domain.word_classes import FILLING, POLITE, WordClasses

ANY = "any"
APPS = {
    "zalo": (ZALO_OA, ZALO_BOT),
    "zalo oa": (ZALO_OA,),
    "zalo bot": (ZALO_BOT,),
    "telegram": (TELEGRAM,),
    "page": (WEB,),
}
"""The channels that people mean by the name of an app, the one to prefer first."""

_CLASSES = WordClasses(
    {
        FILLING: f"""{POLITE}; toi; minh; em; cho; viec; gui; nhan; duoc; muon; chuyen; doi; chon; uu tien; dat;
            de; tu nay; tu nay tro di; tu nay ve sau; tu gio; tu mai; tro di; ve sau; hang ngay; cac; nhung;
            kenh; ung dung; app;
            lam noi; noi; lam kenh; lam ung dung; truoc; truoc tien; chi; tin; tin nhan; cu; sang; lai; bang;
            qua; tren; o; vao; ve; trong; ben; thoi; nt; nhan tin""",
        "remind": """nhac; nhac viec; nhac nho; nhac han; nhac toi; nhac em; nhac minh; nhac cho toi; loi nhac;
            tin nhac; tin nhac viec; nhan nhac; nhan nhac viec; nhac viec cho toi""",
        "zalo": "zalo; dung zalo; da lo; za lo",
        "zalo oa": "zalo oa; oa; zalo chinh thuc; zalo co quan; zalo cua co quan; zalo phuong; zalo xa",
        "zalo bot": "zalo bot; bot zalo",
        "telegram": "telegram; tele; telegam; telegram; dung telegram",
        "page": "trang tro chuyen; trang web; web; website; trang chat; tren web; trinh duyet",
        ANY: """o dau cung duoc; dau cung duoc; o dau cung dc; dau cung dc;
            noi nao cung duoc; o noi nao cung duoc; kenh nao cung duoc;
            qua kenh nao cung duoc; ung dung nao cung duoc; qua ung dung nao cung duoc; tren ung dung nao cung duoc;
            app nao cung duoc; qua app nao cung duoc; qua dau cung duoc; tren dau cung duoc; bang gi cung duoc;
            o dau cung on; tuy kenh; kenh nao cung on""",
    }
)

_NO_MORE = re.compile(r"^(?:xin |hay )?(?:dung|khong|ko|thoi|ngung) (?:gui |nhan )?nhac[^,;]{0,40}[,;] *")
"""The app that is no longer wanted, said before the one that is."""


def reads_app(text: str) -> str | None:
    """The app a person wants to be reminded through, a key of `APPS`, or `ANY`; None for any other sentence.

    A sentence that also speaks of a task, an hour or a colleague is another errand's.
    """
    read = _CLASSES.read(_NO_MORE.sub("", fold(text)))
    named = {name for name in read.classes if name != "remind"}
    if read.rest or len(named) != 1 or not read.has("remind") or text.rstrip().endswith("?"):
        return None
    return named.pop()
