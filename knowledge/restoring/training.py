"""Builds the data file of the restorer from corpora: `python -m knowledge.restoring.training CORPORA OUT`.

The same corpora give the same bytes.
"""

import argparse
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from knowledge.restoring.channel import Syllables, Weights, learned
from knowledge.restoring.language import STEP, Ints, Language, pack
from knowledge.restoring.letters import composed, folded, is_syllable
from knowledge.restoring.patterns import known_codes
from knowledge.restoring.repair import Outcome, Repair
from knowledge.restoring.tokens import CODE, MARKS, OTHER, cores, words_of

_RUN = 8
# What is taken off runs seen once, twice, and more often.
_DISCOUNTS = (0.8, 1.2, 1.45)
_CODE_FROM = 5
_CODES_FROM = "official_docs.txt"
_ROUNDS = 5
_RUINED_FAITH = 0.04
_NOISY_FAITH = 0.97


@dataclass(frozen=True)
class Corpus:
    """A file of clean text, one paragraph a line; how much its counts weigh, and how often a syllable or a strange word
    must stand there to be known."""

    name: str
    weight: float
    words_from: int
    strange_from: int


CORPORA = (
    Corpus("official_docs.txt", 3.0, 2, 3),
    Corpus("law_articles.txt", 1.5, 2, 4),
    Corpus("admin_titles.txt", 2.0, 2, 3),
    Corpus("wiki_vi.txt", 0.5, 5, 25),
    Corpus("places", 1.0, 1, 1),
    Corpus("questions", 2.0, 1, 2),
)


def runs(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Every run of eight words: a text that shares one with another was copied from it."""
    for at in range(len(words) - _RUN + 1):
        yield tuple(words[at : at + _RUN])


def without(lines: Iterable[list[str]], held_out: frozenset[tuple[str, ...]]) -> Iterator[list[str]]:
    """The lines that share no run of words with what is held out for measuring."""
    for line in lines:
        if not held_out or held_out.isdisjoint(runs(line)):
            yield line


def _vocabulary(counted: dict[str, Counter[str]]) -> list[str]:
    kept: Counter[str] = Counter()
    for corpus in CORPORA:
        for word, count in counted[corpus.name].items():
            least = corpus.words_from if is_syllable(word) else corpus.strange_from
            if count >= least:
                kept[word] += int(count * corpus.weight * 2)
    ranked = sorted((word for word in kept if word not in MARKS), key=lambda word: (-kept[word], word))
    return [*MARKS, *ranked]


def _coded(costs: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    return np.clip(np.rint(costs * STEP), 0, 255).astype(np.uint8)


def _grouped(parts: Sequence[tuple[Any, Any, float]]) -> tuple[Any, Any, Any]:
    """Distinct keys of several corpora, what each counts, and what is taken off each for runs never seen."""
    keys = np.concatenate([keys for keys, _, _ in parts])
    counts = np.concatenate([counts * weight for _, counts, weight in parts])
    # A run seen once may as well not have been seen: a corpus that weighs more takes more off.
    off = np.concatenate([np.choose(np.minimum(counts, 3) - 1, _DISCOUNTS) * weight for _, counts, weight in parts])
    order = np.argsort(keys, kind="stable")
    keys, counts, off = keys[order], counts[order], off[order]
    first = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    return keys[first], np.add.reduceat(counts, first), np.maximum.reduceat(off, first)


def _continued(triples: Sequence[tuple[Any, Any, float]], keys2: Any, count2: Any, off2: Any) -> tuple[Any, Any]:
    """Counts of pairs by how many words they follow (Kneser, Ney): what falls back to a pair is in new company.

    Pairs that begin a sentence follow nothing and keep their own counts.
    """
    parts = []
    for keys, _, weight in triples:
        pairs, kinds = np.unique(keys & np.uint64(0xFFFFFFFFFF), return_counts=True)
        parts.append((pairs, kinds, weight))
    pairs, kinds, off = _grouped(parts)
    at = np.searchsorted(keys2, pairs)
    counts, offs = count2.copy(), off2.copy()
    counts[at], offs[at] = kinds, off
    begins = (keys2 >> np.uint64(20)) == 0
    return np.where(begins, count2, counts), np.where(begins, off2, offs)


def _alone(single: npt.NDArray[np.float64], keys2: Any, off2: Any) -> npt.NDArray[np.float64]:
    """How likely each word is in new company; the end of a sentence by how often it comes."""
    kinds = np.bincount((keys2 & np.uint64(0xFFFFF)).astype(np.int64), weights=off2, minlength=len(single))
    kinds[0] = single[0] * kinds[1:].sum() / max(single[1:].sum(), 1.0)
    kinds = np.maximum(kinds, 0.5)
    shares: npt.NDArray[np.float64] = kinds / kinds.sum()
    return shares


def language(texts: dict[str, list[list[str]]]) -> dict[str, npt.NDArray[Any]]:
    """The arrays of a language model of these texts: trigrams with absolute discounting, interpolated down to words."""
    counted = {corpus.name: Counter(word for line in texts[corpus.name] for word in line) for corpus in CORPORA}
    words = _vocabulary(counted)
    ids = {word: at for at, word in enumerate(words)}
    size, other = len(words), ids[OTHER]
    single = np.zeros(size)
    pair_parts: list[tuple[Any, Any, float]] = []
    triple_parts: list[tuple[Any, Any, float]] = []
    for corpus in CORPORA:
        flat: list[int] = []
        for line in texts[corpus.name]:
            flat += (0, 0)
            flat += (ids.get(word, other) for word in line)
        stream: Ints = np.asarray([*flat, 0, 0], np.int64)
        single += np.bincount(stream, minlength=size) * corpus.weight
        a, b, c = stream[:-2], stream[1:-1], stream[2:]
        for parts, keys in ((pair_parts, (b << 20) | c), (triple_parts, (a << 40) | (b << 20) | c)):
            parts.append((*np.unique(keys.astype(np.uint64), return_counts=True), corpus.weight))
    keys2, count2, off2 = _grouped(pair_parts)
    count2, off2 = _continued(triple_parts, keys2, count2, off2)
    alone = _alone(single, keys2, off2)
    first2, second2 = (keys2 >> np.uint64(20)).astype(np.int64), (keys2 & np.uint64(0xFFFFF)).astype(np.int64)
    total1 = np.bincount(first2, weights=count2, minlength=size)
    free1 = np.bincount(first2, weights=off2, minlength=size)
    back1 = np.where(total1 > 0, free1 / np.maximum(total1, 1e-9), 1.0)
    share2 = (count2 - off2) / total1[first2] + back1[first2] * alone[second2]

    keys3, count3, off3 = _grouped(triple_parts)
    context = keys3 >> np.uint64(20)
    heads, start = np.unique(context, return_index=True)
    head_of = np.searchsorted(heads, context)
    total2 = np.add.reduceat(count3, start)
    back2 = np.add.reduceat(off3, start) / total2
    lower = np.searchsorted(keys2, keys3 & np.uint64(0xFFFFFFFFFF))
    lower = np.minimum(lower, len(keys2) - 1)
    known = keys2[lower] == (keys3 & np.uint64(0xFFFFFFFFFF))
    b3 = (keys3 >> np.uint64(20) & np.uint64(0xFFFFF)).astype(np.int64)
    c3 = (keys3 & np.uint64(0xFFFFF)).astype(np.int64)
    below = np.where(known, share2[lower], back1[b3] * alone[c3])
    share3 = (count3 - off3) / total2[head_of] + back2[head_of] * below
    # What the shorter context says nearly as well is not worth its bytes.
    gain = count3 * np.abs(np.log(share3) - np.log(back2[head_of] * below))
    worth = gain > 0.5
    pair_back = np.zeros(len(keys2))
    at = np.minimum(np.searchsorted(keys2, heads), len(keys2) - 1)
    match = keys2[at] == heads
    pair_back[at[match]] = -np.log(back2[match])

    counts2, prints2, order2 = pack(keys2, max(4, int(np.log2(len(keys2)))))
    keys3, share3 = keys3[worth], share3[worth]
    counts3, prints3, order3 = pack(keys3, max(4, int(np.log2(max(len(keys3), 2)))))
    return {
        "words": np.frombuffer("\n".join(words).encode("utf-8"), np.uint8),
        "alone": _coded(-np.log(alone)),
        "alone_back": _coded(-np.log(back1)),
        "pair_counts": counts2,
        "pair_prints": prints2,
        "pair_cost": _coded(-np.log(share2[order2])),
        "pair_back": _coded(pair_back[order2]),
        "triple_counts": counts3,
        "triple_prints": prints3,
        "triple_cost": _coded(-np.log(share3[order3])),
    }


def code_parts(lines: Iterable[str]) -> list[str]:
    """The capitals that stand in papers' numbers, the commonest first; a part typed without its stroke is left out."""
    counted: Counter[str] = Counter()
    for line in lines:
        for piece in line.split():
            for start, end, kind in cores(piece):
                if kind == CODE:
                    counted.update(part for part in re.findall(r"[^\W\d_]{2,}", piece[start:end]) if part.isupper())
    ranked = sorted((part for part in counted if counted[part] >= _CODE_FROM), key=lambda part: (-counted[part], part))
    best: dict[str, str] = {}
    for part in ranked:
        best.setdefault(folded(part), part)
    return [part for part in ranked if counted[part] * 20 >= counted[best[folded(part)]]]


def scanner(repairs: Callable[[Weights], Outcome], start: Weights, rounds: int) -> Weights:
    """The weights of a scanner, learned from damaged text alone: repair it, count what was written for what, again."""
    weights = start
    for _ in range(rounds):
        weights = learned(weights, repairs(weights).seen)
    return weights


def noise(pairs: Iterable[tuple[str, str]], rounds: int) -> Weights:
    """The weights of a scanner that knows Vietnamese, from lines as it read them beside the lines as they are."""
    seen: Counter[tuple[str, str]] = Counter()
    for read, right in pairs:
        written, words = composed(read).split(), composed(right).split()
        for _, i, j, k, m in SequenceMatcher(None, written, words, autojunk=False).get_opcodes():
            if j - i != m - k:
                continue
            for one, two in zip(written[i:j], words[k:m], strict=True):
                bare, word = one.strip('.,;:()"'), two.strip('.,;:()"')
                alike = SequenceMatcher(None, folded(bare), folded(word)).ratio() > 0.5
                if bare.isalpha() and is_syllable(word.lower()) and alike:
                    seen[word, bare] += 1
    weights = Weights(faith=_NOISY_FAITH)
    for _ in range(rounds):
        weights = learned(weights, seen)
    return weights


def write(path: Path, arrays: dict[str, npt.NDArray[Any]]) -> None:
    """One compressed file of arrays, the same bytes for the same arrays."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(arrays):
            held = io.BytesIO()
            np.lib.format.write_array(held, np.ascontiguousarray(arrays[name]), allow_pickle=False)
            archive.writestr(
                zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), held.getvalue(), zipfile.ZIP_DEFLATED
            )


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def places() -> list[list[str]]:
    """The names of the country's places as lines, after their kind and on their own."""
    named = yaml.safe_load(files("knowledge.restoring").joinpath("places.yaml").read_text(encoding="utf-8"))
    lines = []
    for province, kinds in named.items():
        lines.append(f"{province},")
        for kind, names in kinds.items():
            for name in names.split(", "):
                lines += [f"{kind} {name}", f"{name}, {province}"]
    return [words_of(line) for line in lines]


def questions() -> list[list[str]]:
    """Questions as people ask an office."""
    text = files("knowledge.restoring").joinpath("questions.txt").read_text(encoding="utf-8")
    return [words_of(line) for line in text.splitlines() if not line.startswith("#")]


def _read(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            words = words_of(composed(line))
            if words:
                yield words


def encoded(weights: Weights) -> npt.NDArray[np.uint8]:
    """Weights as bytes."""
    pairs = [
        [read, written, round(count, 2)] for (read, written), count in sorted(weights.pairs.items()) if count >= 0.5
    ]
    held = {
        "faith": weights.faith,
        "pairs": pairs,
        "reads": {read: round(count, 2) for read, count in sorted(weights.reads.items())},
    }
    return np.frombuffer(json.dumps(held, ensure_ascii=False, separators=(",", ":")).encode("utf-8"), np.uint8)


def channels(
    arrays: dict[str, npt.NDArray[Any]], damaged: Sequence[str], pairs: Sequence[tuple[str, str]]
) -> dict[str, npt.NDArray[np.uint8]]:
    """How scanners err, as arrays: one without Vietnamese from its text alone, one with it from pairs of lines."""
    spoken = Language(arrays)
    syllables = Syllables(spoken.words)
    codes = known_codes(bytes(arrays["codes"]).decode("utf-8").split("\n"))

    def repairs(weights: Weights) -> Outcome:
        return Repair(spoken, syllables, weights, codes, trusting=False).lines(damaged)

    ruined = scanner(repairs, Weights(faith=_RUINED_FAITH), _ROUNDS)
    return {"ruined": encoded(ruined), "noisy": encoded(noise(pairs, 2))}


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path, help="the folder of the corpora")
    parser.add_argument("out", type=Path, help="the data file to write")
    parser.add_argument("--damaged", type=Path, nargs="*", default=[], help="text of a scanner without Vietnamese")
    parser.add_argument("--pairs", type=Path, help='lines {"ocr", "clean", "page"}; only even pages are learned from')
    parser.add_argument(
        "--without", type=Path, nargs="*", default=[], help="texts no line of which may be learned from"
    )
    asked = parser.parse_args()
    rows = [json.loads(line) for line in _lines(asked.pairs)] if asked.pairs else []
    # The law of the pairs is what the repair of scans is measured on: the language model never sees it.
    law = words_of(" ".join(row["clean"] for row in rows))
    held_out = frozenset((*runs(law), *(run for path in asked.without for line in _read(path) for run in runs(line))))
    texts = {"places": places(), "questions": questions()}
    for corpus in CORPORA:
        if corpus.name not in texts:
            texts[corpus.name] = list(without(_read(asked.corpora / corpus.name), held_out))
    arrays = language(texts)
    arrays["codes"] = np.frombuffer(
        "\n".join(code_parts(_lines(asked.corpora / _CODES_FROM))).encode("utf-8"), np.uint8
    )
    damaged = [line for path in asked.damaged for line in [*_lines(path), ""]]
    pairs = [(row["ocr"], row["clean"]) for row in rows if row["page"] % 2 == 0]
    arrays.update(channels(arrays, damaged, pairs))
    write(asked.out, arrays)


if __name__ == "__main__":
    main()
