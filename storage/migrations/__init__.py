"""The history of the tables, brought up to date by the program itself.

To change the tables, change `storage/tables.py` and write the next file in `versions/`; a test compares the two.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def migrate(connection: Connection) -> None:
    """Bring the tables to the newest form, inside the transaction that the connection is in."""
    settings = _settings()
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")


def is_current(connection: Connection) -> bool:
    """True when the tables have the newest form."""
    newest = ScriptDirectory.from_config(_settings()).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == newest


def _settings() -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    return settings
