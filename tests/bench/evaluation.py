"""The knowledge part of `make bench`: the product's figures beside the plain baseline's, measured in the same run."""

import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil

from bot.evaluating import PARTS, SETS, Figure, evaluate
from tests.bench import baseline
from tests.running import ROOT

DATA = ROOT.parent / "shared"
BEGIN, END = "<!-- figures: written by make bench -->\n", "<!-- end of figures -->\n"
NAMES = {
    "restore.before": "syllable error of the damaged plans, as scanned",
    "restore.after": "… restored",
    "tesseract.before": "word error of tesseract on a scanned law, as read",
    "tesseract.after": "… restored",
    "clean.changed": "harm: syllables changed in clean plans",
    "plans.seconds": "restoring and indexing the five plans, command included (s)",
    "plans.hit1": "five plans, right passage first",
    "plans.hit5": "five plans, right passage in the first five",
    "plans.right": "five plans, answer right and cited",
    "plans.wrongly_refused": "wrongly refused",
    "plans.refused": "refused when it should",
    "plans.p50": "`ask`, p50 (ms)",
    "plans.p95": "`ask`, p95 (ms)",
    "scan.seconds_per_page": "scanned law, read (s a page)",
    "scan.hit5": "scanned law, right article in the first five",
}
_IN_UNITS = ("seconds", "p50", "p95", "seconds_per_page")


def measure(parts: Sequence[str], data: Path) -> tuple[list[Figure], dict[str, Figure]]:
    """The product's figures, printed as they come, and the baseline's by their keys."""
    plain = {figure.key: figure for figure in baseline.measure(data, parts)}
    ours = []
    print(f"{'figure':<66} {'baseline':>9} {'kehoach':>9}  aim")
    for figure in evaluate(data, parts, _absent):
        ours.append(figure)
        other = plain.get(figure.key)
        shown = _shown(other) if other else "-"
        print(f"{_named(figure.key):<66} {shown:>9} {_shown(figure):>9}  {_aim(figure)}", flush=True)
    return ours, plain


def write(ours: Sequence[Figure], plain: dict[str, Figure], paper: Path) -> None:
    """Put the table into the paper, between its two marks."""
    rows = [
        f"| {_named(f.key)} | {f.count} | {_shown(plain[f.key]) if f.key in plain else '–'} | {_shown(f)} | {_aim(f)} |"
        for f in ours
    ]
    machine = (
        f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB, Python {sys.version.split()[0]}"
    )
    table = "\n".join(
        [
            f"Measured on {machine}.",
            "",
            "| figure | samples | baseline | kehoach | to reach |",
            "|---|---|---|---|---|",
            *rows,
        ]
    )
    text = paper.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    paper.write_text(f"{before}{BEGIN}\n{table}\n\n{END}{after}", encoding="utf-8")


def as_json(ours: Sequence[Figure], plain: dict[str, Figure]) -> str:
    """All figures as one JSON list."""
    return json.dumps(
        [{**f.as_json(), "baseline": plain[f.key].value if f.key in plain else None} for f in ours], ensure_ascii=False
    )


def _absent(part: str, what: str) -> None:
    print(f"{part}: left out, {what} is absent", file=sys.stderr)


def _named(key: str) -> str:
    name, _, rest = key.partition(".")
    if name not in SETS:
        return NAMES[key]
    depth = re.sub(r"\D", "", rest)
    return f"{name}, hit@{depth}" + (", typed without diacritics" if rest.startswith("plain.") else "")


def _shown(figure: Figure) -> str:
    kind = figure.key.rpartition(".")[2]
    if kind in _IN_UNITS:
        return f"{figure.value:.1f}"
    return f"{figure.value:.5f}" if kind == "changed" else f"{figure.value:.3f}"


def _aim(figure: Figure) -> str:
    if figure.aim is None:
        return ""
    sign = "≤" if figure.is_cost else "≥"
    return f"{sign} {figure.aim:.3g}" + ("" if figure.is_reached else " (missed)")


__all__ = ["DATA", "PARTS", "as_json", "measure", "write"]
