"""The embedded broker."""

import pytest

from engine.embedded.broker import PARTITIONS, EmbeddedBroker, EmbeddedBrokerError


def test_it_listens_on_loopback_and_makes_its_topics() -> None:
    with EmbeddedBroker(["a.v1"]) as broker:
        assert broker.address.startswith("127.0.0.1:")
        broker.create("a.v1")
        broker.create("b.v1")
    assert PARTITIONS == 4


def test_a_closed_broker_makes_no_topics() -> None:
    broker = EmbeddedBroker()
    broker.close()
    with pytest.raises(EmbeddedBrokerError, match="closed"):
        broker.create("a.v1")
