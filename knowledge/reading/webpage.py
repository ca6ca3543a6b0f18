"""Reads a web page: its headings, paragraphs, lists and tables, without what only serves the site."""

import re
from dataclasses import dataclass, field
from typing import Any

from knowledge.markers import marker_of
from knowledge.reading.pages import ReadText
from knowledge.reading.refusals import UnreadableFile
from knowledge.reading.rows import table_text

_LEFT_AWAY = frozenset(
    {"script", "style", "nav", "aside", "button", "select", "textarea", "noscript", "template", "svg", "math", "iframe"}
    | {"object", "head", "footer"}
)
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "main", "header", "blockquote", "pre", "figure", "figcaption", "address", "dl"}
    | {"dt", "dd", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "form", "fieldset", "details"}
    | {"summary", "center", "body", "html", "caption"}
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_CELLS = ("td", "th")
_MARKS = {"ul": "- ", "ol": "{}. "}


def read_web_page(raw: bytes) -> ReadText:
    """The text of the page. Raises UnreadableFile."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding=_encoding(raw), no_network=True, remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(raw, parser=parser)
    except (etree.ParserError, etree.LxmlError, ValueError, AssertionError):
        raise UnreadableFile("empty" if not raw.strip() else "damaged") from None
    return ReadText(_Writer().written(tree))


def _encoding(raw: bytes) -> str:
    """The encoding that the page names, else UTF-8 where it is that, else the one of old Vietnamese pages."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        named = re.search(rb"charset\s*=\s*[\"']?([\w-]{3,20})", raw[:4_096])
        try:
            name = named.group(1).decode("ascii") if named else "cp1258"
            b"".decode(name)
        except LookupError:
            return "cp1258"
        return name if name.lower().replace("-", "") != "utf8" else "cp1258"
    return "utf-8"


def _without_needless_mark(line: str) -> str:
    """A heading that has a number of its own needs no mark before it, and one without words is none."""
    if not line.startswith("#"):
        return line
    rest = line.lstrip("#").lstrip()
    return rest if not rest or marker_of(rest) else line


@dataclass(slots=True)
class _Table:
    """The rows of a table as far as they are read, and for how many more rows a cell above reaches into a column."""

    rows: list[list[str]] = field(default_factory=list)
    reaching: dict[int, int] = field(default_factory=dict)
    wider: int = 0

    def begin_row(self) -> None:
        self.rows.append([])

    def begin_cell(self, across: int, down: int) -> None:
        """Begin a cell at the next column into which none from above reaches; it stands at the first it covers."""
        if not self.rows:
            self.begin_row()
        row = self.rows[-1]
        row.extend([""] * self.wider)
        while self.reaching.get(len(row), 0) > 0:
            self.reaching[len(row)] -= 1
            row.append("")
        for column in range(len(row), len(row) + across):
            self.reaching[column] = down - 1
        self.wider = across - 1
        row.append("")

    def end_row(self) -> None:
        """End a row: what reaches into it behind its last cell reaches into one row less."""
        self.wider = 0
        width = len(self.rows[-1]) if self.rows else 0
        for column, left in self.reaching.items():
            if column >= width and left > 0:
                self.reaching[column] = left - 1

    def add(self, text: str) -> None:
        """Put text into the cell under way; what stands between cells is left away."""
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += text


class _Writer:
    """Walks the page without calling itself: a page may be nested deeper than Python can follow."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._tables: list[_Table] = []
        self._counts: list[tuple[str, int]] = []
        self._skipping: Any = None

    def written(self, tree: Any) -> str:
        from lxml import etree

        for event, element in etree.iterwalk(tree, events=("start", "end")):
            name = element.tag if isinstance(element.tag, str) else ""
            if self._skipping is not None:
                if event == "end" and element is self._skipping:
                    self._skipping = None
                    self._say(element.tail)
                continue
            if event == "start":
                if name in _LEFT_AWAY or not name or _is_hidden(element):
                    self._skipping = element
                    continue
                self._begin(name, element)
                self._say(element.text)
            else:
                self._end(name)
                self._say(element.tail)
        text = "".join(self._parts)
        lines = (_without_needless_mark(" ".join(line.split())) for line in text.split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"

    def _begin(self, name: str, element: Any) -> None:
        if name == "table":
            self._break("\n\n")
            self._tables.append(_Table())
        elif name == "tr" and self._tables:
            self._tables[-1].begin_row()
        elif name in _CELLS and self._tables:
            self._tables[-1].begin_cell(_count(element, "colspan"), _count(element, "rowspan"))
        elif name == "li":
            self._item()
        elif name == "br" or name in _BLOCKS:
            self._break("\n" if name == "br" else "\n\n")
            if name in _HEADINGS and not self._tables:
                self._parts.append("#" * int(name[1]) + " ")
        if name in ("ul", "ol"):
            self._counts.append((name, 0))

    def _item(self) -> None:
        kind, count = self._counts[-1] if self._counts else ("ul", 0)
        if self._counts:
            self._counts[-1] = (kind, count + 1)
        self._break("\n")
        self._say(_MARKS[kind].format(count + 1))

    def _end(self, name: str) -> None:
        if name == "table" and self._tables:
            rows = self._tables.pop().rows
            if self._tables:
                # A table within a cell is told in it.
                self._say(" " + "; ".join(", ".join(c.strip() for c in row if c.strip()) for row in rows) + " ")
            else:
                self._parts.append("\n" + table_text(rows) + "\n\n")
        elif name == "tr" and self._tables:
            self._tables[-1].end_row()
        elif name in ("ul", "ol") and self._counts:
            self._counts.pop()
            self._break("\n")
        elif name in _BLOCKS or name == "li":
            self._break("\n")

    def _break(self, lines: str) -> None:
        """Begin a new line; within a table a space, for a row stays on one line."""
        if self._tables:
            self._tables[-1].add(" ")
        else:
            self._parts.append(lines)

    def _say(self, text: str | None) -> None:
        flat = (text or "").replace("\n", " ").replace("\r", " ")
        if self._tables:
            self._tables[-1].add(flat)
        else:
            self._parts.append(flat)


def _is_hidden(element: Any) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or element.get("hidden") is not None


def _count(element: Any, name: str) -> int:
    """How many columns or rows a cell covers, never more than a page could show."""
    value = element.get(name, "1")
    return min(max(int(value), 1), 60) if value.isdecimal() and len(value) < 4 else 1
