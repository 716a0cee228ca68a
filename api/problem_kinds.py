"""The kinds of problems: which error is which, with its status and what is told of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from transcript2handoff import errors as e
from transcript2handoff.errors import HandoffError

_HERE: Final = "Something is wrong with the service itself. Its log has the request id."


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of problem.

    Attributes:
        name: the last part of ``type``; it does not change.
        title: what the kind is, for people.
        status: of the answer.
        detail: what is always true of the kind, and what to do.
        told: whether what the error says goes to whoever asked, in place of ``detail``.
        headers: of the answer.
    """

    name: str
    title: str
    status: int
    detail: str = "The request cannot be done. /v1/openapi.json describes it."
    told: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)


def _own(name: str, title: str, *, status: int = 503) -> Kind:
    """A fault that whoever asks can do nothing about."""
    return Kind(name=name, title=title, status=status, detail=_HERE, told=False)


INTERNAL: Final = _own("internal", "The service has failed", status=500)
INVALID: Final = Kind(
    name="invalid_request",
    title="The request does not fit",
    status=422,
    detail="Some of what was sent does not fit; `errors` says what.",
)
TOO_SLOW: Final = Kind(
    name="body_too_slow",
    title="The body has not come in time",
    status=408,
    detail="The body has not come to its end in time. Send the request again, on a better line.",
)
TOO_LARGE: Final = Kind(
    name="body_too_large",
    title="The body is too large",
    status=413,
    detail="The body is longer than is read here. Upload recordings in pieces, by /v1/uploads.",
)
FRAMEWORK: Final[Mapping[int, Kind]] = {
    400: Kind(
        name="unreadable",
        title="The request cannot be read",
        status=400,
        detail="The body or a header is not in the form that it should have.",
    ),
    404: Kind(
        name="no_such_path",
        title="There is nothing at this path",
        status=404,
        detail="There is nothing at this path. /v1/openapi.json has all paths.",
    ),
    405: Kind(
        name="no_such_method",
        title="The path does not know this method",
        status=405,
        detail="The path does not know this method; the header Allow says which ones it knows.",
    ),
    408: TOO_SLOW,
    412: Kind(
        name="precondition",
        title="It is not as the request expects",
        status=412,
        detail="A header says how it should be, and it is another way by now. Read it again.",
    ),
    413: TOO_LARGE,
    415: Kind(
        name="media_type",
        title="The body has a media type that is not read here",
        status=415,
        detail="Send the media type that /v1/openapi.json names for this path.",
    ),
    416: Kind(
        name="range",
        title="There are no such bytes",
        status=416,
        detail="The header Range asks for bytes behind the end; Content-Range says where it is.",
    ),
}
"""What the framework refuses before any code of ours is asked."""
KINDS: Final[Mapping[type[HandoffError], Kind]] = {
    e.HandoffError: INTERNAL,
    e.InputError: Kind(name="invalid_input", title="The input cannot be used", status=422),
    e.RecordingError: Kind(name="recording", title="The recording cannot be used", status=422),
    e.RecordingLimitError: Kind(
        name="recording_too_large", title="The recording is too large", status=413
    ),
    e.JournalError: Kind(name="journal", title="The change does not fit the deal", status=409),
    e.CorrectionError: Kind(
        name="correction", title="The correction does not fit the transcript", status=409
    ),
    e.SettingsError: _own("misconfigured", "The service is not set up right", status=500),
    e.ServiceFileError: _own("misconfigured", "The service is not set up right", status=500),
    e.CompanyFileError: _own("misconfigured", "The service is not set up right", status=500),
    e.TemplateFileError: _own("misconfigured", "The service is not set up right", status=500),
    e.DocumentMissingError: Kind(name="not_found", title="There is no such document", status=404),
    e.ArtifactError: _own("artifact", "Something that was kept cannot be read", status=500),
    e.ExtraMissingError: _own("not_installed", "This is not installed here", status=501),
    e.DeliveryError: Kind(name="delivery", title="The delivery is refused", status=422),
    e.DeliveryForgedError: Kind(
        name="delivery_forged", title="The delivery does not prove who sent it", status=401
    ),
    e.DeliveryStaleError: Kind(
        name="delivery_stale", title="The delivery was signed too long ago", status=401
    ),
    e.DeliveryTooLargeError: Kind(
        name="delivery_too_large", title="The delivery is too large", status=413
    ),
    e.RequestError: Kind(name="request", title="The request cannot be done", status=400),
    e.KeyReusedError: Kind(
        name="key_reused", title="The Idempotency-Key was that of another request", status=422
    ),
    e.StillWorkingError: Kind(
        name="still_working",
        title="The same request is being worked on",
        status=409,
        headers={"Retry-After": "1"},
    ),
    e.PreconditionError: Kind(name="edition", title="It has another edition by now", status=412),
    e.ModelError: _own("model", "A model is not there", status=503),
    e.ExtractionRefusedError: Kind(
        name="extraction_refused", title="The call is not extracted", status=422
    ),
    e.FetchError: _own("fetch", "The recording cannot be fetched", status=502),
    e.OutputError: _own("output", "The result cannot be written", status=503),
    e.EndpointError: _own("model_server", "The model server does not answer", status=503),
    e.CrmError: _own("crm", "The CRM does not answer", status=503),
    e.CrmPassingError: Kind(
        name="crm_away",
        title="The CRM does not answer",
        status=503,
        detail="The CRM does not answer just now, or lets nobody in for a while. Try again in a "
        "minute, or type the deal in by hand.",
        told=False,
        headers={"Retry-After": "30"},
    ),
    e.CrmGoneError: Kind(name="not_found", title="It is not there", status=404),
    e.CrmPersonError: Kind(
        name="crm_refused", title="The CRM does not do what was asked", status=502
    ),
    e.CrmNotConnectedError: Kind(name="crm_not_connected", title="No CRM is connected", status=409),
    e.SendingRefusedError: Kind(
        name="sending_refused", title="It may not leave this machine", status=409
    ),
    e.ConsentMissingError: Kind(
        name="consent_missing", title="It may not be worked on", status=409
    ),
    e.MailError: _own("mail", "The mail cannot be sent", status=503),
    e.MailSetupError: Kind(name="mail_not_set_up", title="E-mail is not set up", status=409),
    e.StoreError: _own("store", "The store does not do what was asked", status=503),
    e.StoreConflictError: Kind(
        name="conflict", title="Somebody else has changed it meanwhile", status=409
    ),
    e.StoreGoneError: Kind(name="not_found", title="It is not there", status=404),
    e.StoreUnreachableError: Kind(
        name="store_unreachable",
        title="The store cannot be reached",
        status=503,
        detail="The service does not reach its database or its files just now. This passes: send "
        "the request again in a minute, a POST with the same Idempotency-Key.",
        told=False,
        headers={"Retry-After": "5"},
    ),
    e.BlobMissingError: Kind(
        name="not_found",
        title="It is not there",
        status=404,
        detail="The file is not kept any more: it was erased, or its time was over.",
        told=False,
    ),
    e.AccessError: Kind(name="not_allowed", title="This is not allowed", status=403),
    e.NotSetUpError: Kind(
        name="not_set_up",
        title="The service is not set up yet",
        status=503,
        headers={"Retry-After": "60"},
    ),
    e.NotSignedInError: Kind(
        name="not_signed_in",
        title="Nobody is signed in",
        status=401,
        headers={"WWW-Authenticate": "Bearer"},
    ),
    e.NotAllowedError: Kind(name="not_allowed", title="This is not allowed", status=403),
    e.CrossSiteError: Kind(
        name="cross_site", title="The request may come from another page", status=403
    ),
    e.TooManyRequestsError: Kind(name="too_many_requests", title="Too many requests", status=429),
    e.IdentityProviderError: Kind(
        name="identity_provider",
        title="The identity provider does not do what it should",
        status=502,
    ),
    e.Cancelled: Kind(name="cancelled", title="It was cancelled", status=409),
}
"""Of each class of error; a class that is not here is of the kind of the class above it."""


def kind_of(error: HandoffError) -> Kind:
    """The kind of problem that an error is."""
    return next(KINDS[each] for each in type(error).__mro__ if each in KINDS)
