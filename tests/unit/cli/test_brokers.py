"""How a connection is told to the three Kafka clients, and which settings contradict each other."""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from engine.cli.brokers import addresses, connection, kafka_python_settings, librdkafka_settings, tls_context
from engine.cli.failure import Failure
from engine.cli.resolve import Settings, Sources, resolve
from engine.cli.settings import SETTINGS


def settings(**values: str) -> Settings:
    """Settings with these values."""
    return resolve(SETTINGS, Sources({name: (name, text) for name, text in values.items()}, {}, None))


def test_without_credentials_all_clients_speak_plainly() -> None:
    plain = settings()
    assert librdkafka_settings(plain) == {"security.protocol": "PLAINTEXT"}
    assert kafka_python_settings(plain) == {"security_protocol": "PLAINTEXT"}
    assert connection(plain).client_options()["security_protocol"] == "PLAINTEXT"


SESAME: Final = "sesame"


def test_a_password_reaches_all_clients() -> None:
    secured = settings(sasl_username="reader", sasl_password=SESAME)
    assert librdkafka_settings(secured) == {
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": "reader",
        "sasl.password": SESAME,
    }
    assert kafka_python_settings(secured)["sasl_plain_password"] == SESAME
    assert connection(secured).client_options()["sasl_plain_password"] == SESAME
    assert SESAME not in repr(connection(secured))


def test_tls_is_verified_against_the_system_unless_an_authority_is_named() -> None:
    secured = settings(tls="true")
    context = tls_context(secured)
    assert context is not None
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert librdkafka_settings(secured) == {"security.protocol": "SSL"}
    assert librdkafka_settings(settings(tls="true", tls_ca="ca.pem"))["ssl.ca.location"] == "ca.pem"


@pytest.mark.parametrize(
    ("told", "values", "said"),
    [
        pytest.param(
            connection,
            {"sasl_username": "u"},
            "sasl_username and sasl_password: expected both or neither",
            id="half",
        ),
        pytest.param(
            connection,
            {"tls": "true", "tls_key": "k"},
            "tls_certificate and tls_key: expected both or neither",
            id="half-a-certificate",
        ),
        pytest.param(
            connection,
            {"tls_ca": "ca.pem"},
            "tls_ca, tls_certificate: files for TLS without TLS; is 'tls: true' missing?",
            id="files-without-tls",
        ),
        pytest.param(
            tls_context,
            {"tls": "true", "tls_ca": "none.pem"},
            "tls_ca, tls_certificate, tls_key: cannot be used: [Errno 2] No such file or directory",
            id="no-such-file",
        ),
        pytest.param(
            addresses,
            {"bootstrap": "a:1, b"},
            "bootstrap: expected host:port, several parted by commas; got ' b'",
            id="no-port",
        ),
    ],
)
def test_what_cannot_be_is_refused(
    told: Callable[[Settings], object], values: dict[str, str], said: str
) -> None:
    with pytest.raises(Failure) as failure:
        told(settings(**values))
    assert [line.en for line in failure.value.lines] == [said]


def test_addresses_may_be_many() -> None:
    assert addresses(settings(bootstrap="a:1,b:2")) == "a:1,b:2"


def test_a_relative_file_of_a_flag_is_below_the_working_directory() -> None:
    assert librdkafka_settings(settings(tls="true", tls_ca="etc/ca.pem"))["ssl.ca.location"] == str(
        Path("etc/ca.pem")
    )
