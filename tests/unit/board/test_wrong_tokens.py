"""Who guesses has to wait."""

import pytest

from engine.board.wrong_tokens import FROM_ALL_MAX, FROM_ONE_MAX, TooManyWrongError, WrongTokens


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def counted(*addresses: str) -> tuple[WrongTokens, Clock]:
    """The counter after a wrong token from each of `addresses`."""
    clock = Clock()
    wrong = WrongTokens(clock)
    for address in addresses:
        wrong.check(address)
        wrong.count(address)
    return wrong, clock


def test_one_who_guesses_waits_and_others_do_not() -> None:
    wrong, clock = counted(*["192.0.2.1"] * FROM_ONE_MAX)
    clock.now += 20.5
    with pytest.raises(TooManyWrongError) as refused:
        wrong.check("192.0.2.1")
    assert refused.value.seconds == 40
    wrong.check("192.0.2.2")


def test_a_minute_later_tokens_are_looked_at_again() -> None:
    wrong, clock = counted(*["192.0.2.1"] * FROM_ONE_MAX)
    clock.now += 60
    wrong.check("192.0.2.1")
    wrong.count("192.0.2.1")
    wrong.check("192.0.2.1")


def test_few_wrong_ones_are_borne() -> None:
    wrong, _ = counted(*["192.0.2.1"] * (FROM_ONE_MAX - 1))
    wrong.check("192.0.2.1")


def test_the_addresses_of_one_ipv6_machine_count_as_one() -> None:
    wrong, _ = counted(*[f"2001:db8::{number:x}" for number in range(FROM_ONE_MAX)])
    with pytest.raises(TooManyWrongError):
        wrong.check("2001:db8::ffff")
    wrong.check("2001:db8:0:1::1")


def test_ipv4_addresses_told_as_ipv6_are_told_apart() -> None:
    wrong, _ = counted(*["::ffff:192.0.2.1"] * FROM_ONE_MAX)
    wrong.check("::ffff:192.0.2.2")


def test_many_who_guess_a_little_are_bounded_too() -> None:
    wrong, _ = counted(*[f"host-{number}" for number in range(FROM_ALL_MAX)])
    with pytest.raises(TooManyWrongError):
        wrong.check("somebody else")
