"""What is said of a command line that cannot be understood: what is wrong in it, and where to look it up."""

from typing import Any

import texts

_LIMITS = ("greater than or equal to", "less than or equal to")
_NO_FILE, _FOLDER = "does not exist", "is a directory"


def usage_words(error: Any) -> str:
    """A sentence for the operator about an error of the command line's parser, and the command that explains more."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return str(error.format_message())
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "kehoach"
    return f"{_wrong(error)}\n{texts.say('cli.usage.help', command=command)}"


def _wrong(error: Any) -> str:
    name, said = _name(error), error.format_message()
    match type(error).__name__:
        case "MissingParameter":
            return texts.say("cli.usage.missing", name=name)
        case "NoSuchOption":
            return texts.say("cli.usage.no_option", name=error.option_name)
        case "BadOptionUsage":
            return texts.say("cli.usage.no_value", name=error.option_name)
        case "BadParameter":
            return texts.say(f"cli.usage.{_trouble(said)}", name=name, limit=said.rpartition(" ")[2])
    if said.startswith("No such command"):
        return texts.say("cli.usage.no_command", name=said.split("'")[1] if "'" in said else "")
    return texts.say("cli.usage.other", reason=said)


def _trouble(said: str) -> str:
    """Which sentence fits what the parser says of a value."""
    if said.rstrip(".").endswith(_NO_FILE):
        return "no_file"
    if said.rstrip(".").endswith(_FOLDER):
        return "folder"
    if _LIMITS[0] in said:
        return "too_small"
    return "too_great" if _LIMITS[1] in said else "bad_value"


def _name(error: Any) -> str:
    """The argument or option as it is typed."""
    param = getattr(error, "param", None)
    if param is None:
        return ""
    longest = str(max(param.opts, key=len))
    return longest if longest.startswith("-") else str(param.metavar or longest).upper()
