"""Secrets stay out of the log."""

import logging

import pytest
import structlog

from bot.logs import Blotter, configure

TOKEN = "123456789:AAExampleOnlyNotARealToken_abcdefghij"


@pytest.mark.parametrize(
    "text",
    [
        f"POST https://api.example.test/bot{TOKEN}/sendMessage",
        f"file at https://api.example.test/file/bot{TOKEN}/photos/1.jpg",
        f"token {TOKEN} refused",
        "postgresql://kehoach:h4rd-to-guess@db.example.test/kehoach",
        "the secret is s3cret-of-the-webhook",
    ],
)
def test_no_secret_survives_the_blotter(text: str) -> None:
    blotted = Blotter(["s3cret-of-the-webhook"])(text)
    assert TOKEN.split(":")[1] not in blotted
    assert "h4rd-to-guess" not in blotted
    assert "s3cret-of-the-webhook" not in blotted


def test_a_traceback_of_a_library_is_blotted_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", [TOKEN])
    try:
        raise ConnectionError(f"cannot reach https://api.example.test/bot{TOKEN}/getMe")
    except ConnectionError:
        logging.getLogger("some.library").exception("request failed for %s", TOKEN)
        structlog.get_logger().exception("polling failed")
    written = capsys.readouterr().err
    assert "polling failed" in written and "request failed" in written
    assert TOKEN.split(":")[1] not in written
