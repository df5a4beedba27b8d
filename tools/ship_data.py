"""What the wheel carries beside the packages: the shipped rules and the list of topics."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ShippedData(BuildHookInterface[Any]):
    """Puts `rules/` and `topics.yaml` under `engine/_shipped` of a wheel.

    An editable install has them beside the packages, where a copy would go stale.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files to a standard wheel. A missing one ends the build with its name."""
        if version == "standard":
            build_data["force_include"].update(
                {"rules": "engine/_shipped/rules", "topics.yaml": "engine/_shipped/topics.yaml"}
            )
