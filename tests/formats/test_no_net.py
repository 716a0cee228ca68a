"""No document asks anything of the net while it is made, nor while its HTML is read."""

import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pypandoc
import pytest

from tests.render.test_documents import shape
from transcript2handoff.errors import DocumentError
from transcript2handoff.formats import Paper, docx, pdf
from transcript2handoff.render import brief_html

REMOTE = (
    "![a picture]({url}/1.png)",
    "![a picture][there]\n\n[there]: {url}/2.png",
    '<img src="{url}/3.png" srcset="{url}/4.png 2x">',
    '<link rel="stylesheet" href="{url}/5.css"><iframe src="{url}/6"></iframe>',
    '`<img src="{url}/7.png">`{{=html}}',
    '#image("{url}/8.png")',
    "\\includegraphics{{{url}/9.png}}",
    "![a picture]({url}/10.svg){{width=50%}}",
)
"""Ways to name a picture, a style or a page that lies elsewhere."""
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'width="4" height="2">'
)
LOGO_PICTURES = (
    '<image href="{url}/11.png" width="4" height="2"/>',
    '<image xlink:href="{url}/12.png" width="4" height="2"/>',
)


class Handler(BaseHTTPRequestHandler):
    """Remembers what it is asked for."""

    def do_GET(self):
        self.server.asked.append(self.path)
        self.send_error(404)

    def log_message(self, *args):
        """Nothing."""


@contextmanager
def listening():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.asked = []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server, f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def elsewhere():
    """A server on loopback, and its address."""
    with listening() as found:
        yield found


def test_a_converter_without_its_limits_would_have_asked(elsewhere):
    """So that silence below is no matter of the server."""
    server, url = elsewhere
    command = [pypandoc.get_pandoc_path(), "--from=markdown", "--to=docx", "--output=-"]
    text = REMOTE[0].format(url=url).encode()
    subprocess.run(command, input=text, capture_output=True, check=True, timeout=60)
    assert set(server.asked) == {"/1.png"}


@pytest.mark.parametrize("make", [docx, pdf])
def test_a_picture_that_lies_elsewhere_is_not_asked_for(make, elsewhere):
    server, url = elsewhere
    text = "\n\n".join(each.format(url=url) for each in REMOTE)
    assert make(text, Paper(title="Plan"))
    assert server.asked == []


@pytest.mark.parametrize("make", [docx, pdf])
def test_a_logo_brings_no_picture_from_elsewhere(make, elsewhere):
    server, url = elsewhere
    for picture in LOGO_PICTURES:
        logo = f"{SVG}{picture.format(url=url)}</svg>"
        with pytest.raises(DocumentError, match="URLs are not allowed"):
            make("# Plan", Paper(title="Plan", logo=logo.encode()))
    assert server.asked == []


@pytest.mark.slow
def test_a_brief_asks_nothing_of_the_net_when_it_is_read(chromium, elsewhere, tmp_path):
    server, url = elsewhere
    words = " ".join(each.format(url=url) for each in REMOTE)
    file = tmp_path / "brief.html"
    file.write_text(shape(words, brief_html), encoding="utf-8")
    assert server.asked == []
    asked = []
    with chromium.new_context() as context:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri(), wait_until="networkidle")
        assert url in page.locator("body").inner_text()
    assert [each for each in asked if not each.startswith(("file:", "data:"))] == []
    assert server.asked == []
    assert httpx.get(f"{url}/now").status_code == 404
    assert server.asked == ["/now"]
