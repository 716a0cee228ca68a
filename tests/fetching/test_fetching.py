"""Recordings are fetched from the fake recorders, over real HTTPS; and from nowhere else."""

import dataclasses
import gzip
import hashlib
import ipaddress
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from transcript2handoff.errors import (
    Cancelled,
    FetchError,
    FetchGoneError,
    FetchPassingError,
    FetchRefusedError,
)
from transcript2handoff.fetching import Fetching, FetchLimits, GongCall, ZoomFile, as_text
from transcript2handoff.fetching.network import Network, is_open
from transcript2handoff.service_file import GongAccess, ServiceFile
from transcript2handoff.store import Blobs
from transcript2handoff.testing.crm_faults import (
    CrmCut,
    CrmDrip,
    CrmRedirect,
    CrmReset,
    CrmStall,
    CrmStatus,
)
from transcript2handoff.testing.recorder_server import GONG, ZOOM, ZOOM_FILES, RecorderServer
from transcript2handoff.watch import Watch
from transcript2handoff.webhooks import RecordingFile

SOUND = bytes(range(256)) * 5000
QUICK = FetchLimits(silent_seconds=1, connect_seconds=2, attempts=3, first_wait_seconds=0.001)


@pytest.fixture
def blobs(tmp_path):
    return Blobs.open(str(tmp_path / "blobs"))


@pytest.fixture
def recorders():
    with RecorderServer(recordings={"f1": SOUND, "77": SOUND}) as server:
        yield server


def gong_of(server):
    return GongAccess(key=server.key, secret=SecretStr(server.secret))


def fetching(server, *, limits=QUICK, network=None):
    service = ServiceFile(gong=gong_of(server))
    return Fetching(service, limits=limits, network=network or server.network)


def zoom(server, *, url=None, token="download-token-of-zoom"):
    file = RecordingFile(id="f1", type="M4A", url=SecretStr(url or server.zoom_url("f1")))
    return as_text(ZoomFile(file=file, token=token and SecretStr(token)))


def test_a_recording_of_zoom_by_way_of_another_host(recorders, blobs):
    seen = []
    fetched = fetching(recorders).fetch(zoom(recorders), blobs, Watch(report=seen.append))
    assert fetched.blob.digest == hashlib.sha256(SOUND).hexdigest()
    assert b"".join(blobs.read(fetched.blob.digest)) == SOUND
    assert fetched.media_type == "audio/mp4"
    assert seen[0] == 0
    assert seen[-1] == 1
    first, second = recorders.requests
    assert (first.headers["host"], second.headers["host"]) == (ZOOM, ZOOM_FILES)
    assert "authorization" in first.headers
    assert "authorization" not in second.headers


def test_a_call_of_gong_is_asked_for_by_its_id(recorders, blobs):
    fetched = fetching(recorders).fetch(as_text(GongCall(call_id="77")), blobs)
    assert fetched.blob.bytes == len(SOUND)
    question, download = recorders.requests
    assert question.headers["host"] == GONG
    assert "authorization" not in download.headers


def test_fetching_twice_is_one_blob(recorders, blobs):
    both = [fetching(recorders).fetch(zoom(recorders), blobs) for _ in range(2)]
    assert both[0] == both[1]
    assert len(list(blobs.everything())) == 1


@pytest.mark.parametrize(
    "fault",
    [CrmReset(), CrmCut(), CrmStall(seconds=3), CrmStatus(status=503), CrmStatus(status=429)],
)
def test_what_passes_is_tried_again(blobs, fault):
    with RecorderServer(recordings={"f1": SOUND}, script=[None, fault]) as server:
        fetched = fetching(server).fetch(zoom(server), blobs)
        assert fetched.blob.digest == hashlib.sha256(SOUND).hexdigest()
        assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (500, FetchPassingError),
        (408, FetchPassingError),
        (401, FetchGoneError),
        (403, FetchGoneError),
        (404, FetchGoneError),
        (410, FetchGoneError),
        (400, FetchRefusedError),
        (204, FetchRefusedError),
    ],
)
def test_a_status_is_told_as_what_it_means(blobs, status, kind):
    with RecorderServer(script=lambda _: CrmStatus(status=status)) as server:
        with pytest.raises(kind) as caught:
            fetching(server).fetch(zoom(server), blobs)
        assert type(caught.value) is kind
        assert len(server.requests) == (3 if kind is FetchPassingError else 1)
    assert server.token not in str(caught.value)
    assert "f1" not in str(caught.value)
    assert not list(blobs.everything())


def test_how_long_to_wait_is_said(blobs):
    busy = CrmStatus(status=429, headers={"retry-after": "7"})
    with RecorderServer(script=lambda _: busy) as server:
        limits = dataclasses.replace(QUICK, attempts=1)
        with pytest.raises(FetchPassingError) as caught:
            fetching(server, limits=limits).fetch(zoom(server), blobs)
    assert caught.value.wait == 7


def test_a_page_in_place_of_a_recording_is_an_ended_token(recorders, blobs):
    with pytest.raises(FetchGoneError, match="shows a page in place of the recording"):
        fetching(recorders).fetch(zoom(recorders, token="another"), blobs)
    assert not list(blobs.everything())


@pytest.mark.parametrize(
    "url",
    [
        "http://us02web.zoom.us/f1",
        "https://us02web.zoom.us:8443/f1",
        "https://user@us02web.zoom.us/f1",
        "https://zoom.us.evil.example/f1",
        "https://notzoom.us/f1",
        "https://evil.example/zoom.us",
        "https://evil.example\\@zoom.us/f1",
        "https://zoom.us/a b",
        "https://zoom.us:x/f1",
        "https://[::1]/f1",
        "https://127.0.0.1/f1",
        "https://2130706433/f1",
        "https://0x7f000001/f1",
        "https://0177.0.0.1/f1",
        "https://127.1/f1",
        "https://[::ffff:127.0.0.1]/f1",
        "https://[fe80::1%25eth0]/f1",
        "https://localhost/f1",
        "https://zoom.us./f1",
        "https://zoom.us:443@evil.example/f1",
        "https://evil.example#.zoom.us/f1",
        "https://evil.example?.zoom.us/f1",
        "https://evil.example%2f.zoom.us/f1",
        "https://evil.example%00.zoom.us/f1",
        "https://zoom.us:80/f1",
        "https://zoom.us/\r\nHost: evil.example",
        "https://zoom.us\t.evil.example/f1",
        "gopher://zoom.us/f1",
        "//zoom.us/f1",
        "\x00https://zoom.us/f1",
        "file:///etc/passwd",
        "https:///f1",
        "https://zoom.us/ü",
    ],
)
def test_nothing_is_asked_of_other_places(recorders, blobs, url):
    with pytest.raises(FetchRefusedError):
        fetching(recorders).fetch(zoom(recorders, url=url), blobs)
    assert not recorders.requests


@pytest.mark.parametrize(
    "to",
    ["https://evil.example/f1", "http://ssrweb.zoom.us/f1", "//evil.example/f1", "https://[bad/"],
)
def test_a_redirect_to_another_place_is_not_followed(blobs, to):
    with RecorderServer(script=lambda _: CrmRedirect(to=to)) as server:
        with pytest.raises(FetchRefusedError):
            fetching(server).fetch(zoom(server), blobs)
        assert len(server.requests) == 1


def test_redirects_without_end(blobs):
    with RecorderServer(script=lambda _: CrmRedirect(to="/again")) as server:
        with pytest.raises(FetchRefusedError, match="more than 5 times"):
            fetching(server).fetch(zoom(server), blobs)
        assert len(server.requests) == 6


def test_gong_may_not_send_its_key_somewhere_else(blobs):
    with RecorderServer(script=lambda _: CrmRedirect(to="https://media.gong.io/x")) as server:
        with pytest.raises(FetchRefusedError, match="status 307"):
            fetching(server).fetch(as_text(GongCall(call_id="77")), blobs)
        assert len(server.requests) == 1


@pytest.mark.parametrize("said", [{}, {"calls": []}, {"calls": [{"metaData": {"id": "78"}}]}, []])
def test_a_call_of_which_gong_has_no_recording(blobs, said):
    with (
        RecorderServer(script=lambda _: CrmStatus(status=200, body=said)) as server,
        pytest.raises(FetchGoneError, match="Gong gives no recording of the call 77"),
    ):
        fetching(server).fetch(as_text(GongCall(call_id="77")), blobs)


def test_gong_without_access(recorders, blobs):
    unknown = Fetching(ServiceFile(), network=recorders.network)
    with pytest.raises(FetchRefusedError, match="Write the section gong into the service file"):
        unknown.fetch(as_text(GongCall(call_id="77")), blobs)


def test_a_recording_may_be_as_large_as_it_may_be_and_no_larger(recorders, blobs):
    exactly = dataclasses.replace(QUICK, most_bytes=len(SOUND))
    less = dataclasses.replace(QUICK, most_bytes=len(SOUND) - 1)
    with pytest.raises(FetchRefusedError, match="sends more than 1,279,999 bytes"):
        fetching(recorders, limits=less).fetch(zoom(recorders), blobs)
    assert not list(blobs.everything())
    assert fetching(recorders, limits=exactly).fetch(zoom(recorders), blobs)


class CrmDripOfHead:
    """Header after header, and no end of them."""

    def play(self, exchange):
        handler = exchange.wire.handler
        handler.close_connection = True
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            handler.wfile.write(b"X-More: 1\r\n")
            time.sleep(0.1)


class Packed:
    """Says that what it sends is packed, whatever was asked for."""

    def __init__(self, content):
        self.content = content

    def play(self, exchange):
        handler = exchange.wire.handler
        handler.send_response(200)
        for name, value in (
            ("Content-Encoding", "gzip"),
            ("Content-Type", "audio/mp4"),
            ("Content-Length", str(len(self.content))),
        ):
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(self.content)


class WithoutEnd:
    """Says nothing of the length, and sends until nobody listens any more."""

    def play(self, exchange):
        handler = exchange.wire.handler
        handler.send_response(200)
        handler.end_headers()
        handler.close_connection = True
        while True:
            handler.wfile.write(bytes(65536))


def test_a_recording_without_end_whose_length_nobody_has_announced(blobs):
    limits = dataclasses.replace(QUICK, most_bytes=10_000_000)
    with (
        RecorderServer(script=lambda _: WithoutEnd()) as server,
        pytest.raises(FetchRefusedError, match="sends more than 10,000,000 bytes"),
    ):
        fetching(server, limits=limits).fetch(zoom(server), blobs)
    assert not list(blobs.everything())


def test_a_download_that_takes_too_long(recorders, blobs):
    limits = dataclasses.replace(QUICK, whole_seconds=0, attempts=1)
    with pytest.raises(FetchPassingError, match="takes too long"):
        fetching(recorders, limits=limits).fetch(zoom(recorders), blobs)
    assert not list(blobs.everything())


@pytest.mark.parametrize("kind", [CrmDrip(seconds=30), CrmDripOfHead()])
def test_an_answer_drop_by_drop_has_an_end(blobs, kind):
    """It is never silent for long, so that no limit of a single wait would end it."""
    limits = dataclasses.replace(QUICK, whole_seconds=1, attempts=1)
    began = time.monotonic()
    with (
        RecorderServer(recordings={"f1": SOUND}, script=lambda _: kind) as server,
        pytest.raises(FetchPassingError),
    ):
        fetching(server, limits=limits).fetch(zoom(server), blobs)
    assert time.monotonic() - began < 10
    assert not list(blobs.everything())


def test_a_packed_answer_is_not_unpacked(blobs):
    """A gigabyte of zeros comes as a megabyte and stays one: it is no recording."""
    packed = gzip.compress(bytes(1 << 24))
    with RecorderServer(script=lambda _: Packed(packed)) as server:
        fetched = fetching(server).fetch(zoom(server), blobs)
    assert fetched.blob.bytes == len(packed)


def test_it_can_be_stopped(recorders, blobs):
    with pytest.raises(Cancelled):
        fetching(recorders).fetch(zoom(recorders), blobs, Watch(cancelled=lambda: True))
    shares = iter([False, False, True])
    with pytest.raises(Cancelled):
        fetching(recorders).fetch(zoom(recorders), blobs, Watch(cancelled=lambda: next(shares)))
    assert not list(blobs.everything())


def test_a_name_of_theirs_that_leads_into_our_own_net(recorders, blobs):
    ours = dataclasses.replace(recorders.network, admits=Network().admits)
    with pytest.raises(FetchRefusedError, match="not of the open net"):
        fetching(recorders, network=ours).fetch(zoom(recorders), blobs)
    assert not recorders.requests


def test_the_address_that_was_looked_at_is_the_one_that_is_used(recorders, blobs):
    """A name server that says something else when it is asked again has no second chance."""
    asked = []

    def resolve(host, port):
        asked.append(host)
        return recorders.network.resolve(host, port)

    network = dataclasses.replace(recorders.network, resolve=resolve)
    fetching(recorders, network=network).fetch(zoom(recorders), blobs)
    assert asked == [ZOOM, ZOOM_FILES]


def test_one_wrong_address_among_several_is_enough(recorders, blobs):
    def resolve(host, port):
        return [*recorders.network.resolve(host, port), ("10.0.0.1", 443)]

    network = dataclasses.replace(recorders.network, resolve=resolve)
    with pytest.raises(FetchRefusedError, match="not of the open net"):
        fetching(recorders, network=network).fetch(zoom(recorders), blobs)


def test_a_certificate_of_nobody_whom_we_trust(recorders, blobs):
    untrusting = dataclasses.replace(recorders.network, trust=None)
    with pytest.raises(FetchPassingError):
        fetching(recorders, network=untrusting).fetch(zoom(recorders), blobs)
    assert not recorders.requests


def test_a_name_that_nobody_knows(recorders, blobs):
    with pytest.raises(FetchPassingError, match="cannot be resolved"):
        Fetching(ServiceFile(), limits=QUICK, network=Network()).fetch(
            zoom(recorders, url="https://no-such-name.zoom.us/x"), blobs
        )


def test_what_cannot_be_read_shows_no_token(recorders, blobs):
    with pytest.raises(FetchRefusedError) as caught:
        fetching(recorders).fetch('{"source":"zoom","token":"a-token"}', blobs)
    assert "a-token" not in str(caught.value)
    assert issubclass(type(caught.value), FetchError)


@pytest.mark.parametrize(
    ("address", "admitted"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::808:808", True),
        ("2002:7f00:1::", False),
        # Other ways to write an IPv4 address into one of IPv6, and what is given out to nobody.
        ("::127.0.0.1", False),
        ("::ffff:0:127.0.0.1", False),
        ("64:ff9b:1::7f00:1", False),
        ("2001:0:4136:e378:8000:63bf:80ff:fffe", False),
        ("fec0::1", False),
        ("5f00::1", False),
        ("3fff::1", False),
        ("192.88.99.1", False),
        ("192.0.0.170", False),
        ("255.255.255.255", False),
    ],
)
def test_what_the_open_net_is(address, admitted):
    assert is_open(address) is admitted


@given(st.ip_addresses(v=4))
def test_an_address_in_an_address_is_looked_at(address):
    assert is_open(f"::ffff:{address}") == is_open(str(address))
    assert not is_open(f"::{address}")
    assert not is_open(f"::ffff:0:{address}")


@given(st.ip_addresses(v=6))
def test_what_is_not_given_out_to_machines_is_closed(address):
    inner = address.ipv4_mapped
    given_out = address in ipaddress.ip_network("2000::/3") or inner
    translated = address in ipaddress.ip_network("64:ff9b::/96")
    assert not is_open(str(address)) or given_out or translated
