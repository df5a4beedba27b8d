"""How golden files are brought up to date: `pytest tests/golden --update-golden`, and then a look at the difference."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option. It is known where a path below `tests/golden` is given."""
    parser.addoption(
        "--update-golden", action="store_true", help="write what comes out over what is expected"
    )


@pytest.fixture
def updates_golden(request: pytest.FixtureRequest) -> bool:
    """Whether expectations are to be written instead of compared."""
    return bool(request.config.getoption("--update-golden", default=False))
