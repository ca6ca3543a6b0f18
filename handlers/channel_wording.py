"""What the apps are called in words."""

import texts

_NAMES = {
    "telegram": "accounts.channel.telegram",
    "web": "accounts.channel.web",
    "terminal": "accounts.channel.terminal",
    "zalo-bot": "accounts.channel.zalo",
    "zalo-oa": "accounts.channel.zalo",
}


def channel_words(channel: str) -> str:
    """The app's name as people call it."""
    return texts.say(_NAMES[channel]) if channel in _NAMES else channel
