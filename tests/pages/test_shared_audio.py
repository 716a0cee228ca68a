"""What a reader of a link hears: nothing that was private, though its text reads otherwise now."""

import json
import re

PRIVATE = "Call me at +49 171 5550123 today."


def test_private_words_are_not_played_once_somebody_has_corrected_them_away(site, sender):
    ae = sender("ae")
    for call_id in site.seeded.calls.values():
        ae.send_form(f"{site.deal}/calls/{call_id}/change", consent="given")
    made = ae.send_form(f"{site.deal}/shares", days="14", audio="true").text
    link = re.search(r'id="new-link">[^<]*(/shared/[^<]+)<', made)[1]
    call_id = site.seeded.calls["harborline-1"]
    heard = []
    for words in (PRIVATE, "Call me today."):
        shown = ae.get(f"/v1/calls/{call_id}/transcript").json()
        told = {"seen": json.dumps({"Words": shown["turns"][2]["text"]}), "count": len(heard)}
        path = f"{site.deal}/calls/{call_id}/turns/3/words"
        assert ae.send_form(path, words=words, **told).status_code == 303
        heard.append(ae.get(f"{link}/audio/harborline-1").status_code)
    assert heard == [409, 409]
