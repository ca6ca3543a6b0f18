"""The list of errands itself."""

import ast
from pathlib import Path

import handlers
from domain.messages import Kind
from tests.handlers.office import AN, Talk

FOLDER = Path(handlers.__file__).parent
ERRANDS = {errand.__module__.rpartition(".")[2] for _, errand in (*handlers.FIRST_IN_GROUPS, *handlers.ERRANDS)}


def test_the_last_errand_takes_whatever_is_left() -> None:
    _, last = handlers.ERRANDS[-1]
    assert last.__name__ == "answer"


def test_every_module_is_an_errand_or_shared_by_several() -> None:
    """By several errands, or by one and the command line; what one errand shows may have a module of its own."""
    shared = {path.stem for path in FOLDER.glob("*.py")} - ERRANDS - {"__init__"}
    readers = [*FOLDER.glob("*.py"), *FOLDER.parent.glob("bot/commands/*.py")]
    for name in shared:
        imported = (f"from handlers.{name} import", f"from handlers import {name} as ")
        users = [p.name for p in readers if any(words in p.read_text(encoding="utf-8") for words in imported)]
        assert len(users) > (0 if name.endswith("_views") else 1), name


def test_no_errand_imports_another() -> None:
    for name in ERRANDS:
        tree = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
        imported = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module}
        assert not imported & {f"handlers.{other}" for other in ERRANDS}, name


async def test_a_label_typed_counts_as_pressing_it() -> None:
    talk = Talk(AN)
    await talk.say("/start")
    assert (await talk.say("viec cua toi")).startswith("Việc của anh/chị")


async def test_choices_of_an_earlier_reply_are_not_picked_by_number() -> None:
    talk = Talk(AN)
    await talk.say("/start")
    await talk.say("cảm ơn")
    assert "Tôi chưa tìm thấy" in await talk.say("1")


async def test_a_command_may_name_the_bot() -> None:
    talk = Talk(AN)
    await talk.send(Kind.TEXT, text="/viec@KeHoachBot")
    assert talk.text.startswith("Việc của anh/chị")
