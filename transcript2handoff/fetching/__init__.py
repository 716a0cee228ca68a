"""Recordings are fetched from the recorders, into the blobs.

A call that a recorder has told of keeps, as text, what is ``Wanted``. ``Fetching.fetch`` fetches
it: from hosts of that recorder only, by https, over addresses of the open net only.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, TypeAdapter, ValidationError
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_random_exponential

from transcript2handoff.deal import Record
from transcript2handoff.errors import FetchGoneError, FetchPassingError, FetchRefusedError
from transcript2handoff.fetching.download import Ask, Body, FetchLimits, downloaded
from transcript2handoff.fetching.network import Network
from transcript2handoff.service_file import GongAccess, ServiceFile
from transcript2handoff.store import Blob, Blobs
from transcript2handoff.watch import NOBODY, Watch
from transcript2handoff.webhooks import UNSEALED
from transcript2handoff.webhooks.events import RecordingFile, Sealed
from transcript2handoff.webhooks.zoom import HOSTS as ZOOM_HOSTS

__all__ = ["FetchLimits", "Fetched", "Fetching", "GongCall", "Network", "Wanted", "ZoomFile"]

_MEDIA: Final = {"M4A": "audio/mp4", "MP4": "video/mp4"}
_LONGEST_WAIT: Final = 60.0
_LONGEST_ANSWER: Final = 1024 * 1024
_PAGES: Final = ("text/html", "application/xhtml+xml")
"""What a recorder shows to whoever it does not know, with a status that says that all is well."""


class ZoomFile(Record):
    """A file with Zoom, and the token for it, which lasts a day."""

    source: Literal["zoom"] = "zoom"
    file: RecordingFile
    token: Sealed | None = None


class GongCall(Record):
    """A call with Gong; its address is asked for by its id, for it lasts a few hours only."""

    source: Literal["gong"] = "gong"
    call_id: str


Wanted = Annotated[ZoomFile | GongCall, Field(discriminator="source")]
_WANTED: Final[TypeAdapter[ZoomFile | GongCall]] = TypeAdapter(Wanted)


class Fetched(Record):
    """A recording that is in the blobs now."""

    blob: Blob
    media_type: str


def as_text(wanted: ZoomFile | GongCall) -> str:
    """What a call keeps of it, its token among it: for a store that is as safe as that needs."""
    return wanted.model_dump_json(context=UNSEALED)


class Fetching:
    """Fetches recordings, with the access that the service file gives.

    Args:
        service: the service file.
        limits: how far a download may go.
        network: how servers are found and trusted.
    """

    def __init__(
        self,
        service: ServiceFile,
        *,
        limits: FetchLimits | None = None,
        network: Network | None = None,
    ) -> None:
        self._gong = service.gong
        self._limits = limits or FetchLimits()
        self._network = network or Network()

    def fetch(self, text: str, blobs: Blobs, watch: Watch = NOBODY) -> Fetched:
        """Fetch what a call wants; the second time the same bytes are the same blob.

        Args:
            text: as ``as_text`` wrote it.
            blobs: where the recording goes.
            watch: told how far the download is.

        Raises:
            FetchPassingError: it failed several times, and may work later.
            FetchGoneError: it is not there any more, or the token has ended.
            FetchRefusedError: it is not where we fetch from, or not what we take.
            StoreUnreachableError: it cannot be written.
            Cancelled: somebody asked to stop.
        """
        wanted = _read(text)
        retrying = Retrying(
            stop=stop_after_attempt(self._limits.attempts),
            wait=self._pause,
            retry=retry_if_exception_type(FetchPassingError),
            reraise=True,
        )
        return retrying(self._once, wanted, blobs, watch)

    def _pause(self, state: RetryCallState) -> float:
        fault = state.outcome.exception() if state.outcome else None
        if isinstance(fault, FetchPassingError) and fault.wait is not None:
            return min(fault.wait, _LONGEST_WAIT)
        growing = wait_random_exponential(self._limits.first_wait_seconds, max=_LONGEST_WAIT)
        return growing(state)

    def _once(self, wanted: ZoomFile | GongCall, blobs: Blobs, watch: Watch) -> Fetched:
        watch.at(0)
        ask, media_type = self._ask(wanted)
        with downloaded(ask, self._network, self._limits) as body:
            if body.media_type in _PAGES:
                raise FetchGoneError(
                    f"The host {ask.host} shows a page in place of the recording: the token or the "
                    "address for it has ended. Upload the recording by hand."
                )
            return Fetched(
                blob=blobs.put(_watched(body, watch)),
                media_type=media_type or body.media_type or "application/octet-stream",
            )

    def _ask(self, wanted: ZoomFile | GongCall) -> tuple[Ask, str | None]:
        if isinstance(wanted, GongCall):
            return self._of_gong(wanted), None
        token = wanted.token
        return (
            Ask(
                url=wanted.file.url.get_secret_value(),
                hosts=ZOOM_HOSTS,
                authorization=token and SecretStr(f"Bearer {token.get_secret_value()}"),
                most_bytes=self._limits.most_bytes,
            ),
            _MEDIA.get(wanted.file.type),
        )

    def _of_gong(self, wanted: GongCall) -> Ask:
        """Where the sound of a call is, as Gong says now."""
        gong = self._gong
        if gong is None:
            raise FetchRefusedError(
                "Gong has a call, and how to ask for it is not known. Write the section gong into "
                "the service file, or upload the recording by hand."
            )
        question = _question(gong, wanted.call_id)
        with downloaded(question, self._network, self._limits) as answer:
            media = _media(b"".join(answer.chunks), wanted.call_id)
        return Ask(url=media, hosts=gong.hosts, most_bytes=self._limits.most_bytes)


def _read(text: str) -> ZoomFile | GongCall:
    try:
        return _WANTED.validate_json(text)
    except ValidationError:
        # The error would show the token.
        raise FetchRefusedError(
            "What is to be fetched for the call cannot be read. Upload the recording by hand."
        ) from None


def _question(gong: GongAccess, call_id: str) -> Ask:
    pair = f"{gong.key}:{gong.secret.get_secret_value()}".encode()
    asked = {
        "filter": {"callIds": [call_id]},
        "contentSelector": {"exposedFields": {"media": True}},
    }
    return Ask(
        url=gong.url.rstrip("/") + "/v2/calls/extensive",
        # It stands in the service file, so it is one of those that may be asked.
        hosts=(urlsplit(gong.url).hostname or "",),
        authorization=SecretStr(f"Basic {b64encode(pair).decode()}"),
        body=json.dumps(asked).encode(),
        most_bytes=_LONGEST_ANSWER,
    )


def _media(answer: bytes, call_id: str) -> str:
    """The address of the sound, or of the video where there is no sound alone."""
    with suppress(ValueError, TypeError, AttributeError, KeyError):
        for call in json.loads(answer)["calls"]:
            about, media = call.get("metaData") or {}, call.get("media") or {}
            found = media.get("audioUrl") or media.get("videoUrl")
            if str(about.get("id")) == call_id and isinstance(found, str):
                return found
    raise FetchGoneError(
        f"Gong gives no recording of the call {call_id}. Check there that it was recorded, and "
        "that the key may read media."
    )


def _watched(body: Body, watch: Watch) -> Iterator[bytes]:
    count = 0
    for chunk in body.chunks:
        count += len(chunk)
        watch.at(count / body.length if body.length else 0)
        yield chunk
