"""Greets, says what the bot does for each role, and answers courtesies."""

import re

import texts
from domain.messages import Button, Kind, Reply
from domain.people import Person, Role
from domain.receipts import says_received
from domain.rights import begins_at_overview, may_edit_register, may_see_overview
from domain.vietnamese import fold
from handlers.turn import Turn
from handlers.wording import help_button, office_words, role_words, tasks_button, unit_words

MENU = ("help", "phananh", "chitieu", "dulieu")
"""The commands of everybody's menu; those of staff are in theirs."""
GROUP_MENU = ("help", "chitieu")
STAFF_MENUS = {
    Role.OFFICIAL: ("viec", "baocao", "chitieu", "phananh", "lich", "kybaocao", "taikhoan", "help"),
    Role.HEAD: ("viec", "baocao", "duyet", "tongquan", "phananh", "chitieu", "kybaocao", "lich", "taikhoan", "help"),
    Role.LEADER: ("tongquan", "viec", "giahan", "phananh", "chitieu", "kybaocao", "xuat", "lich", "taikhoan", "help"),
    Role.ADMINISTRATOR: (
        *("duyet", "canbo", "tongquan", "quydinh", "lich", "lichbaocao", "phananh", "xuat", "taikhoan"),
        "help",
    ),
}
_ADDRESS = r"( (em|ban|anh|chi|anh chi|bot|tro ly|ad|admin|ca nha|moi nguoi|co quan|a|nhe|nha))*"
_HELLO = re.compile(rf"((xin|kinh) )?(chao|hello|hi|alo|hey){_ADDRESS}( {_ADDRESS.strip()})?[ .!]*")
_HELP = re.compile(
    r"(giup|giup do|tro giup|huong dan|help|menu|huong dan su dung)( (toi|minh|em))?( (voi|nhe|a))?[ .!?]*"
    r"|(ban|bot|em|tro ly)( co the)? (lam|giup) (duoc )?(gi|nhung gi)( cho toi)?( vay| the| a)?[ .?]*"
)
_THANKS = re.compile(
    r"((da|vang|ok|oke|tot|hay qua)[ ,]*)*(toi |em |minh )?(xin )?(cam on|thanks|thank you|tks)[^?0-9]{0,30}"
    r"|(ok|oke|okay|vang|da|u|uh|um|tot|duoc roi|ro roi|hieu roi|da ro)( a| em| ban| nhe)?[ .!]*"
)
_BYE = re.compile(rf"(tam biet|bye|goodbye|chao tam biet|hen gap lai){_ADDRESS}[ .!]*")


def has_arrived(turn: Turn) -> bool:
    """True when the bot was just added to a chat or a group."""
    return turn.incoming.kind is Kind.JOINED


def greets(turn: Turn) -> bool:
    """True for /start without a code and for a greeting that asks nothing."""
    return turn.text.lower() == "/start" or _matches(_HELLO, turn)


def wants_help(turn: Turn) -> bool:
    """True when the person asks what the bot can do."""
    return turn.action == "help" or turn.text.lower() == "/help" or _matches(_HELP, turn)


def says_thanks(turn: Turn) -> bool:
    """True for thanks, a bare "ok", and for "received" where nothing was sent that it could answer."""
    return _matches(_THANKS, turn) or (turn.incoming.kind is Kind.TEXT and says_received(turn.text))


def says_goodbye(turn: Turn) -> bool:
    """True for a goodbye."""
    return _matches(_BYE, turn)


def _matches(pattern: re.Pattern[str], turn: Turn) -> bool:
    return turn.incoming.kind is Kind.TEXT and pattern.fullmatch(fold(turn.text)) is not None


async def greet(turn: Turn) -> list[Reply]:
    """A greeting for the speaker's role, with the common errands as buttons."""
    if turn.incoming.in_group:
        return [Reply(texts.say("greet.group", office=office_words(turn.office)))]
    person = turn.person
    if person is None or not person.role.is_staff:
        return [Reply(texts.say("greet.citizen", office=office_words(turn.office)), _buttons(turn))]
    sentence = "greet.leader" if begins_at_overview(person.role) else "greet.official"
    text = texts.say(
        sentence, name=person.name, role=role_words(person.role), unit=unit_words(person, office_words(turn.office))
    )
    return [Reply(text, _buttons(turn))]


async def show_help(turn: Turn) -> list[Reply]:
    """What the bot does for this role."""
    if turn.incoming.in_group:
        return [Reply(texts.say("greet.group", office=office_words(turn.office)))]
    if not turn.role.is_staff:
        return [Reply(texts.say("greet.help_citizen", office=office_words(turn.office)), _buttons(turn))]
    return [Reply(_help_of(turn.person), _buttons(turn))]


def _help_of(person: Person | None) -> str:
    if person is not None and may_edit_register(person):
        return texts.say("greet.help_administrator")
    if person is not None and begins_at_overview(person.role):
        return texts.say("greet.help_leader")
    more = "\n" + texts.say("greet.help_head") if person is not None and may_see_overview(person.role) else ""
    return texts.say("greet.help_official") + more


def menu(role: Role = Role.CITIZEN) -> list[tuple[str, str]]:
    """The commands shown to a role in private, each with what it does; others may be typed, rights are asked then."""
    return [(name, texts.say(f"greet.menu.{name}")) for name in STAFF_MENUS.get(role, MENU)]


def group_menu() -> list[tuple[str, str]]:
    """The commands shown in groups: those that are answered there."""
    return [(name, texts.say(f"greet.menu.{name}")) for name in GROUP_MENU]


async def take_thanks(turn: Turn) -> list[Reply]:
    """A short courtesy back."""
    return [Reply(texts.say("greet.thanks"))]


async def say_goodbye(turn: Turn) -> list[Reply]:
    """A short goodbye."""
    return [Reply(texts.say("greet.bye"))]


def _buttons(turn: Turn) -> tuple[Button, ...]:
    if not turn.role.is_staff:
        feedback = Button(texts.say("case.button.begin"), "pa:begin")
        return (help_button(), feedback, Button(texts.say("greet.button.join"), "join"))
    overview = Button(texts.say("greet.button.overview"), "overview")
    report = Button(texts.say("greet.button.report"), "report")
    if begins_at_overview(turn.role):
        return (overview, tasks_button(), help_button())
    if may_see_overview(turn.role):
        return (tasks_button(), report, overview, help_button())
    return (tasks_button(), report, help_button())
