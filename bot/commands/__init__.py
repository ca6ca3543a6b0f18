"""The commands of `kehoach`, one module for each thing they are about; importing this adds them all.

Heavy parts are imported inside the commands, so that `kehoach --help` answers at once.
"""

# isort: off
# In the order in which the help lists them.
from bot.commands import (
    papers,
    register,
    reviewing,
    people,
    staff,
<<<<<<< HEAD
    calendar,
    feedback,
    reporting,
    periods,
=======
    feedback,
    reporting,
    report_flow,
>>>>>>> approval
    running,
    measuring,
)

__all__ = [
<<<<<<< HEAD
    "calendar",
=======
>>>>>>> approval
    "feedback",
    "measuring",
    "papers",
    "people",
<<<<<<< HEAD
    "periods",
    "register",
=======
    "register",
    "report_flow",
>>>>>>> approval
    "reporting",
    "reviewing",
    "running",
    "staff",
]
