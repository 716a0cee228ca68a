"""Zoom: a recording is ready; and the check by which Zoom makes sure that a URL is ours."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    SecretStr,
    ValidationError,
)

from transcript2handoff.deal import Record, first_fault
from transcript2handoff.errors import DeliveryFormError
from transcript2handoff.webhooks.arrival import MOST_EVENTS, Arrival
from transcript2handoff.webhooks.events import (
    Answer,
    Delivery,
    Ignored,
    RecordingFile,
    RecordingReady,
    delivery,
    key_of,
    moment,
    named,
)
from transcript2handoff.webhooks.proof import Secrets, hmac_sha256, require_any, require_recent

SIGNATURE: Final = "x-zm-signature"
TIME: Final = "x-zm-request-timestamp"
VALIDATION: Final = "endpoint.url_validation"
READY: Final = "recording.completed"
HOSTS: Final = ("zoom.us", "zoomgov.com")
"""Recordings are fetched from these and what is below them."""
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What Zoom may have signed: nothing that could be a signed delivery, which holds colons."""
_BEST: Final = ("M4A", "MP4")
"""Types that hold sound, best first."""


class Zoom(Record):
    """An app with event subscriptions; the secrets are its secret tokens."""

    source: Literal["zoom"] = "zoom"
    secrets: Secrets

    def read(self, arrival: Arrival) -> Delivery:
        """What is ready, or the answer to the check of the URL.

        Raises:
            DeliveryError: it is refused, and why.
        """
        secret = require_signature(arrival, self.secrets)
        body = arrival.json_object()
        event = body.get("event")
        if event == VALIDATION:
            answer = _signed_token(body, secret)
            found: Sequence[RecordingReady | Ignored] = (
                Ignored(what=VALIDATION, why="it is answered, and that is all"),
            )
            return delivery(self.source, found, at=arrival.at, answer=answer)
        if event != READY:
            found = (Ignored(what=named(event), why=f"only {READY} is done something about"),)
        else:
            found = tuple(_recordings(body))
        return delivery(self.source, found, at=arrival.at)


def require_signature(arrival: Arrival, secrets: Secrets) -> SecretStr:
    """The secret by which a delivery is signed within the window.

    Raises:
        DeliveryForgedError: no signature, or another.
        DeliveryStaleError: its time is out of the window.
    """
    given, stamp = arrival.needed(SIGNATURE), arrival.needed(TIME)
    require_recent(stamp, now=arrival.at, unit=timedelta(seconds=1))
    signed = f"v0:{stamp}:".encode() + arrival.body
    codes = {f"v0={_code(secret, signed)}": secret for secret in secrets}
    require_any(given, codes, what=f"The header {SIGNATURE}")
    return codes[given]


def is_of_zoom(url: str) -> bool:
    """Whether a URL is one of Zoom's own, by https; to be asked again after each redirect."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = (parts.hostname or "").lower()
    is_below = any(host == one or host.endswith(f".{one}") for one in HOSTS)
    return parts.scheme == "https" and is_below and port in (None, 443) and "@" not in parts.netloc


def _code(secret: SecretStr, message: bytes) -> str:
    return hmac_sha256(secret.get_secret_value().encode(), message).hex()


def _signed_token(body: Mapping[str, JsonValue], secret: SecretStr) -> Answer:
    payload = body.get("payload")
    token = payload.get("plainToken") if isinstance(payload, dict) else None
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise DeliveryFormError("The plainToken is none that Zoom sends, and is not signed.")
    signed = {"plainToken": token, "encryptedToken": _code(secret, token.encode())}
    return Answer(body=json.dumps(signed), media_type="application/json")


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True)


class _File(_Sent):
    id: str = ""
    file_type: str = ""
    file_name: str | None = None
    file_size: int | None = None
    recording_start: str = ""
    recording_type: str = ""
    status: str = "completed"
    download_url: SecretStr | None = None

    @property
    def can_be_fetched(self) -> bool:
        return self.download_url is not None and is_of_zoom(self.download_url.get_secret_value())

    def as_file(self) -> RecordingFile:
        assert self.download_url is not None, "files without an address are left out before"
        return RecordingFile(
            id=self.id or key_of(self.file_name, self.recording_start),
            type=self.file_type or "M4A",
            bytes=self.file_size,
            url=self.download_url,
            speaker=self.file_name,
        )


class _Meeting(_Sent):
    uuid: Annotated[str, Field(min_length=1)]
    id: int | str | None = None
    topic: str | None = None
    host_email: str | None = None
    start_time: str | None = None
    duration: int | None = None
    recording_files: Annotated[tuple[_File, ...], Field(max_length=MOST_EVENTS)] = ()
    participant_audio_files: Annotated[tuple[_File, ...], Field(max_length=MOST_EVENTS)] = ()


class _Payload(_Sent):
    account_id: str | None = None
    object: _Meeting


class _Body(_Sent):
    event_ts: Annotated[int, Field(ge=0, lt=4_102_444_800_000)] | None = None
    download_token: SecretStr | None = None
    payload: _Payload


def _recordings(sent: Mapping[str, JsonValue]) -> Iterator[RecordingReady | Ignored]:
    """One event for each stretch of the meeting; Zoom makes a new one after each pause."""
    try:
        body = _Body.model_validate(sent)
    except ValidationError as error:
        raise DeliveryFormError(f"A recording is not described: {first_fault(error)}.") from error
    files = body.payload.object.recording_files
    stretches = dict.fromkeys(file.recording_start for file in files)
    if not stretches:
        yield Ignored(what=READY, why="it names no files")
    for start in stretches:
        yield _stretch(body, start, alone=len(stretches) == 1)


def _stretch(body: _Body, start: str, *, alone: bool) -> RecordingReady | Ignored:
    meeting = body.payload.object
    here = [one for one in meeting.recording_files if one.recording_start == start]
    usable = [one for one in here if one.can_be_fetched and one.status == "completed" and one.id]
    sound = [one for kind in _BEST for one in usable if one.file_type == kind]
    if not sound:
        return Ignored(what=READY, why="no file of it is complete, has sound and lies with Zoom")
    words = next((one for one in usable if one.file_type == "TRANSCRIPT"), None)
    spoken = (one for one in meeting.participant_audio_files if one.can_be_fetched)
    voices = (one for one in spoken if one.recording_start == start or alone)
    return RecordingReady(
        key=key_of(body.payload.account_id, meeting.uuid, sound[0].id),
        account=body.payload.account_id,
        at=None if body.event_ts is None else datetime.fromtimestamp(body.event_ts / 1000, UTC),
        meeting_id=meeting.uuid,
        meeting_number=None if meeting.id is None else str(meeting.id),
        topic=meeting.topic,
        host_email=meeting.host_email,
        started=moment(start) or moment(meeting.start_time),
        minutes=meeting.duration,
        sound=sound[0].as_file(),
        transcript=words.as_file() if words else None,
        voices=tuple(one.as_file() for one in voices),
        token=body.download_token,
    )
