"""Write pictures of every page: at three widths, in light and dark.

``python -m docs.screenshots FOLDER [WORD ...]`` from the top of the repository; with words, only
pages whose address has one of them.
"""

import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from docs.lived_in import live_in
from tests.conftest import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.pages.conftest import Site, serving
from tests.pages.paths import PATHS
from tests.pages.seeding import seed
from transcript2handoff.store import Store, migrate

WIDTHS: Final = (1440, 820, 390)
SCHEMES: Final = ("light", "dark")
HEIGHT: Final = 1000
TALLEST: Final = 6000
"""Pixels of a picture of all of a page: a brief goes on for much longer."""
_SETTLES: Final = 300
"""Milliseconds in which scripts draw what they draw."""
WHOLE: Final = ("/deals/{deal}", "/deals/{deal}/questions")
"""Pages of which a picture of all of it is made, in light and at the widest."""


def main(folder: Path, words: list[str]) -> None:
    """Write the pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [one for one in PATHS if not words or any(word in one[1] for word in words)]
    with tempfile.TemporaryDirectory() as kept, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(CHROMIUM_ARGUMENTS)
        )
        with closing(_store(Path(kept))) as store:
            seeded = seed(store, Path(kept))
            with serving(store, Path(kept), seeded) as site:
                shared = live_in(site, Path(kept))
                for role, path in [*wanted, (None, shared)]:
                    for name, picture in _pictures(browser, site, role, path):
                        (folder / name).write_bytes(_webp(picture))
        browser.close()


def _store(folder: Path) -> Store:
    address = f"sqlite:///{folder / 't2h.db'}"
    migrate(address)
    return Store.open(address, str(folder / "blobs"))


def _pictures(
    browser: Browser, site: Site, role: str | None, path: str
) -> Iterator[tuple[str, bytes]]:
    words = path.translate(_PLAIN).split()
    name = "-".join(["shared", "anybody"] if words[0] == "shared" else [*words, role or "anybody"])
    for scheme in SCHEMES:
        context = browser.new_context(
            base_url=site.url, color_scheme=scheme, reduced_motion="reduce"
        )
        if role is not None:
            context.add_cookies([site.cookie(role)])
        page = context.new_page()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.goto(site.path(path))
            page.wait_for_timeout(_SETTLES)
            yield f"{name}-{width}-{scheme}.webp", page.screenshot()
            if path in WHOLE and width == WIDTHS[0] and scheme == SCHEMES[0]:
                yield f"{name}-whole.webp", page.screenshot(full_page=True)
        context.close()


_PLAIN: Final[Any] = str.maketrans(dict.fromkeys("/?&={}:%", " "))


def _webp(picture: bytes) -> bytes:
    out = io.BytesIO()
    whole = Image.open(io.BytesIO(picture)).convert("RGB")
    shown = whole.crop((0, 0, whole.width, min(whole.height, TALLEST)))
    shown.save(out, "WEBP", quality=70, method=6)
    return out.getvalue()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
