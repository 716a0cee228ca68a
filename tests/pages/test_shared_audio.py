"""What a reader of a link hears: nothing that was private, though its text reads otherwise now.

Whatever they look into is noted.
"""

import io
import json
import re

import av
import httpx
import numpy as np

from transcript2handoff.store import Window, audit

PRIVATE = "Call me at +49 171 5550123 today."

RATE = 48_000


def played(file):
    with av.open(io.BytesIO(file)) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def link_to(site, ae):
    """The path of a link to the brief, by which its calls are heard."""
    for call_id in site.seeded.calls.values():
        ae.send_form(f"{site.deal}/calls/{call_id}/change", consent="given")
    made = ae.send_form(f"{site.deal}/shares", days="14", audio="true").text
    return re.search(r'id="new-link">[^<]*(/shared/[^<]+)<', made)[1]


def test_private_words_are_not_played_once_somebody_has_corrected_them_away(site, sender):
    ae = sender("ae")
    link = link_to(site, ae)
    call_id = site.seeded.calls["harborline-1"]
    heard = []
    for words in (PRIVATE, "Call me today."):
        turn = ae.get(f"/v1/calls/{call_id}/transcript").json()["turns"][2]
        told = {"seen": json.dumps({"Words": turn["text"]}), "count": len(heard)}
        path = f"{site.deal}/calls/{call_id}/turns/3/words"
        assert ae.send_form(path, words=words, **told).status_code == 303
        heard.append(ae.get(f"{link}/audio/harborline-1"))
    assert [answer.status_code for answer in heard] == [200, 409]
    sound = played(heard[0].content)
    said = sound[round(turn["start"] * RATE) : round(turn["end"] * RATE)]
    assert np.abs(said).max() < 1e-6
    assert np.abs(sound).max() > 0.1


def deeds_of(site, actor):
    with site.store.read() as tx:
        found = audit.listed(tx, Window(limit=200)).items
    return [(one.action, one.matter, one.subject) for one in found if one.actor == actor]


def test_whoever_has_a_link_is_noted_with_each_call_that_they_look_into(site, sender):
    ae = sender("ae")
    link = link_to(site, ae)
    call_id = site.seeded.calls["harborline-1"]
    (share,) = ae.get(f"/v1{site.deal}/shares").json()["items"]
    told = httpx.get(f"{site.url}{link}/timeline/harborline-1")
    assert told.json()["turns"]
    assert deeds_of(site, share["id"]) == [("read", "transcript", call_id)]
    assert httpx.get(f"{site.url}{link}/timeline/none").status_code == 404
    assert httpx.get(f"{site.url}{link}/audio/harborline-1").status_code == 200
    assert deeds_of(site, share["id"])[0] == ("read", "recording", call_id)
    assert len(deeds_of(site, share["id"])) == 2
