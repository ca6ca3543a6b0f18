"""A sheet to print and cut: for each colleague a card with the name, the unit, a QR code and the code in letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import as_file, files
from io import BytesIO
from typing import TYPE_CHECKING

import texts
from domain.clock import day_text

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

PAGE = (1240, 1754)
"""A4 at 150 dots an inch, upright."""
ACROSS, DOWN = 2, 4
MARGIN = 40


@dataclass(frozen=True, slots=True)
class Invitation:
    """One colleague's code; `bot` is the name of the Telegram bot that takes it, empty where there is none."""

    name: str
    unit: str
    code: str
    bot: str
    last_day: date


def pages(invitations: Sequence[Invitation], office: str) -> "list[Image]":
    """The cards on as many A4 pages as they need."""
    from PIL import Image, ImageDraw

    found = []
    width, height = (PAGE[0] - 2 * MARGIN) // ACROSS, (PAGE[1] - 2 * MARGIN) // DOWN
    for start in range(0, len(invitations), ACROSS * DOWN):
        page = Image.new("RGB", PAGE, "white")
        for at, invitation in enumerate(invitations[start : start + ACROSS * DOWN]):
            left, top = MARGIN + at % ACROSS * width, MARGIN + at // ACROSS * height
            ImageDraw.Draw(page).rectangle((left, top, left + width, top + height), outline="#999999")
            page.paste(_card(invitation, office, width - 4, height - 4), (left + 2, top + 2))
        found.append(page)
    return found


def as_pdf(images: "Sequence[Image]") -> bytes:
    """The pages as one PDF."""
    out = BytesIO()
    images[0].save(out, "PDF", resolution=150, save_all=True, append_images=list(images[1:]))
    return out.getvalue()


def as_png(image: "Image") -> bytes:
    """One page as a picture."""
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def held_by_qr(code: str, bot: str) -> str:
    """A link that opens the bot with the code; without a bot the words to be said in whatever app the office uses."""
    return f"https://t.me/{bot}?start={code}" if bot else texts.say("invitation.words", code=code)


def how_to_use(code: str, bot: str) -> str:
    """The line below a code that says what to do with it."""
    return texts.say("invitation.how" if bot else "invitation.how_anywhere", code=code)


def _card(invitation: Invitation, office: str, width: int, height: int) -> "Image":
    from PIL import Image, ImageDraw

    card = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(card)
    qr = _qr(held_by_qr(invitation.code, invitation.bot), height - 150)
    card.paste(qr, (12, 90))
    left, room = qr.width + 24, width - qr.width - 36
    draw.text((20, 20), _cut(office, _font(22), width - 40), font=_font(22), fill="#333333")
    top = 100
    lines = [
        (invitation.name, _font(28, "Bold")),
        (invitation.unit, _font(20)),
        (invitation.code, _font(30, "Bold")),
        (texts.say("invitation.last_day", day=day_text(invitation.last_day)), _font(20)),
        (how_to_use(invitation.code, invitation.bot), _font(19)),
    ]
    for words, font in lines:
        for line in _wrapped(words, font, room):
            draw.text((left, top), line, font=font, fill="black")
            top += int(font.size * 1.35)
        top += 8
    return card


def _qr(held: str, size: int) -> "Image":
    import segno
    from PIL import Image

    out = BytesIO()
    code = segno.make(held, error="m", micro=False)
    code.save(out, kind="png", scale=max(1, size // code.symbol_size()[0]), border=4)
    out.seek(0)
    return Image.open(out).convert("RGB")


def _font(size: int, weight: str = "Regular") -> "FreeTypeFont":
    from PIL import ImageFont

    with as_file(files("fontpkg_be_vietnam_pro") / "files" / f"BeVietnamPro-{weight}.ttf") as path:
        return ImageFont.truetype(str(path), size)


def _wrapped(words: str, font: "FreeTypeFont", room: int) -> list[str]:
    lines: list[str] = []
    for word in words.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return [_cut(line, font, room) for line in lines]


def _cut(line: str, font: "FreeTypeFont", room: int) -> str:
    while len(line) > 1 and font.getlength(line) > room:
        line = line[:-2] + "…"
    return line
