"""Where the board may listen."""

import pytest

from engine.board.settings import SettingError, check_access, is_loopback

TOKEN = "a token that is long enough"  # noqa: S105


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "::1", "[::1]", "LocalHost"])
def test_loopback_needs_no_token(host: str) -> None:
    assert is_loopback(host)
    check_access(host, None)
    check_access(host, TOKEN)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "board.example", "", "localhost.example"])  # noqa: S104
def test_any_other_host_is_refused_without_a_token(host: str) -> None:
    with pytest.raises(SettingError, match="so a token is needed"):
        check_access(host, None)
    check_access(host, TOKEN)


def test_a_token_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(SettingError, match="expected at least 16 characters, got 5"):
        check_access("127.0.0.1", "short")
