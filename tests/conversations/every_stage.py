"""The stages by the names of their channels."""

from tests.conversations.stages import TelegramStage, TerminalStage, WebStage
from tests.conversations.zalo_stages import ZaloBotStage, ZaloOaStage

AnyStage = type[TerminalStage] | type[TelegramStage] | type[WebStage] | type[ZaloOaStage] | type[ZaloBotStage]

STAGES: dict[str, AnyStage] = {
    "terminal": TerminalStage,
    "telegram": TelegramStage,
    "web": WebStage,
    "zalo-oa": ZaloOaStage,
    "zalo-bot": ZaloBotStage,
}
