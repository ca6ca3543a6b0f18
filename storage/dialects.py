"""The one statement that SQLite and PostgreSQL spell alike but SQLAlchemy keeps apart: insert or leave as it is."""

from typing import TypeAlias

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

Insert: TypeAlias = sqlite.Insert | postgresql.Insert


def insert(dialect: str, table: Table) -> Insert:
    """An insert for this database that can say what happens when the row is there already."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
