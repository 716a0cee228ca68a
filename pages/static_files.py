"""Files that are the same for everybody: style, scripts, and the libraries beside them."""

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC: Final = Path(str(files("transcript2handoff.pages"))) / "static"
PREFIX: Final = "/static"
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_EACH_TIME: Final = "no-cache"


class Assets(StaticFiles):
    """Serves the files; one that is asked for by its digest is kept by browsers for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file, or that there is none."""
        response = await super().get_response(path, scope)
        by_digest = scope["query_string"].startswith(b"v=")
        response.headers["Cache-Control"] = _FOR_EVER if by_digest else _ASK_EACH_TIME
        return response


def asset(path: str) -> str:
    """The address of a file below ``static/``, with its digest: ``asset("css/base.css")``.

    Modules have none: they name each other without one, and one of two addresses would run twice.
    """
    if path.startswith("js/"):
        return f"{PREFIX}/{path}"
    return f"{PREFIX}/{path}?v={_digest(path, (STATIC / path).stat().st_mtime_ns)}"


@cache
def _digest(path: str, _changed: int) -> str:
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
