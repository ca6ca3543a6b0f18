"""Faults an operator can mend: each carries the sentence that says how."""


class OperatorError(Exception):
    """Something to tell the operator in a sentence of `texts/` instead of a traceback."""

    def __init__(self, key: str, **blanks: object) -> None:
        super().__init__(key)
        self.key = key
        self.blanks = blanks
