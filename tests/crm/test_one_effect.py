"""Delivered at least once, with one effect: whatever fails, and whenever we crash."""

from collections import deque

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transcript2handoff.crm import plan
from transcript2handoff.errors import CrmPassingError
from transcript2handoff.testing.crm_faults import (
    ROW_LOCKED,
    CrmCut,
    CrmReset,
    CrmStatus,
    HubSpotBusy,
)

COMMON = [
    None,
    CrmReset(),
    CrmReset(done=True),
    CrmCut(),
    CrmStatus(status=502, body="<html>"),
    CrmStatus(status=504, body="<html>", done=True),
    CrmStatus(status=200, body="<html>", done=True),
]
FAULTS = {
    "hubspot": [
        *COMMON,
        HubSpotBusy(retry_after=0),
        CrmStatus(status=423, headers={"retry-after": "0"}),
    ],
    "salesforce": [*COMMON, ROW_LOCKED],
}
BRIEFS = st.lists(st.sampled_from(["one", "two", "three"]), min_size=1, max_size=4)
CRASHES = st.lists(st.booleans(), max_size=24)


class Outbox:
    """Delivers a plan, and crashes after a write was executed and before it is noted."""

    def __init__(self, crm, crashes):
        self.crm, self.crashes, self.known = crm, deque(crashes), {}

    def deliver(self, facts, target):
        while writes := plan(facts, self.known, target):
            for write in writes:
                try:
                    self.crm.execute(write)
                except CrmPassingError:
                    break
                if self.crashes and self.crashes.popleft():
                    break
                self.known[write.key] = write.content_hash


@pytest.mark.parametrize("name", ["hubspot", "salesforce"])
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), briefs=BRIEFS, crashes=CRASHES)
def test_one_note_and_one_task_each_with_the_last_words(crms, name, data, briefs, crashes):
    faults = deque(data.draw(st.lists(st.sampled_from(FAULTS[name]), max_size=24)))
    make, client = getattr(crms, f"{name}_server"), getattr(crms, name)
    target = getattr(crms, f"{name}_target")()
    limits = crms.quick.__class__(**{**vars(crms.quick), "attempts": 2})

    def script(request):
        return faults.popleft() if faults and not request.path.endswith("/oauth2/token") else None

    with make(script=script) as server:
        with client(server, limits=limits) as crm:
            outbox = Outbox(crm, crashes)
            for number, brief in enumerate(briefs):
                facts = crms.facts(note=brief, properties={"score": number}, link=None)
                outbox.deliver(facts, target)
        notes = server.objects.all("notes" if name == "hubspot" else "Handoff__c")
        tasks = server.objects.all("tasks" if name == "hubspot" else "Task")
    assert len(notes) == 1
    assert len(tasks) == 2
    if name == "hubspot":
        assert notes[0].properties["hs_note_body"] == f"<p>{briefs[-1]}</p>"
        deal = server.objects.find("deals", "42").properties
        assert deal["handoff_score"] == str(len(briefs) - 1)
    else:
        assert notes[0].fields["Brief__c"] == briefs[-1]
        deal = server.objects.find("Opportunity", crms.opportunity).fields
        assert deal["Handoff_Score__c"] == len(briefs) - 1
