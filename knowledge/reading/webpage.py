"""Reads a web page: its headings, paragraphs, lists and tables, without what only serves the site."""

import re
from typing import Any

from knowledge.markers import marker_of
from knowledge.reading.pages import ReadText
from knowledge.reading.refusals import UnreadableFile
from knowledge.reading.rows import row_line

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


class _Writer:
    """Walks the page without calling itself: a page may be nested deeper than Python can follow."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._rows: list[list[str]] = []
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
                if name in _LEFT_AWAY or not name or self._is_hidden(element):
                    self._skipping = element
                    continue
                self._begin(name)
                self._say(element.text)
            else:
                self._end(name)
                self._say(element.tail)
        text = "".join(self._parts)
        lines = (_without_needless_mark(" ".join(line.split())) for line in text.split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"

    def _is_hidden(self, element: Any) -> bool:
        style = (element.get("style") or "").replace(" ", "").lower()
        return "display:none" in style or element.get("hidden") is not None

    def _begin(self, name: str) -> None:
        if name == "br":
            self._parts.append("\n" if not self._rows else " ")
        elif name == "li":
            self._item()
        elif name == "tr":
            self._rows.append([])
            self._parts.append("\n" if len(self._rows) < 2 else " ")
        elif name in _CELLS and self._rows:
            self._rows[-1].append("")
        elif name in _BLOCKS:
            self._parts.append("\n\n" if not self._rows else " ")
            if name in _HEADINGS and not self._rows:
                self._parts.append("#" * int(name[1]) + " ")
            if self._rows and self._rows[-1]:
                self._rows[-1][-1] += " "
        if name in ("ul", "ol"):
            self._counts.append((name, 0))

    def _item(self) -> None:
        kind, count = self._counts[-1] if self._counts else ("ul", 0)
        if self._counts:
            self._counts[-1] = (kind, count + 1)
        mark = _MARKS[kind].format(count + 1)
        if self._rows:
            self._say(" " + mark)
        else:
            self._parts.append("\n" + mark)

    def _end(self, name: str) -> None:
        if name == "tr" and self._rows:
            row = row_line(self._rows.pop())
            if self._rows:
                self._say(" " + row.replace(" | ", "; ") + " ")
            elif row.strip(" |"):
                self._parts.append(row + "\n")
        elif name in ("ul", "ol") and self._counts:
            self._counts.pop()
            self._parts.append("\n" if not self._rows else " ")
        elif name in _BLOCKS or name == "li":
            self._parts.append("\n" if not self._rows else " ")

    def _say(self, text: str | None) -> None:
        if not text:
            return
        flat = text.replace("\n", " ").replace("\r", " ")
        if not self._rows:
            self._parts.append(flat)
        elif self._rows[-1]:
            self._rows[-1][-1] += flat
