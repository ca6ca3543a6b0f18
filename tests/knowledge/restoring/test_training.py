"""The restorer's data file is built from corpora, the same bytes each time."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from knowledge.restoring import Restorer, training
from knowledge.restoring.language import Language, Table, pack, pair_keys

CLEAN = [
    "Ủy ban nhân dân phường giao Phòng Kinh tế lắp đèn chiếu sáng các tuyến ngõ.",
    "Phòng Kinh tế chủ trì, phối hợp các tổ dân phố rà soát tuyến ngõ chưa có đèn chiếu sáng.",
    "Các tổ dân phố báo cáo Ủy ban nhân dân phường kết quả lắp đèn theo Quyết định số 12/QĐ-UBND.",
]
DAMAGED = "Uy ban nhan dan phudng giao Phong Kinh té 1ap den chiéu sang cac tuyén ngo.\n" * 3


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    folder = tmp_path / "corpora"
    folder.mkdir()
    for corpus in training.CORPORA:
        if corpus.name.endswith(".txt"):
            (folder / corpus.name).write_text("\n".join(CLEAN * 6), encoding="utf-8")
    (tmp_path / "damaged.txt").write_text(DAMAGED, encoding="utf-8")
    pair = {"page": 2, "ocr": "Tố dân phố báo cáo kết quà lắp đên.", "clean": "Tổ dân phố báo cáo kết quả lắp đèn."}
    (tmp_path / "pairs.jsonl").write_text(json.dumps(pair, ensure_ascii=False), encoding="utf-8")
    return folder


def trained(corpora: Path, name: str, monkeypatch: pytest.MonkeyPatch, *more: str) -> Path:
    out, beside = corpora.parent / name, corpora.parent
    asked = [str(corpora), str(out), "--damaged", str(beside / "damaged.txt"), "--pairs", str(beside / "pairs.jsonl")]
    monkeypatch.setattr(sys, "argv", ["training", *asked, *more])
    training.main()
    return out


def test_the_same_corpora_give_the_same_bytes(corpora: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (trained(corpora, name, monkeypatch) for name in ("one.npz", "two.npz"))
    assert first.read_bytes() == second.read_bytes()


def test_what_was_trained_restores(corpora: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with np.load(trained(corpora, "model.npz", monkeypatch)) as held:
        restorer = Restorer({name: held[name] for name in held.files})
    assert restorer.short("Phong Kinh té chu tri 1ap den chiéu sang").text == "Phòng Kinh tế chủ trì lắp đèn chiếu sáng"


def test_what_is_held_out_is_not_learned(corpora: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held_out = corpora.parent / "held_out.txt"
    held_out.write_text(CLEAN[1], encoding="utf-8")
    seen = trained(corpora, "seen.npz", monkeypatch)
    unseen = trained(corpora, "unseen.npz", monkeypatch, "--without", str(held_out))
    costs = []
    for path in (seen, unseen):
        with np.load(path) as held:
            language = Language({name: held[name] for name in held.files})
        ids = np.asarray([language.id_of(word) for word in ("rà", "soát", "tuyến", "ngõ")], np.int64)
        costs.append(float(language.cost(ids[:-2], ids[1:-1], ids[2:]).sum()))
    assert costs[0] < costs[1]


def test_a_table_finds_each_key_and_no_other() -> None:
    first, second = np.arange(4000, dtype=np.int64), np.arange(4000, dtype=np.int64) * 7 % 1999
    keys = pair_keys(first, second)
    counts, prints, order = pack(keys, 11)
    table = Table.of(counts, prints)
    found = table.find(keys)
    assert sorted(found) == list(range(4000))
    assert (order[found] == np.arange(4000)).mean() > 0.999
    assert (table.find(pair_keys(first, second + 2000)) >= 0).mean() < 0.01
