"""The command `kehoach`: everything an administrator does from a terminal."""

import sys
from typing import NoReturn

import typer
from typer.exceptions import TyperException as CommandLineError

import texts
from bot import commands
from bot.commands.console import app
from bot.usage import usage_words

__all__ = ["app", "commands", "main"]


def main() -> None:
    """Run the command line; a fault that the operator can mend ends with a sentence and code 1, not a traceback.

    What cannot be understood of the line itself ends with code 2.
    """
    from bot.failures import OperatorError

    try:
        code = app(standalone_mode=False)
    except OperatorError as error:
        _end(texts.say(error.key, **error.blanks), 1)
    except typer.Abort:
        _end(texts.say("cli.usage.aborted"), 1)
    except CommandLineError as error:
        _end(usage_words(error), error.exit_code)
    sys.exit(code if isinstance(code, int) else 0)


def _end(words: str, code: int) -> NoReturn:
    typer.echo(words, err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
