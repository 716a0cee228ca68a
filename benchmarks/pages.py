"""How soon a large brief can be used: 150 claims, and a call of an hour and a half.

``python -m benchmarks.pages`` from the top of the repository. The time is measured in the browser,
from the beginning of a navigation until a line is unfolded and its words are heard; the browser has
nothing of the page kept, and the deal was opened before.
"""

import tempfile
from contextlib import closing
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from tests.conftest import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.large_deals import large_calls
from tests.pages.conftest import Site, serving
from tests.pages.test_budget import MINUTES, put_with_recording, used
from transcript2handoff.settings import Settings
from transcript2handoff.store import Store, migrate
from transcript2handoff.telemetry import set_up_logging

TIMES: Final = 5


def main() -> None:
    """Print the table."""
    set_up_logging(Settings(log_level="error"))
    print("| time | answered | laid out | usable |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as kept, sync_playwright() as playwright:
        folder = Path(kept)
        address = f"sqlite:///{folder / 't2h.db'}"
        migrate(address)
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(CHROMIUM_ARGUMENTS)
        )
        with closing(Store.open(address, str(folder / "blobs"))) as store:
            seeded = put_with_recording(store, large_calls(claims=150, minutes=MINUTES))
            with serving(store, folder, seeded) as site:
                _visit(browser, site, 0)
                for time in range(1, TIMES + 1):
                    answered, laid_out, _, heard = _visit(browser, site, time)
                    print(f"| {time} | {answered:.2f} s | {laid_out:.2f} s | {heard:.2f} s |")
        browser.close()


def _visit(browser: Browser, site: Site, number: int) -> list[float]:
    with closing(browser.new_context(base_url=site.url)) as context:
        context.add_cookies([site.cookie("csm")])
        seconds: list[float] = used(context.new_page(), site, number)
        return seconds


if __name__ == "__main__":
    main()
