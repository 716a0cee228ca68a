"""Of the recordings of a person, their own voice is handed out and nobody else's."""

import io
import zipfile

import av
import numpy as np
import pytest

from transcript2handoff.audio.decode import SAMPLE_RATE
from transcript2handoff.audio.playback import playback_copy
from transcript2handoff.erasure import Who
from transcript2handoff.outgoing.person_file import write_person_file
from transcript2handoff.store import Store
from transcript2handoff.store.gathered import CallPart, Gathered, TurnPart

WHO = Who(names=("Priya Nair",))
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def person(*calls: CallPart) -> Gathered:
    nothing = dict.fromkeys(("accounts", "contacts", "deals", "claims", "texts", "deeds"), ())
    return Gathered.model_validate({"asked_for": WHO, "known_as": WHO, "calls": calls, **nothing})


def call(playback: str | None, *spoken: tuple[float | None, float | None]) -> CallPart:
    turns = tuple(
        TurnPart(n=n, start=start, end=end, text="Yes.") for n, (start, end) in enumerate(spoken, 1)
    )
    told = {"id": "call-1", "deal_id": "deal-1", "ref": "demo", "date": None, "named": ()}
    return CallPart.model_validate(
        {**told, "consent": "given", "invited": True, "spoken": turns, "playback": playback}
    )


def archive_of(store: Store, *calls: CallPart) -> zipfile.ZipFile:
    target = io.BytesIO()
    write_person_file(target, person(*calls), store.blobs, made=store.now())
    return zipfile.ZipFile(target)


def loudness(data: bytes) -> list[float]:
    """The loudness of each half second."""
    with av.open(io.BytesIO(data)) as container:
        sound = np.concatenate([f.to_ndarray()[0] for f in container.decode(audio=0)])
        rate = container.streams.audio[0].rate
    piece = rate // 2
    parts = [sound[at : at + piece] for at in range(0, len(sound) - piece + 1, piece)]
    return [float(np.sqrt(np.mean(np.square(part.astype(float))))) for part in parts]


@on_sqlite
def test_others_are_silent(store: Store):
    tone = (np.sin(np.arange(10 * SAMPLE_RATE) / 9) / 2).astype(np.float32)
    digest = store.blobs.put([playback_copy(tone)]).digest
    with archive_of(store, call(digest, (2.0, 4.0), (7.0, 8.0), (7.5, 7.8))) as archive:
        heard = loudness(archive.read("audio/call-1.ogg"))
    loud = [n / 2 for n, each in enumerate(heard) if each > 0.1]
    assert loud == [2.0, 2.5, 3.0, 3.5, 7.0, 7.5]
    silent = [each for n, each in enumerate(heard) if n / 2 not in (*loud, 1.5, 4.0, 6.5, 8.0)]
    assert max(silent) < 1e-3


@on_sqlite
def test_without_seconds_or_a_copy_of_ours_no_sound_is_handed_out(store: Store):
    strange = store.blobs.put([b"RIFF no copy of ours"]).digest
    for one in (
        call(None, (1.0, 2.0)),
        call(strange, (1.0, 2.0)),
        call("0" * 64, (1.0, 2.0)),
        call(store.blobs.put([b"OggS"]).digest, (None, None)),
    ):
        with archive_of(store, one) as archive:
            assert archive.namelist() == ["index.html", "person.json", "README.txt"]
