"""How the settings of a connection are told to each of the three Kafka clients."""

import ssl
from typing import Any

from engine.cli.failure import Failure, misused
from engine.cli.resolve import Settings
from engine.cli.settings import (
    BOOTSTRAP,
    SASL_MECHANISM,
    SASL_PASSWORD,
    SASL_USERNAME,
    TLS,
    TLS_CA,
    TLS_CERTIFICATE,
    TLS_KEY,
)
from engine.core.text import Text
from engine.worker.connection import Connection


def security_protocol(settings: Settings) -> str:
    """Kafka's name of what the settings amount to. Raises `Failure` where they contradict each other."""
    if (settings[SASL_USERNAME] is None) != (settings[SASL_PASSWORD] is None):
        raise misused(
            Text(
                "sasl_username 与 sasl_password 须同时给出",
                "sasl_username and sasl_password: expected both or neither",
            )
        )
    if (settings[TLS_CERTIFICATE] is None) != (settings[TLS_KEY] is None):
        raise misused(
            Text(
                "tls_certificate 与 tls_key 须同时给出",
                "tls_certificate and tls_key: expected both or neither",
            )
        )
    if not settings[TLS] and (settings[TLS_CA] or settings[TLS_CERTIFICATE]):
        raise misused(
            Text(
                "给出了 TLS 文件但未启用 TLS，是否缺少 tls: true？",
                "tls_ca, tls_certificate: files for TLS without TLS; is 'tls: true' missing?",
            )
        )
    plain = "SSL" if settings[TLS] else "PLAINTEXT"
    return plain if settings[SASL_USERNAME] is None else f"SASL_{plain}"


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """What Python's clients need for TLS; None without it. Raises `Failure` where a file cannot be used."""
    if not settings[TLS]:
        return None
    try:
        context = ssl.create_default_context(cafile=settings[TLS_CA])
        certificate = settings[TLS_CERTIFICATE]
        if certificate is not None:
            context.load_cert_chain(certificate, settings[TLS_KEY])
    except OSError as error:
        raise Failure(
            Text(f"TLS 文件无法使用：{error}", f"tls_ca, tls_certificate, tls_key: cannot be used: {error}")
        ) from error
    return context


def librdkafka_settings(settings: Settings) -> dict[str, str]:
    """For confluent-kafka, without the addresses."""
    chosen = {"security.protocol": security_protocol(settings)}
    files = {
        "ssl.ca.location": settings[TLS_CA],
        "ssl.certificate.location": settings[TLS_CERTIFICATE],
        "ssl.key.location": settings[TLS_KEY],
    }
    chosen |= {name: str(path) for name, path in files.items() if path is not None}
    username, password = settings[SASL_USERNAME], settings[SASL_PASSWORD]
    if username is not None and password is not None:
        chosen |= {
            "sasl.mechanism": settings[SASL_MECHANISM],
            "sasl.username": username,
            "sasl.password": password,
        }
    return chosen


def kafka_python_settings(settings: Settings) -> dict[str, Any]:
    """For kafka-python, without the addresses."""
    chosen: dict[str, Any] = {"security_protocol": security_protocol(settings)}
    context = tls_context(settings)
    if context is not None:
        chosen["ssl_context"] = context
    if settings[SASL_USERNAME] is not None:
        chosen |= {
            "sasl_mechanism": settings[SASL_MECHANISM],
            "sasl_plain_username": settings[SASL_USERNAME],
            "sasl_plain_password": settings[SASL_PASSWORD],
        }
    return chosen


def addresses(settings: Settings) -> str:
    """The brokers' addresses. Raises `Failure` where one is no `host:port`."""
    text = settings[BOOTSTRAP]
    for address in text.split(","):
        host, colon, port = address.strip().rpartition(":")
        if not (host and colon and port.isdecimal()):
            raise misused(
                Text(
                    f"bootstrap：应为 host:port，实为 {address!r}",
                    f"bootstrap: expected host:port, several parted by commas; got {address!r}",
                )
            )
    return text


def connection(settings: Settings) -> Connection:
    """For aiokafka."""
    security_protocol(settings)
    return Connection(
        addresses(settings),
        tls=tls_context(settings),
        sasl_username=settings[SASL_USERNAME],
        sasl_password=settings[SASL_PASSWORD],
        sasl_mechanism=settings[SASL_MECHANISM],
    )
