"""The URL that a sender called, behind whatever proxies; and what senders call things."""

import pytest

from transcript2handoff.errors import DeliveryFormError
from transcript2handoff.webhooks import public_url


@pytest.mark.parametrize(
    ("base", "target", "url"),
    [
        ("https://a.example", b"/hooks/1", "https://a.example/hooks/1"),
        ("https://a.example/", b"/hooks/1", "https://a.example/hooks/1"),
        ("https://a.example/t2h", b"/hooks/1?x=%3A&y", "https://a.example/t2h/hooks/1?x=%3A&y"),
        ("https://a.example", b"//evil.example/hooks", "https://a.example//evil.example/hooks"),
        ("https://a.example", b"/hooks/1/", "https://a.example/hooks/1/"),
    ],
)
def test_the_public_url_is_base_and_target(base, target, url):
    assert public_url(base, target) == url


@pytest.mark.parametrize(
    "target", [b"", b"hooks", b"http://a/b", b"/a b", b"/\xff", b"/a\r\nb", b"@b"]
)
def test_a_target_is_a_path(target):
    with pytest.raises(DeliveryFormError, match="no path"):
        public_url("https://a.example", target)


def test_what_others_call_things_does_not_fill_a_log(senders):
    for name in ("x" * 101, "a\nb", "\u202eevil", ""):
        events = [
            senders.zoom({"event": name}),
            senders.standard({"type": name}),
            senders.flow({"event": name, "org_id": senders.organisation}),
        ]
        for sent in events:
            assert sent.received().ignored[0].what == "something without a name"
