"""Why a file, or a page of it, could not be read."""

REASONS = (
    "missing",
    "empty",
    "binary",
    "too_large",
    "unsupported",
    "wrong_type",
    "damaged",
    "encrypted",
    "old_word",
    "old_sheet",
    "too_many_pages",
    "too_many_files",
    "too_much_inside",
    "unsafe_name",
    "nested_too_deep",
    "too_many_dots",
    "no_tesseract",
    "no_vietnamese",
    "unreadable_picture",
    "too_slow",
    "crashed",
    "fault",
)
"""Each has its sentence in the command line's texts."""


class UnreadableFile(Exception):
    """A file cannot be read; `reason` is one of REASONS, `blanks` are the figures its sentence names."""

    def __init__(self, reason: str, **blanks: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.blanks = blanks
