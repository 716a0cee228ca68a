"""What can go wrong with a request, sorted by what to do about it.

An ``EndpointError`` that leaves the client as it is can not be mended by asking again. The other
two carry the error that becomes of them when nothing helps.
"""

from transcript2handoff.errors import EndpointError


class Fault(Exception):  # noqa: N818 - never seen by a user; the error inside of it is
    """A request that failed in a way that something can be done about."""

    def __init__(self, error: EndpointError) -> None:
        super().__init__(str(error))
        self.error = error


class PassingFault(Fault):
    """It may pass: the same request may succeed a little later."""

    def __init__(self, error: EndpointError, *, wait: float | None = None) -> None:
        """A fault after which the server asks to wait for so many seconds, if it says so."""
        super().__init__(error)
        self.wait = wait


class TooLargeFault(Fault):
    """The question or its answer is too long; one about fewer turns may succeed."""

    def __init__(self, error: EndpointError, *, said: str = "") -> None:
        """A fault after which the model had said so much of its answer."""
        super().__init__(error)
        self.said = said
