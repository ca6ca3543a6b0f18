"""Approved templates: what fills them, what is cut to fit, and what is refused before it is sent."""

from datetime import UTC, datetime

import pytest

from domain.message_templates import MessageTemplate, Parameter, TemplateUnfit, fill, shortened, tracking_id

NOW = datetime(2026, 3, 2, tzinfo=UTC)
FACTS = {"person": "Nguyễn Thị Hoa Mai", "task": "Rà soát hộ nghèo", "deadline": "05/03/2026", "count": "12"}


def template(fact: str, **parameter: object) -> MessageTemplate:
    one = Parameter("p", **parameter)  # type: ignore[arg-type]
    return MessageTemplate(1, "zalo-oa", "reminder", "77", (("p", fact),), (one,), "ENABLE", NOW)


def test_words_are_cut_at_a_word_and_keep_an_ellipsis() -> None:
    assert dict(fill(template("person", most=12), FACTS).facts) == {"p": "Nguyễn Thị…"}
    assert shortened("một hai", 7) == "một hai" and shortened("dàidàidài", 5) == "dàid…"


@pytest.mark.parametrize(
    ("fact", "parameter", "reason"),
    [
        ("deadline", {"most": 5}, "too_long"),
        ("count", {"most": 1}, "too_long"),
        ("task", {"kind": "NUMBER"}, "kind"),
        ("person", {"kind": "DATE"}, "kind"),
        ("unit", {}, "required"),
        ("count", {"least": 3}, "too_short"),
    ],
)
def test_what_does_not_fit_is_refused(fact: str, parameter: dict[str, object], reason: str) -> None:
    with pytest.raises(TemplateUnfit) as refused:
        fill(template(fact, **parameter), FACTS)
    assert (refused.value.reason, refused.value.parameter) == (reason, "p")


def test_what_may_be_left_out_is() -> None:
    assert fill(template("unit", required=False), FACTS).facts == ()
    assert fill(template("unit", takes_nothing=True), FACTS).facts == (("p", ""),)


def test_a_parameter_is_read_as_the_app_lists_it() -> None:
    said = {"name": "ten", "require": True, "type": "STRING", "maxLength": "30", "minLength": 1, "acceptNull": False}
    assert Parameter.from_json(said) == Parameter("ten", most=30, least=1)
    assert Parameter.from_json(Parameter("ten", kind="DATE", most=20).as_json()) == Parameter(
        "ten", kind="DATE", most=20
    )
    assert Parameter.from_json({"name": "x", "maxLength": "many"}).most == 30


def test_what_keeps_a_template_from_being_filled_is_named() -> None:
    assert template("person").problems() == [] and template("age").problems() == [("unknown_fact", "age")]


def test_a_message_is_known_again_by_its_key() -> None:
    assert tracking_id("a:0") == tracking_id("a:0") != tracking_id("a:1") and len(tracking_id("a:0")) <= 48
