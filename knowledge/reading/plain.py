"""Reads a file of plain text or Markdown."""

from knowledge.reading.old_letters import modern_where_old
from knowledge.reading.pages import ReadText, page_starts
from knowledge.reading.refusals import UnreadableFile


def read_plain(raw: bytes) -> ReadText:
    """The text in these bytes with its pages. Raises UnreadableFile where they are no text."""
    text = modern_where_old(decoded(raw))
    return ReadText(text, page_starts(text))


def decoded(raw: bytes) -> str:
    """The text in these bytes: UTF-8, UTF-16 with its mark, or what old Vietnamese editors wrote."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _without_controls(raw.decode("utf-16", errors="replace"))
    if b"\x00" in raw:
        raise UnreadableFile("binary")
    try:
        return _without_controls(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        # Windows-1258 is what old Vietnamese editors wrote; a file that is text in neither is not text at all.
        text = raw.decode("cp1258", errors="replace")
        if text.count("\ufffd") > len(text) // 100:
            raise UnreadableFile("binary") from None
        return _without_controls(text)


def _without_controls(text: str) -> str:
    odd = sum(1 for c in text if c < " " and c not in "\n\r\t\f\v")
    if odd > max(8, len(text) // 100):
        raise UnreadableFile("binary")
    return text
