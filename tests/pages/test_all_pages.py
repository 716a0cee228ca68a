"""What is true of every page: no barrier, no scrolling sideways, and nothing hidden in scripts."""

import pytest

from tests.pages.conftest import copied
from tests.pages.paths import PATHS

pytestmark = pytest.mark.slow

WORDS = """() => {
    const kinds = '.needs-script, [data-moment], [data-scripted], [data-varies]';
    const apart = [...document.querySelectorAll(kinds)];
    apart.forEach((one) => one.classList.add('apart'));
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('.apart { display: none !important; }');
    document.adoptedStyleSheets.push(sheet);
    const words = document.querySelector('main').innerText;
    document.adoptedStyleSheets.pop();
    return words;
}"""
"""What is read on a page, without what a script has put there or writes in another time zone, and
what differs each time."""
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SETTLED = """async () => {
    await new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)));
    await Promise.allSettled(document.getAnimations().map((one) => one.finished));
}"""
"""Colours fade from one scheme into the other."""
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def everything(harborline_template, tmp_path_factory):
    """One site for all pages: nothing is changed in it."""
    with copied(harborline_template, tmp_path_factory.mktemp("all") / "site") as served:
        yield served


def opened(page, path):
    answer = page.goto(path)
    assert answer.ok or "no-such" in path, answer.status
    return page


@pytest.mark.parametrize(("role", "path"), PATHS, ids=lambda one: one or "anybody")
def test_anybody_can_use_it(everything, visits, axe, role, path):
    where = everything.path(path)
    page = opened(visits(everything, role), where)
    words = page.evaluate(WORDS)
    axe(page)
    page.emulate_media(color_scheme="dark")
    page.evaluate(SETTLED)
    axe(page, only="color-contrast")
    page.set_viewport_size(PHONE)
    assert page.evaluate(WIDE) == 0, "it scrolls sideways on a phone"
    axe(page, only="target-size")
    assert [one for one in page.faults if "no-such" not in path] == []
    plain = opened(visits(everything, role, scripts=False), where)
    told = plain.evaluate(WORDS)
    assert [line for line in words.splitlines() if line not in told] == []
    assert plain.locator("main a[href], main form").count(), "nothing leads on without scripts"
