"""The command `kehoach`: everything an administrator does from a terminal."""

import sys

import typer

import texts
from bot import commands
from bot.commands.console import app

__all__ = ["app", "commands", "main"]


def main() -> None:
    """Run the command line; a fault that the operator can mend ends with a sentence and code 1, not a traceback."""
    from bot.failures import OperatorError

    try:
        app()
    except OperatorError as error:
        typer.echo(texts.say(error.key, **error.blanks), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
