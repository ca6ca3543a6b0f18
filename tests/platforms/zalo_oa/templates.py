"""ZBS templates: their blanks, their limits, and their text once they are filled."""

import re
from typing import Any

from tests.platforms.zalo_oa.errors import ApiError
from tests.platforms.zalo_oa.world import ApprovedTemplate, Json

MAXIMA = {"name": 30, "phone": 15, "address": 200, "code": 30, "status": 30, "date": 20, "otp": 10, "url": 200}
"""The longest value by the kind of a parameter; one of another kind has 100."""

_BLANK = re.compile(r"<(\w+)>")
_DATE = re.compile(r"(\d{2}:\d{2}(:\d{2})? )?\d{2}/\d{2}/\d{4}")


def parameters_of(text: str, kinds: dict[str, str]) -> list[Json]:
    """`listParams` of a template with this text: each blank with its kind and the most it holds."""
    names = dict.fromkeys(_BLANK.findall(text))
    return [
        {
            "name": name,
            "require": True,
            "type": "DATE" if kinds.get(name) == "date" else "STRING",
            "maxLength": MAXIMA.get(kinds.get(name, ""), 100),
            "minLength": 1,
            "acceptNull": False,
        }
        for name in names
    ]


def filled(template: ApprovedTemplate, data: Any) -> str:
    """What a person reads. Raises ApiError where the data do not fit the parameters."""
    if not isinstance(data, dict):
        raise ApiError(-1121, "template_data")
    for parameter in template.parameters:
        name = parameter["name"]
        value = data.get(name)
        if value is None or value == "":
            raise ApiError(-1122, name)
        if not isinstance(value, str) or not parameter["minLength"] <= len(value) <= parameter["maxLength"]:
            raise ApiError(-1124, name)
        if parameter["type"] == "DATE" and not _DATE.fullmatch(value):
            raise ApiError(-1124, name)
    return _BLANK.sub(lambda blank: str(data.get(blank[1], "")), template.text)
