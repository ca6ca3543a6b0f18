"""Short forms, chat spelling and regional words of officials, as the plain words that rules read."""

import re

SHORT = {
    "nvu": "nhiem vu",
    "cv": "cong viec",
    "bc": "bao cao",
    "bcao": "bao cao",
    "kh": "ke hoach",
    "k/h": "ke hoach",
    "td": "tien do",
    "tdo": "tien do",
    "tthc": "thu tuc hanh chinh",
    "dvc": "dich vu cong",
    "dvctt": "dich vu cong truc tuyen",
    "cds": "chuyen doi so",
    "cntt": "cong nghe thong tin",
    "cnscd": "cong nghe so cong dong",
    "csdl": "co so du lieu",
    "ubnd": "uy ban nhan dan",
    "hdnd": "hoi dong nhan dan",
    "vh-xh": "van hoa xa hoi",
    "vhxh": "van hoa xa hoi",
    "nct": "nguoi cao tuoi",
    "cccd": "can cuoc cong dan",
    "hs": "ho so",
    "gcn": "giay chung nhan",
    "qd": "quyet dinh",
    "tb": "thong bao",
    "vb": "van ban",
    "dv": "don vi",
    "hn": "hoi nghi",
    "pc": "phap che",
    "ttgd": "tuyen truyen",
}
"""Short forms by their folded letters; a form with several meanings stands for the one offices use."""

_TOKEN = re.compile(r"[a-z0-9]+(?:[/\-][a-z]+)*")


def written_out(folded: str) -> str:
    """Folded words with their short forms written out."""
    return _TOKEN.sub(lambda match: SHORT.get(match.group(), match.group()), folded)
