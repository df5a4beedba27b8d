"""The page and what it is made of, read once at the start; nothing else can be asked for by any name."""

from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from aiohttp import web

_DIRECTORY: Final = Path(__file__).parent / "static"
_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class Asset(NamedTuple):
    """A file as it is sent."""

    body: bytes
    type: str
    tag: str
    """Changes with the content."""


def load_assets() -> dict[str, Asset]:
    """Every file of the page, by its name."""
    assets = {}
    for path in sorted(_DIRECTORY.iterdir()):
        if path.suffix in _TYPES:
            body = path.read_bytes()
            assets[path.name] = Asset(body, _TYPES[path.suffix], f'"{sha256(body).hexdigest()[:16]}"')
    return assets


def sent(asset: Asset, request: web.Request) -> web.Response:
    """`asset`, or that it has not changed."""
    headers = {"ETag": asset.tag, "Cache-Control": "no-cache"}
    if request.headers.get("If-None-Match") == asset.tag:
        return web.Response(status=304, headers=headers)
    return web.Response(body=asset.body, headers=headers | {"Content-Type": asset.type})
