"""Examples of what is answered, on one deal; a test holds each against its model."""

from typing import Any, Final

from pydantic import ConfigDict

Example = dict[str, Any]
_MADE: Final = "2026-04-23T09:12:00Z"
FRAME: Final[Example] = {
    "deal": "Harborline 2026",
    "seller": "Foldwell",
    "customer": "Harborline Freight",
    "signed": "2026-05-22",
    "owners": {"account_executive": "Tamsin Okoro"},
    "participants": [{"name": "Tamsin Okoro", "side": "seller", "title": "Account executive"}],
}
DEAL: Final[Example] = {
    "id": "deal-1",
    "deal": FRAME,
    "version": 2,
    "edition": "3-7",
    "source": "hubspot",
    "external_id": "4711",
    "ae_id": "user-1",
    "csm_id": "user-2",
    "waits_for": None,
    "won": True,
    "verdict": "ask_ae",
    "score": 71,
    "kickoff": "2026-06-02",
    "days_to_kickoff": 40,
    "open_promises": 9,
    "open_questions": 4,
    "decided": None,
    "waits_on": "ae",
    "waits_why": "4 questions wait for the account executive.",
    "created": _MADE,
    "updated": _MADE,
}
CALL: Final[Example] = {
    "id": "call-1",
    "deal_id": "deal-1",
    "ref": "harborline-1",
    "date": "2026-04-22",
    "stage": "discovery",
    "attendees": ["Tamsin Okoro"],
    "consent": "given",
    "file": "harborline-1.opus",
    "media_type": "audio/ogg",
    "has_recording": True,
    "source": None,
    "external_id": None,
    "created": _MADE,
}
WAVEFORM: Final[Example] = {"seconds": 1743.2, "peaks": [0.0, 0.012, 0.431, 0.388]}
RUN: Final[Example] = {
    "id": "run-1",
    "deal_id": "deal-1",
    "call_id": "call-1",
    "kind": "call",
    "wanted": None,
    "state": "working",
    "attempt": 1,
    "cancel": False,
    "error": None,
    "steps": [
        {
            "name": "transcribe",
            "position": 2,
            "state": "working",
            "done": 0.4,
            "error": None,
            "started": _MADE,
            "ended": None,
        }
    ],
    "created": _MADE,
    "started": _MADE,
    "ended": None,
}
TRANSCRIPT: Final[Example] = {
    "call_id": "harborline-1",
    "language": "en",
    "duration": 3.4,
    "speakers": [{"id": "S1", "name": "Tamsin Okoro", "side": "seller"}],
    "turns": [
        {
            "n": 1,
            "speaker": "S1",
            "text": "Good morning.",
            "start": 0.4,
            "end": 1.3,
            "words": [["Good", 0.4, 0.7], ["morning.", 0.7, 1.3]],
        }
    ],
}
HIT: Final[Example] = {
    "deal_id": "deal-1",
    "deal_name": "Harborline 2026",
    "call_id": "call-1",
    "ref": "harborline-1",
    "date": "2026-04-22",
    "turn": 31,
    "speaker": "Tamsin Okoro",
    "side": "seller",
    "start": 184.2,
    "parts": [
        {"text": "We can have the ", "is_match": False},
        {"text": "trainer", "is_match": True},
        {"text": " there in May.", "is_match": False},
    ],
}
PROMISE: Final[Example] = {
    "deal_id": "deal-1",
    "claim_id": "promise-3f2a9c01",
    "position": 3,
    "summary": "Training for the dispatchers is included",
    "owner": "Tamsin Okoro",
    "due": "2026-06-05",
    "due_day": "2026-06-05",
    "state": "open",
    "strength": "firm",
    "outcome": None,
    "is_reviewed": True,
    "speaker": "Tamsin Okoro",
    "call_id": "call-1",
    "turn": 31,
    "start": 184.2,
    "end": 187.9,
    "quote": "Training is included.",
    "deal_name": "Harborline 2026",
    "customer": "Harborline Freight",
    "days_left": 43,
}
VIEW: Final[Example] = {
    "id": "view-1",
    "name": "My open ones",
    "query": "ae_id=me&verdict=ask_ae",
    "created": _MADE,
}
STATEMENT: Final[Example] = {
    "source": "statement",
    "person": "Tamsin Okoro",
    "at": _MADE,
    "words": "Training for the dispatchers is included.",
}
CLAIM: Final[Example] = {
    "id": "promise-3f2a9c01",
    "summary": "Training for the dispatchers is included",
    "fact": {"kind": "promise", "strength": "firm", "type": "resource", "due": "2026-06-05"},
    "evidence": [STATEMENT],
}
CLAIMS: Final[Example] = {"edition": "3-7", "items": [CLAIM]}
HANDOFF: Final[Example] = {
    "deal_id": "deal-1",
    "edition": "3-7",
    "handoff": {
        "deal": FRAME,
        "calls": [
            {
                "call": {"id": "harborline-1", "date": "2026-04-22", "stage": "discovery"},
                "transcript_version": 1,
                "turns": 155,
            }
        ],
        "provenance": [{"call_id": "harborline-1", "engine": "local", "engine_version": "9"}],
        "claims": [CLAIM],
    },
    "notes": [],
    "decision": None,
}
DECISION: Final[Example] = {
    "what": "returned",
    "reasons": ["promise_not_deliverable"],
    "words": "The connector is not there before autumn.",
    "by": "Maeve Lindqvist",
    "at": _MADE,
    "edition": "3-7",
}
VERSION: Final[Example] = {
    "version": 3,
    "digest": "9b74c9897bac770ffc029102a200c5de9b74c9897bac770ffc029102a200c5de",
    "run_id": "run-1",
    "decision": DECISION,
    "created": _MADE,
}
QUESTION: Final[Example] = {
    "id": "due:promise-3f2a9c01",
    "sort": "due",
    "text": "You said that training is included. By when?",
    "section": "commitments",
    "rank": 8,
    "about": "Training for the dispatchers is included",
    "claim_ids": ["promise-3f2a9c01"],
}
READINESS: Final[Example] = {
    "edition": "3-7",
    "verdict": "ask_ae",
    "score": 71,
    "reasons": ["1 promise has neither an owner nor a date"],
    "sections": [
        {
            "section": "commitments",
            "title": "Commitments",
            "state": "thin",
            "reasons": ["1 promise without date"],
            "claim_ids": ["promise-3f2a9c01"],
        }
    ],
    "conditions": [
        {"name": "scope", "title": "Scope is final", "is_met": True, "reasons": []},
    ],
}
SHARE: Final[Example] = {
    "id": "share-1",
    "deal_id": "deal-1",
    "link": None,
    "by": "Maeve Lindqvist",
    "audio": False,
    "language": "en",
    "created": _MADE,
    "expires": "2026-05-07T09:12:00Z",
    "withdrawn": None,
    "is_open": True,
    "opened": 3,
    "last_opened": "2026-04-24T15:40:00Z",
}
SHARED: Final[Example] = {
    "expires": "2026-05-07T09:12:00Z",
    "language": "en",
    "handoff": {**HANDOFF["handoff"], "provenance": []},
    "readiness": READINESS,
    "calls": [
        {
            "ref": "harborline-1",
            "date": "2026-04-22",
            "stage": "discovery",
            "seconds": 494.4,
            "audio": None,
            "silent_why": "The link is for reading alone.",
        }
    ],
    "hidden": {"telephone number": 1},
}
NOTED: Final[Example] = {
    "event": {
        "event": "confirmed",
        "claim_id": "promise-3f2a9c01",
        "kind": "promise",
        "by": "Maeve Lindqvist",
        "at": _MADE,
        "why": "Asked Tamsin on the phone.",
    },
    "claim": CLAIM,
    "edition": "3-8",
    "notes": [],
    "run": {**RUN, "kind": "deal", "call_id": None, "state": "waiting", "steps": []},
}
JOURNAL: Final[Example] = {
    "edition": "3-9",
    "items": [
        {
            "number": 8,
            "event": NOTED["event"],
            "claims": [{"id": CLAIM["id"], "summary": CLAIM["summary"]}],
            "undone_by": {"number": 9, "by": "Maeve Lindqvist", "at": _MADE},
        }
    ],
}
FIX: Final[Example] = {
    "event": "words_fixed",
    "turn": 12,
    "start": 8,
    "end": 16,
    "was": "Zen desk",
    "now": "Zendesk",
}
CORRECTION: Final[Example] = {
    **FIX,
    "by": "Maeve Lindqvist",
    "at": _MADE,
    "why": None,
}
CORRECTIONS: Final[Example] = {
    "count": 1,
    "version": 2,
    "items": [{"number": 1, "correction": CORRECTION, "undone_by": None, "note": None}],
}
CORRECTED: Final[Example] = {
    "number": 1,
    "correction": CORRECTION,
    "count": 1,
    "version": 2,
    "notes": [],
    "run": {**RUN, "state": "waiting", "steps": []},
}
DOCUMENT: Final[Example] = {
    "name": "internal/kickoff_brief",
    "format": "pdf",
    "language": "en",
    "is_ready": True,
    "bytes": 48213,
    "media_type": "application/pdf",
    "created": _MADE,
}
MEETING: Final[Example] = {
    "first": "2026-04-10",
    "last": "2026-04-23",
    "deals": 12,
    "issues": [{"what": "promises without date", "count": 7, "of": 31}],
    "open_questions": {"Tamsin Okoro": 4, "-": 1},
    "unread": [],
    "markdown": "# Sales and success meeting\n",
}
FEEDBACK: Final[Example] = {
    "deals": 12,
    "tables": [
        {
            "trait": "kind",
            "title": "By kind of promise",
            "rows": [
                {
                    "name": "timeline",
                    "kept": 5,
                    "late": 2,
                    "impossible": 1,
                    "unknown": 3,
                    "share": "62 % of 8 (31 to 86 %)",
                }
            ],
        }
    ],
    "unread": [],
    "markdown": "# Feedback to sales\n",
}
CRM_DEAL: Final[Example] = {
    "source": "hubspot",
    "external_id": "4711",
    "name": "Harborline 2026",
    "customer": "Harborline Freight",
    "stage": "Contract sent",
    "amount": "48000.00",
    "currency": "EUR",
    "close_date": "2026-05-22",
    "owner_email": "tamsin@foldwell.example",
    "won": False,
    "deal_id": None,
}
MAIL: Final[Example] = {
    "id": "mail-1",
    "to": ["maeve@foldwell.example"],
    "by": "Tamsin Okoro",
    "words": "This is the brief for Monday.",
    "pdf": True,
    "language": "en",
    "state": "sent",
    "recipients": [
        {"address": "maeve@foldwell.example", "state": "sent", "why": None, "sent": _MADE}
    ],
    "created": _MADE,
    "sent": _MADE,
}
_DIGEST: Final = "6d0f2a9b" * 8
RECEIPT: Final[Example] = {
    "id": "erasure-1",
    "created": "2026-03-04T09:31:00Z",
    "kind": "call",
    "by": "user-1",
    "deed": 812,
    "gone": {
        "calls": ["call-1"],
        "runs": ["run-1", "run-2"],
        "blobs": [_DIGEST],
        "changed": ["deal-1"],
        "rows": {"calls": 1, "results": 11, "said": 214},
        "since": "2026-03-02T09:00:00Z",
    },
    "proof": {
        "at": "2026-03-04T09:31:02Z",
        "looked_through": {"deals": 40, "engine.workflow_status": 90, "digests": 1},
        "with_names": False,
        "left": [],
        "clean": True,
    },
    "digest": _DIGEST,
    "held_by": [
        {
            "id": "backup-1",
            "created": "2026-03-03T02:00:00Z",
            "name": "t2h-2026-03-03.tar",
            "made": "2026-03-03T01:59:58Z",
            "digest": _DIGEST,
            "bytes": 48_000_000,
            "deals": 40,
            "calls": 96,
            "gone": None,
        }
    ],
}
ERASED: Final[Example] = {
    "deals": 1,
    "calls": 1,
    "runs": 2,
    "blobs": 5,
    "rewritten": ["call-1"],
    "started": [{**RUN, "state": "waiting", "steps": []}],
    "receipt": RECEIPT,
}


def shown(example: Example) -> ConfigDict:
    """The configuration of a model that shows an example of itself."""
    return ConfigDict(json_schema_extra={"examples": [example]})
