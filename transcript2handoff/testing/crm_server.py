"""What the fakes of CRMs share: real HTTP on this machine, a script of faults, a record of all.

``script`` is played one for each request in the order in which they come in, or asked for each; see
``crm_faults``. ``requests`` has everything that was received, as it was. The server runs within its
``with`` block, and breaks off what is under way at its end.
"""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

from transcript2handoff.testing.crm_faults import CrmExchange, CrmFault
from transcript2handoff.testing.model_listener import Listener, Wire
from transcript2handoff.testing.model_replies import Reply
from transcript2handoff.testing.model_requests import ChatRequest as CrmRequest

CrmScript = Sequence[CrmFault | None] | Callable[[CrmRequest], CrmFault | None]
_POLL_SECONDS: Final = 0.01


@dataclass(kw_only=True, eq=False)
class CrmServer(ABC):
    """A fake CRM; a context manager."""

    script: CrmScript = ()
    _listener: Listener | None = field(default=None, init=False, repr=False)
    _requests: list[CrmRequest] = field(default_factory=list, init=False, repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, init=False, repr=False)

    def __enter__(self) -> Self:
        self._listener = Listener(self._answer)
        threading.Thread(
            target=self._listener.serve_forever, args=(_POLL_SECONDS,), daemon=True
        ).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._listener is not None
        self._listener.stop()
        for mishap in self._listener.mishaps[:1]:
            if error is None:
                raise mishap
            error.add_note(f"Before that, the fake server failed: {mishap!r}")

    @property
    def url(self) -> str:
        """Its address."""
        assert self._listener is not None, "The server runs only within its `with` block."
        return f"http://127.0.0.1:{self._listener.server_port}"

    @property
    def requests(self) -> tuple[CrmRequest, ...]:
        """What has come in so far, good and bad, in this order."""
        with self._lock:
            return tuple(self._requests)

    @property
    def written(self) -> tuple[CrmRequest, ...]:
        """Of these, those that are no reading: PATCH, PUT, DELETE, and POST of records."""
        return tuple(each for each in self.requests if self.writes(each))

    @abstractmethod
    def serve(self, request: CrmRequest) -> Reply:
        """Do what is asked, and say what came of it; refuse as the original does."""

    def writes(self, request: CrmRequest) -> bool:
        """Whether a request changes something."""
        return request.method != "GET"

    def _answer(self, request: CrmRequest, wire: Wire) -> None:
        with self._lock:
            place = len(self._requests)
            self._requests.append(request)

        def serve() -> Reply:
            with self._lock:
                return self.serve(request)

        exchange = CrmExchange(request=request, wire=wire, serve=serve)
        if fault := self._next(request, place):
            fault.play(exchange)
        else:
            wire.send(serve())

    def _next(self, request: CrmRequest, place: int) -> CrmFault | None:
        if callable(self.script):
            return self.script(request)
        return self.script[place] if place < len(self.script) else None
