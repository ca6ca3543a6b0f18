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
    groups,
    calendar,
    calls,
    notices,
    feedback,
    periods,
    reporting,
    report_flow,
    zalo,
    zalo_templates,
    safety,
    running,
    measuring,
)

__all__ = [
    "calendar",
    "calls",
    "feedback",
    "groups",
    "measuring",
    "notices",
    "papers",
    "people",
    "periods",
    "register",
    "report_flow",
    "reporting",
    "reviewing",
    "running",
    "safety",
    "staff",
    "zalo",
    "zalo_templates",
]
