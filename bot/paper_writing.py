"""Writes periodic reports as files, and keeps each template that was used so that a report can be made again."""

import asyncio
import hashlib
from pathlib import Path

import structlog

import texts
from bot.exporting import SHEET_TYPE
from bot.keeping import Folder
from domain.exports import ReportForm, Written
from domain.messages import Attachment
from domain.periodic_report import ReportContent
from domain.report_files import file_name

log = structlog.get_logger()

OWN = Path(__file__).with_name("templates")
TEMPLATES = {ReportForm.FULL: "bao-cao-dinh-ky.docx", ReportForm.SHORT: "bao-cao-rut-gon.docx"}
"""What the templates of the papers are called."""


def template_folder(home: Path) -> Path:
    """Where an office keeps templates of its own."""
    return home / "templates"


def own_templates() -> list[tuple[str, bytes]]:
    """The product's own templates with their names."""
    return [(name, (OWN / name).read_bytes()) for name in TEMPLATES.values()]


class ReportWriter:
    """Writes a report with the office's own template where it has one, else with the product's."""

    def __init__(self, home: Path) -> None:
        self._home = template_folder(home)
        self._kept = Folder(home)

    async def __call__(self, content: ReportContent, form: ReportForm, template_sha256: str = "") -> Written | None:
        """The file; see `domain.exports.WriteReport`."""
        return await asyncio.to_thread(self.write, content, form, template_sha256)

    def write(self, content: ReportContent, form: ReportForm, template_sha256: str = "") -> Written:
        """The report in this form."""
        if form is ReportForm.SHEET:
            from bot.annexes import annex

            return Written(Attachment(file_name(content, form), SHEET_TYPE, annex(content)))
        if form is ReportForm.PICTURE:
            from bot.report_picture import picture

            return Written(Attachment(file_name(content, form), "image/png", picture(content)))
        return self._paper(content, form, template_sha256)

    def _paper(self, content: ReportContent, form: ReportForm, wanted: str) -> Written:
        from bot.documents import WORD_TYPE, BrokenTemplate, render

        name, notes = TEMPLATES[form], []
        for template in self._templates(name, wanted):
            try:
                made = render(content, template)
            except BrokenTemplate as broken:
                log.warning("a report template cannot be filled", file=name, tag=broken.tag, reason=broken.reason)
                key = "periodic.bad_tag" if broken.tag else "periodic.bad_template"
                notes.append(texts.say(key, file=name, tag=broken.tag))
                continue
            return Written(
                Attachment(file_name(content, form), WORD_TYPE, made), self._kept.put(template), tuple(notes)
            )
        raise RuntimeError(f"the product's own template {name} cannot be filled")

    def _templates(self, name: str, wanted: str) -> list[bytes]:
        """The templates to try, the best first: the very one asked for, the office's, the product's."""
        found = [self._kept.get(wanted)] if wanted else []
        if None in found:
            log.warning("a report's template is kept no more", sha256=wanted)
        own = self._home / name
        if own.is_file():
            found.append(own.read_bytes())
        found.append((OWN / name).read_bytes())
        return list({hashlib.sha256(each).digest(): each for each in found if each is not None}.values())
