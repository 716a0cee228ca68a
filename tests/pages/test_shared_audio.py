"""What a reader of a link hears: nothing that was private, though its text reads otherwise now."""

import io
import json
import re

import av
import numpy as np

PRIVATE = "Call me at +49 171 5550123 today."

RATE = 48_000


def played(file):
    with av.open(io.BytesIO(file)) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def test_private_words_are_not_played_once_somebody_has_corrected_them_away(site, sender):
    ae = sender("ae")
    for call_id in site.seeded.calls.values():
        ae.send_form(f"{site.deal}/calls/{call_id}/change", consent="given")
    made = ae.send_form(f"{site.deal}/shares", days="14", audio="true").text
    link = re.search(r'id="new-link">[^<]*(/shared/[^<]+)<', made)[1]
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
