"""What the figures were measured on and with."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("faust-streaming", "aiokafka", "confluent-kafka", "rocksdict", "msgspec", "uvloop")


def processor() -> str:
    """The processor's name, as the kernel says it."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def memory_gib() -> float:
    """Main memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def versions() -> str:
    """Python and what the contenders are made of."""
    return ", ".join(
        [f"CPython {platform.python_version()}", *(f"{name} {version(name)}" for name in PACKAGES)]
    )


def load() -> float:
    """The load average of the last minute."""
    return os.getloadavg()[0]
