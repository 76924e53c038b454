"""What a child process may use, as far as the platform can enforce it.

Linux enforces all of it. macOS knows no limit of address space that works, and Windows none at all: there the clock of
the parent is what ends a task that runs away.
"""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wavereel.settings import CONFIG_VARIABLE, NO_NATIVE_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

GIB = 1 << 30

_PR_SET_NO_NEW_PRIVS = 38
"""Of `linux/prctl.h`: no program that is started from here gains rights by its file's mode."""

_KEPT_VARIABLES = frozenset(
    {
        "HOME",
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
        "LD_LIBRARY_PATH",
        "PATH",
        "PYTHONPATH",
        "SSL_CERT_DIR",
        "SSL_CERT_FILE",
        "SYSTEMROOT",
        "TEMP",
        "TMP",
        "TMPDIR",
        "TZ",
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        CONFIG_VARIABLE,
        NO_NATIVE_VARIABLE,
    }
)
"""The only variables that a child gets: none of them is a secret."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one child.

    Attributes:
        memory_bytes: Address space.
        cpu_s: CPU seconds of one task, over all its threads.
        wall_s: Seconds of one task by the clock.
        file_bytes: Largest file that may be written.
        nice: How far it steps back behind other processes.
        tasks: After so many tasks the child is replaced.
        grown_bytes: A child that ever held more than this is replaced after its task.
    """

    memory_bytes: int
    cpu_s: int
    wall_s: float
    file_bytes: int = 2 * GIB
    nice: int = 0
    tasks: int = 500
    grown_bytes: int = GIB


QUICK = Limits(memory_bytes=3 * GIB, cpu_s=120, wall_s=60.0)
SLOW = Limits(memory_bytes=4 * GIB, cpu_s=3600, wall_s=900.0, nice=5, tasks=50, grown_bytes=2 * GIB)


def clean_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables for a child: no tokens, keys or settings, and no more threads or memory pools than it needs."""
    kept = {key: value for key, value in environ.items() if key.upper() in _KEPT_VARIABLES}
    return kept | {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "4"}


def confine(memory_bytes: int, file_bytes: int, nice: int = 0) -> None:
    """Puts this process under its bounds, for good."""
    if nice and hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(nice)
    with contextlib.suppress(ImportError):
        import resource

        _bound(resource.RLIMIT_CORE, 0)
        _bound(resource.RLIMIT_FSIZE, file_bytes)
        if sys.platform == "linux":
            _bound(resource.RLIMIT_AS, memory_bytes)
    if sys.platform == "linux":
        _gain_nothing()


def _bound(which: int, value: int) -> None:
    import resource

    _, hard = resource.getrlimit(which)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(which, (value, value))


def _gain_nothing() -> None:
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


@contextlib.contextmanager
def cpu_budget(cpu_s: int) -> Generator[None]:
    """Ends this process by SIGXCPU where what runs inside uses more than `cpu_s` seconds of CPU."""
    try:
        import resource
    except ImportError:
        yield
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent_s = int(usage.ru_utime + usage.ru_stime) + 1
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    bound = spent_s + cpu_s if hard == resource.RLIM_INFINITY else min(spent_s + cpu_s, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (bound, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def peak_bytes() -> int:
    """The most memory that this process ever held; 0 where the platform does not say.

    Linux counts into `ru_maxrss` what the parent held when it forked, so that children of a large program would seem to
    have grown; the high-water mark of `/proc` begins with the program that was executed (proc_pid_status(5), VmHWM).
    """
    try:
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
