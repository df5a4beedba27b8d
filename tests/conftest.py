"""What every ring shares: Hypothesis's profiles, and where the shared data lies."""

import os
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

from tools.rings import SHARED, shared_data

_SHARED_DATA: Final = shared_data(os.environ)

collect_ignore = [] if _SHARED_DATA else [SHARED]

# No deadline: the machine is shared, and how long an example takes is measured by benchmarks.
settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci", max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The directory of the shared data; only the ring that needs it asks."""
    assert _SHARED_DATA is not None, "a test outside tests/shared asked for the shared data"
    return _SHARED_DATA
