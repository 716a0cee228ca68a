"""The brief of a deal as whoever has a link to it sees it, and which of its calls they may hear."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from transcript2handoff.api.services import Services
from transcript2handoff.dossier import Dossier
from transcript2handoff.errors import SendingRefusedError
from transcript2handoff.outgoing.leaving import check_leaving
from transcript2handoff.outgoing.mailing import gate_of
from transcript2handoff.outgoing.sharing import Shareable
from transcript2handoff.store.calls import CallRecord
from transcript2handoff.store.shares import ShareRecord
from transcript2handoff.transcript import Playback

_NOT_AGREED: Final = (
    "The brief is not shown: not all who were on its calls are known to agree that what they said "
    "is read elsewhere. Ask whoever sent you the link."
)
_NO_AUDIO: Final = "The link is for reading alone."
_NO_CONSENT: Final = "It is not known that those on the call agree to be heard by others."
_HIDDEN: Final = (
    "Private data was said on the call, and nobody knows at which second. It is not played."
)
_NO_RECORDING: Final = "There is no recording of the call, or not any more."


@dataclass(frozen=True, kw_only=True)
class Shared:
    """A deal as whoever has a link to it sees it.

    Attributes:
        record: the link.
        shown: the deal with all that may be shown of it, and nothing else.
        calls: its calls in the store, by their ids inside of the deal.
        edition: of the handoff that is shown.
    """

    record: ShareRecord
    shown: Shareable
    calls: Mapping[str, CallRecord]
    edition: str

    @property
    def dossier(self) -> Dossier:
        """The deal, with its transcripts: as they may be shown."""
        return self.shown.dossier

    def silences(self, ref: str) -> Sequence[Playback]:
        """The seconds of a call in which whoever has the link hears nothing.

        Args:
            ref: the id of the call inside of the deal.
        """
        return self.shown.silences.get(ref, ())

    def silent_why(self, ref: str) -> str | None:
        """Why a call may not be heard by whoever has the link; none if it may.

        Args:
            ref: the id of the call inside of the deal.
        """
        if not self.record.audio:
            return _NO_AUDIO
        call = self.calls.get(ref)
        # The recording as it was sent holds more than sound, and may be anything.
        if call is None or call.playback is None:
            return _NO_RECORDING
        if call.call.consent != "given":
            return _NO_CONSENT
        return _HIDDEN if ref in self.shown.unheard else None


def check_shareable(services: Services, deal_id: str) -> None:
    """Check that the brief of a deal may be shown to others, before a link to it is given out.

    Raises:
        SendingRefusedError: a call of it may not leave this machine; it says which, and what to do.
        StoreGoneError: there is no handoff yet.
    """
    opened = services.desks.open(services.store, deal_id, services.papers)
    check_may_leave(services, opened.dossier, opened.here.calls)


def open_shared(services: Services, record: ShareRecord) -> Shared:
    """What a link leads to.

    Raises:
        SendingRefusedError: a call of the deal may not leave this machine, or not any more.
        StoreGoneError: there is no handoff of the deal, or a transcript of it is kept no longer.
    """
    opened = services.desks.open(services.store, record.deal_id, services.papers)
    try:
        check_may_leave(services, opened.dossier, opened.here.calls)
    except SendingRefusedError as error:
        # Which calls there are, and what the company allows, is not for the reader of a link.
        raise SendingRefusedError(_NOT_AGREED) from error
    return Shared(
        record=record,
        shown=opened.redacted if services.settings.redaction else opened.unredacted,
        calls={call.ref: call for call in opened.here.calls},
        edition=opened.here.edition,
    )


def check_may_leave(services: Services, deal: Dossier, calls: Iterable[CallRecord]) -> None:
    """Check that what was said on the calls of a deal may leave this machine.

    Raises:
        SendingRefusedError: it may not; it says why, of which calls, and what to do.
    """
    consents = {call.ref: call.call for call in calls}
    check_leaving(deal.transcripts, consents, gate_of(services.settings))
