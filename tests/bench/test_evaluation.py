"""The knowledge part of the bench: its baseline runs, and its table is written where it belongs."""

import json
from pathlib import Path

from bot.evaluating import Figure
from tests.bench import baseline
from tests.bench.evaluation import BEGIN, END, as_json, write
from tests.running import ROOT

OURS = [
    Figure("plans.hit1", 0.9, 53, 0.9),
    Figure("plans.p95", 130.0, 53, 120.0, is_cost=True),
    Figure("alqac.plain.hit10", 0.97, 300, 0.96),
]
PLAIN = {"plans.hit1": Figure("plans.hit1", 0.13, 53)}


def test_the_table_is_written_between_its_marks_and_again_the_same(tmp_path: Path) -> None:
    paper = tmp_path / "evaluation.md"
    paper.write_text(f"Trước\n{BEGIN}cũ\n{END}Sau\n", encoding="utf-8")
    write(OURS, PLAIN, paper)
    once = paper.read_text(encoding="utf-8")
    assert once.startswith("Trước\n")
    assert once.endswith("Sau\n")
    assert "cũ" not in once
    assert "| five plans, right passage first | 53 | 0.130 | 0.900 | ≥ 0.9 |" in once
    assert "| `ask`, p95 (ms) | 53 | – | 130.0 | ≤ 120 (missed) |" in once
    assert "| alqac, hit@10, typed without diacritics | 300 | – | 0.970 | ≥ 0.96 |" in once
    write(OURS, PLAIN, paper)
    assert paper.read_text(encoding="utf-8") == once


def test_the_paper_has_a_place_for_the_table() -> None:
    text = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1


def test_the_figures_go_out_as_one_list() -> None:
    found = json.loads(as_json(OURS, PLAIN))
    assert [row["baseline"] for row in found] == [0.13, None, None]


def test_the_baseline_finds_in_plans_and_in_sets(tmp_path: Path) -> None:
    plans, bench, cities = tmp_path / "plans", tmp_path / "bench", tmp_path / "retrieval" / "alqac"
    for folder in (plans, bench, cities):
        folder.mkdir(parents=True)
    (plans / "ke-hoach-cay.txt").write_text("Trồng mới 4.200 cây lim xanh dọc đường.", encoding="utf-8")
    (plans / "ke-hoach-nuoc.txt").write_text("Thay bơm nước tại giếng trung tâm.", encoding="utf-8")
    asked = {"question": "Trồng bao nhiêu cây lim?", "doc": "ke-hoach-cay", "evidence": ["4.200 cây"]}
    (bench / "questions_dev.jsonl").write_text(json.dumps(asked), encoding="utf-8")
    rows = [{"id": "a", "text": "Con mèo ngủ trên mái nhà."}, {"id": "b", "text": "Tàu hỏa chạy về phương nam."}]
    (cities / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (cities / "queries.jsonl").write_text(json.dumps({"id": "1", "text": "Con mèo ngủ ở đâu?"}), encoding="utf-8")
    (cities / "qrels.tsv").write_text("1\ta\t1\n", encoding="utf-8")
    found = {figure.key: figure.value for figure in baseline.measure(tmp_path, ("plans", "alqac", "xquad_vi"))}
    assert found["plans.hit1"] == found["alqac.hit1"] == 1.0
    assert "xquad_vi.hit1" not in found
