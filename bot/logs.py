"""Log lines for the operator, on standard error, with every secret blotted out."""

import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog

_TOKEN_IN_URL = re.compile(r"(/(?:file/)?bot)\d+:[\w-]+|(\b\d{6,}:)[A-Za-z0-9_-]{20,}")
_PASSWORD_IN_URL = re.compile(r"(\w+://[^\s:/@]+:)[^\s@/]+(@)")


_learned: dict[str, None] = {}
MOST_LEARNED = 32


def hide(*found: str) -> None:
    """Keep secrets that came while running out of the log too; the oldest of them are forgotten."""
    for secret in found:
        if len(secret) >= 8:
            _learned.pop(secret, None)
            _learned[secret] = None
    for secret in list(_learned)[:-MOST_LEARNED]:
        del _learned[secret]


class Blotter:
    """Blots secrets out of text: the ones it was told or that were hidden since, bot tokens, passwords in a URL."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = sorted({s for s in secrets if len(s) >= 4}, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        for secret in (*self._secrets, *_learned):
            text = text.replace(secret, "***")
        text = _TOKEN_IN_URL.sub(lambda m: (m[1] or m[2]) + "***", text)
        return _PASSWORD_IN_URL.sub(r"\1***\2", text)


def configure(level: str, secrets: Iterable[str] = ()) -> None:
    """Send the log lines of this program and of its libraries to standard error, one line each, without secrets."""
    blot = Blotter(secrets)

    def blot_event(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {key: blot(value) if isinstance(value, str) else value for key, value in event.items()}

    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[
            *shared,
            blot_event,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        # Looked up anew for every line: whoever redirects standard error gets the lines too.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_BlottingFormatter(blot))
    logging.basicConfig(
        level=max(logging.getLevelNamesMapping()[level], logging.WARNING), handlers=[handler], force=True
    )


class _BlottingFormatter(logging.Formatter):
    def __init__(self, blot: Blotter) -> None:
        super().__init__("timestamp=%(asctime)s level=%(levelname)s logger=%(name)s event=%(message)s")
        self._blot = blot

    def format(self, record: logging.LogRecord) -> str:
        return self._blot(super().format(record)).replace("\n", "\\n")
