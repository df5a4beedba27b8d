"""Where the brokers are and how to speak to them."""

import ssl
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Connection:
    """The brokers' addresses, and credentials where they ask for them."""

    brokers: str
    """`host:port`, several separated by commas."""
    client_id: str = "sunlight"
    tls: ssl.SSLContext | None = None
    sasl_username: str | None = None
    sasl_password: str | None = None
    sasl_mechanism: str = "SCRAM-SHA-512"

    def client_options(self) -> dict[str, Any]:
        """The options that every aiokafka client takes."""
        options: dict[str, Any] = {
            "bootstrap_servers": [address.strip() for address in self.brokers.split(",")],
            "client_id": self.client_id,
            "security_protocol": self.security_protocol(),
        }
        if self.tls is not None:
            options["ssl_context"] = self.tls
        if self.sasl_username is not None:
            options |= {
                "sasl_mechanism": self.sasl_mechanism,
                "sasl_plain_username": self.sasl_username,
                "sasl_plain_password": self.sasl_password,
            }
        return options

    def security_protocol(self) -> str:
        """Kafka's name of the protocol that the settings amount to."""
        plain = "PLAINTEXT" if self.tls is None else "SSL"
        return plain if self.sasl_username is None else f"SASL_{plain}"

    def broker_urls(self) -> list[str]:
        """The addresses as Faust's settings want them."""
        return [f"kafka://{address.strip()}" for address in self.brokers.split(",")]

    def __repr__(self) -> str:
        """The addresses only: a password belongs in no log."""
        return f"Connection({self.brokers!r}, {self.security_protocol()})"
