"""May a call be worked on at all? The answer of the company's policy and of those on the call."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Literal

from transcript2handoff.deal import Call
from transcript2handoff.errors import ConsentMissingError

Missing = Literal["refused", "unknown"]
"""Why a call is not worked on: somebody on it said no, or nobody noted a yes."""


class ProcessingPolicy(StrEnum):
    """Which calls are heard and read."""

    ALWAYS = "always"
    UNLESS_REFUSED = "unless_refused"
    WITH_CONSENT = "with_consent"

    def missing(self, call: Call) -> Missing | None:
        """Why a call is not worked on; none if it is."""
        if self is ProcessingPolicy.ALWAYS or call.consent == "given":
            return None
        if call.consent == "refused":
            return "refused"
        return "unknown" if self is ProcessingPolicy.WITH_CONSENT else None

    def check_at_door(self, call: Call) -> None:
        """Check that a call may be taken in: one of which nothing is noted waits until it is.

        Raises:
            ConsentMissingError: somebody on it said no, so nothing would ever be done with it.
        """
        if self.missing(call) == "refused":
            raise ConsentMissingError(_NOT_TAKEN.format(policy=self.value))

    def check(self, call: Call) -> None:
        """Check that a call may be worked on.

        Raises:
            ConsentMissingError: it may not; the message says why and what to do.
        """
        if missing := self.missing(call):
            raise ConsentMissingError(_WHY[missing].format(call=call.id, policy=self.value))


_NOT_TAKEN: Final = (
    "The call is not taken in: those on it said no, and T2H_PROCESSING is {policy}. Do not send it."
)
_WHY: Final[Mapping[Missing, str]] = {
    "refused": "The call {call} is not worked on: those on it said no, and T2H_PROCESSING is "
    "{policy}. Erase it; or, once they agree, note at the call that consent is given.",
    "unknown": "The call {call} is not worked on yet: nobody has noted that those on it agree, and "
    "T2H_PROCESSING is {policy}. Note at the call that consent is given, and it is worked on.",
}
