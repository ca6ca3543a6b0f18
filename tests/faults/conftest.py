"""What the fault runs share."""

from tests.faults.house import hurried
from tests.storage.conftest import postgres

__all__ = ["hurried", "postgres"]
