"""What a file may cost: the process's own limits, and what may come out of a file."""

import contextlib
import ctypes
import os
import resource
import signal

MB = 1 << 20

MEMORY = 1024 * MB
# LibreOffice maps far more than it uses.
OFFICE_MEMORY = 4096 * MB
FILE_SIZE = 1024 * MB
OPEN_FILES = 256
CPU_SECONDS = 45

PIXELS = 50_000_000
# All frames of a moving picture together.
FRAME_PIXELS = 50_000_000
FRAMES = 300
SIDE = 16_383  # WebP's own

ENTRIES = 10_000
UNPACKED = 1024 * MB
# Above this a file of a hundred times its size is a bomb: honest tables reach about fifty.
UNPACKED_ANYWAY = 64 * MB
RATIO = 100
XML = 256 * MB  # of one part
PAGES = 10_000

_NEW_USER = 0x10000000
_NEW_NET = 0x40000000
_PARENT_DEATH = 1
_NO_NEW_PRIVILEGES = 38


def confine() -> None:
    """Takes from this process what it does not need. What the system does not know is left out."""
    for what, soft, hard in (
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES),
        (resource.RLIMIT_FSIZE, FILE_SIZE, FILE_SIZE),
        (resource.RLIMIT_AS, MEMORY, OFFICE_MEMORY),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (soft, hard))
    os.nice(10)
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None, use_errno=True)
        with contextlib.suppress(OSError):
            _leave_network(libc)
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        # Last: a change of rights makes the kernel forget it.
        libc.prctl(_PARENT_DEATH, signal.SIGKILL, 0, 0, 0)


def allow_time() -> None:
    """CPU seconds for one more request; after them the kernel ends the process (SIGXCPU)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))


def allow_office_memory() -> None:
    """For a child of this process, before its program."""
    resource.setrlimit(resource.RLIMIT_AS, (OFFICE_MEMORY, OFFICE_MEMORY))


def _leave_network(libc: ctypes.CDLL) -> None:
    """A network of its own without any device, where the kernel lets one have it."""
    user, group = os.getuid(), os.getgid()
    if libc.unshare(_NEW_USER | _NEW_NET) != 0:
        return
    for name, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as about:  # noqa: PTH123
            about.write(line)
