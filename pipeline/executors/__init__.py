"""Where work is done: in this process, in worker processes, or on Ray, behind one interface.

Workers compute and save nothing; the driver alone writes. `base` says what every executor keeps.
"""

from pipeline.executors.base import Executor, Outcome, Report, say_progress, shared
from pipeline.executors.here import HereExecutor
from pipeline.executors.processes import ProcessExecutor

__all__ = [
    "Executor",
    "HereExecutor",
    "Outcome",
    "ProcessExecutor",
    "Report",
    "say_progress",
    "shared",
]
