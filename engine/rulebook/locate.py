"""Where the rules that come with the software lie on disk."""

from pathlib import Path
from typing import Final

_ENGINE: Final = Path(__file__).resolve().parent.parent


def shipped_rules() -> Path:
    """The folder of the shipped rules: inside an installed wheel, else beside the packages of the checkout.

    Raises `FileNotFoundError` where it is in neither place.
    """
    places = (_ENGINE / "_shipped" / "rules", _ENGINE.parent / "rules")
    for place in places:
        if place.is_dir():
            return place
    expected = " or ".join(str(place) for place in places)
    msg = f"expected the shipped rules in {expected}, found neither; is the installation complete?"
    raise FileNotFoundError(msg)
