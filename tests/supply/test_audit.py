"""The audit tells known faults, and does not take silence for their absence."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from supply.audit import (
    CLEAN,
    NOT_AUDITED,
    VULNERABLE,
    Findings,
    audit,
    locked,
    questions,
    understood,
)
from supply.locks import Pin

ADVISORY = {
    "id": "PYSEC-2099-1",
    "aliases": ["CVE-2099-1"],
    "summary": "It opens the door.",
    "details": "It opens the door.",
    "published": "2099-01-01T00:00:00Z",
    "affected": [
        {
            "package": {"name": "beta", "ecosystem": "PyPI"},
            "ranges": [
                {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.1"}]},
            ],
        }
    ],
}
PINS = [Pin("alpha", "1.0+cpu", "", ("0" * 64,), ()), Pin("beta", "2.0", "", ("0" * 64,), ())]


class Advisories(BaseHTTPRequestHandler):
    """An OSV service that knows one thing."""

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        asked = json.loads(self.rfile.read(length))
        self.server.asked.append((asked["package"]["name"], asked["version"]))
        known = [ADVISORY] if asked["package"]["name"] in self.server.bad else []
        body = json.dumps({"vulns": known} if known else {}).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def osv():
    with ThreadingHTTPServer(("127.0.0.1", 0), Advisories) as server:
        server.asked, server.bad, server.status = [], set(), 200
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def address(server):
    return f"http://127.0.0.1:{server.server_port}/v1/query"


def test_a_known_fault_is_told(osv):
    osv.bad = {"beta"}
    findings = audit("osv", PINS, osv_url=address(osv))
    assert findings.known == ("beta 2.0: PYSEC-2099-1 (mended in 2.1)",)
    assert findings.status == VULNERABLE
    assert sorted(osv.asked) == [("alpha", "1.0"), ("beta", "2.0")]


def test_nothing_known_is_clean(osv):
    findings = audit("osv", PINS, osv_url=address(osv))
    assert findings == Findings(2, (), ())
    assert findings.status == CLEAN
    assert findings.report == "2 of 2 packages audited, 0 advisories."


def test_a_service_that_fails_is_no_acquittal(osv, capsys):
    osv.status = 503
    with pytest.raises(SystemExit) as stopped:
        audit("osv", PINS, osv_url=address(osv))
    assert stopped.value.code == NOT_AUDITED
    assert "NOT AUDITED" in capsys.readouterr().out


def test_packages_without_an_answer_are_named_and_fail_the_audit():
    skipped = {"name": "beta", "skip_reason": "Dependency not found"}
    findings = understood(
        {"dependencies": [{"name": "alpha", "version": "1", "vulns": []}, skipped]}
    )
    assert findings.status == NOT_AUDITED
    assert "no answer about 1 of 2 packages (beta" in findings.report
    assert understood({"dependencies": []}).status == NOT_AUDITED


def test_everything_that_is_locked_is_asked_about():
    asked = questions(locked())
    for name in (
        "torch==2",
        "nvidia-cublas==",
        "xllamacpp==",
        "uv==",
        "fastapi==",
        "coremltools==",
    ):
        assert f"\n{name}" in f"\n{asked}"
    assert "+cpu" not in asked
